package search

import (
	"encoding/json"
	"reflect"
)

// Ranking holds every number of the ranking formula, so that a tuner can move them and an operator's own
// judged queries can decide. Weights multiply a part in [0,1); bonuses are added to the text's score,
// whose words add up to about 2 at most.
type Ranking struct {
	// What a word is worth by where it stands. It counts in every part; the name and its stem are one.
	Name        float64 `json:"name"`
	NameStem    float64 `json:"nameStem"` // "icons" in a name "icon": nearly as good
	Scope       float64 `json:"scope"`    // in the scope of the name alone
	Tags        float64 `json:"tags"`     // keywords are chosen by the author, and stuffed
	Description float64 `json:"description"`
	Lead        float64 `json:"lead"`   // beside that, for standing among the first words
	People      float64 `json:"people"` // enough to find somebody's packages, too little to disturb

	// Saturation of term frequency (BM25's k1 and b, with a fixed reference length instead of an average,
	// so that a score does not move when other packages do).
	K1                float64 `json:"k1"`
	B                 float64 `json:"b"`
	NameLength        float64 `json:"nameLength"` // words of a usual name
	TagsLength        float64 `json:"tagsLength"`
	DescriptionLength float64 `json:"descriptionLength"`

	// All words together.
	Cover     float64 `json:"cover"`     // exponent of the share of the query that a package has
	CoverMany float64 `json:"coverMany"` // and what that approaches with many words, see coverage.go
	AllWords  float64 `json:"allWords"`  // bonus, by that share
	NameCover float64 `json:"nameCover"` // bonus for a name made of the words and nothing else
	NameShare float64 `json:"nameShare"` // with many words: bonus, by the share of the name that the query has
	TextShare float64 `json:"textShare"` // and by that of the description
	Proximity float64 `json:"proximity"` // share that the score gains when all words stand side by side
	StopWord  float64 `json:"stopWord"`  // factor on the rarity of "to" and "the"
	Filler    float64 `json:"filler"`    // and of "library", which says that a package is wanted, not which

	// What stands for a word beside itself, by how surely.
	Synonym         float64 `json:"synonym"`    // times the weight in the list of synonyms
	Compound        float64 `json:"compound"`   // "date picker" for "datepicker"
	Slip            float64 `json:"slip"`       // times the likeness to what was typed
	SlipRatio       float64 `json:"slipRatio"`  // packages that must have it for each that has what was typed
	Associated      float64 `json:"associated"` // times a power of the likeness of two words' company
	AssociatedPower float64 `json:"associatedPower"`
	AssociatedLeast float64 `json:"associatedLeast"` // likeness that counts
	AssociatedMost  float64 `json:"associatedMost"`  // words by association for one word

	// The name as a whole.
	JoinedName float64 `json:"joinedName"` // bonus for the same letters and digits
	ScopedName float64 `json:"scopedName"` // factor on that where the name has a scope that nobody typed as one
	Base       float64 `json:"base"`       // factor where only the name without its scope has them
	Bare       float64 `json:"bare"`       // factor where the name lacks a "js" or "node" that was typed
	Affix      float64 `json:"affix"`      // factor where it has one that was not
	Near       float64 `json:"near"`       // factor where it is a few slips away, times the likeness
	NearKnown  float64 `json:"nearKnown"`  // factor on that for a text of familiar words
	Project    float64 `json:"project"`    // bonus for the main package of the scope with these letters
	Lookalike  float64 `json:"lookalike"`  // times more use at which nearly the same name is the one meant

	// The prior.
	PriorOne  float64 `json:"priorOne"`  // its exponent for a query of one word
	PriorMany float64 `json:"priorMany"` // and what that falls to with many, like 1/words
	Scoped    float64 `json:"scoped"`    // factor on packages of a scope of which the query says nothing
	Types     float64 `json:"types"`     // factor on type declarations of another package, unless asked for

	// Packages like another one.
	LikeKin     float64 `json:"likeKin"`     // weight of its name's associations beside a word of its description
	LikeCover   float64 `json:"likeCover"`   // as Cover
	LikePrior   float64 `json:"likePrior"`   // exponent of the prior
	LikeShort   float64 `json:"likeShort"`   // exponent by which a name of several words loses
	LikeDerived float64 `json:"likeDerived"` // factor on packages named after it
	LikePeer    float64 `json:"likePeer"`    // bonus for being spoken of alike, by the likeness
	PeerPrior   float64 `json:"peerPrior"`   // exponent of the prior in it
}

// DefaultRanking is what is used where nothing else is said. docs/tuning.md tells where the numbers come from.
func DefaultRanking() Ranking {
	return Ranking{
		Name: 1, NameStem: 0.85, Scope: 0.6, Tags: 0.45, Description: 0.8, Lead: 0.6, People: 0.15,
		K1: 1.2, B: 0.6, NameLength: 2.5, TagsLength: 6, DescriptionLength: 9,
		Cover: 5, CoverMany: 3, AllWords: 0.6, NameCover: 0.3, NameShare: 0.8, TextShare: 1, Proximity: 0.6, StopWord: 0.3, Filler: 0.3,
		Synonym: 1, Compound: 0.8, Slip: 1, SlipRatio: 15,
		Associated: 0.8, AssociatedPower: 1.5, AssociatedLeast: 0.65, AssociatedMost: 6,
		JoinedName: 2.5, ScopedName: 0.6, Base: 0.25, Bare: 1, Affix: 0.6, Near: 0.6, NearKnown: 0.3, Project: 2, Lookalike: 1000,
		PriorOne: 2, PriorMany: 0.6, Scoped: 0.65, Types: 0.3,
		LikeKin: 1.5, LikeCover: 1, LikePrior: 3, LikeShort: 1.5, LikeDerived: 0.3,
		LikePeer: 0.3, PeerPrior: 1,
	}
}

// maxSetting keeps scores far from overflow.
const maxSetting = 1e6

// Validate tells which setting is out of its bounds or not a number.
func (r Ranking) Validate() error {
	v := reflect.ValueOf(r)
	for i, name := range RankingNames() {
		if _, err := r.With(name, v.Field(i).Float()); err != nil {
			return err
		}
	}
	return nil
}

// Settings lists the numbers by name.
func (r Ranking) Settings() map[string]float64 {
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err) // floats that Validate lets pass always encode
	}
	var settings map[string]float64
	if err := json.Unmarshal(raw, &settings); err != nil {
		panic(err)
	}
	return settings
}
