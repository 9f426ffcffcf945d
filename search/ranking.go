package search

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
)

// Ranking holds every number of the ranking formula, so that a tuner can move them and an operator's own
// judged queries can decide. Weights multiply a part in [0,1); bonuses are added to the text's score,
// whose words add up to about 2 at most.
type Ranking struct {
	// What a word is worth by where it stands. A word counts in every part; the name and its stem are one.
	Name           float64 `json:"name"`
	NameStem       float64 `json:"nameStem"` // "icons" in a name "icon": nearly as good
	Tags           float64 `json:"tags"`     // keywords are chosen by the author, and stuffed
	Description    float64 `json:"description"`
	Scope          float64 `json:"scope"` // in the scope alone
	Lead           float64 `json:"lead"`
	AllWords       float64 `json:"allWords"`
	StopWord       float64 `json:"stopWord"`
	Declarations   float64 `json:"declarations"`
	NameShare      float64 `json:"nameShare"`
	Assoc          float64 `json:"assoc"`
	AssocMin       float64 `json:"assocMin"`
	AssocMax       float64 `json:"assocMax"`
	AssocPow       float64 `json:"assocPow"`
	NearKnown      float64 `json:"nearKnown"`
	Kin            float64 `json:"kin"`
	ProfileCover   float64 `json:"profileCover"`
	ProfileShort   float64 `json:"profileShort"`
	ProfileDerived float64 `json:"profileDerived"`
	Compound       float64 `json:"compound"`
	Bare           float64 `json:"bare"`
	Proximity      float64 `json:"proximity"`
	Synonym        float64 `json:"synonym"`
	Filler         float64 `json:"filler"`
	Profile        float64 `json:"profile"`
	ProfilePrior   float64 `json:"profilePrior"`
	Project        float64 `json:"project"`
	Affix          float64 `json:"affix"`
	Base           float64 `json:"base"`
	Lookalike      float64 `json:"lookalike"`
	ScopedName     float64 `json:"scopedName"`
	Near           float64 `json:"near"`
	Slip           float64 `json:"slip"`
	SlipRatio      float64 `json:"slipRatio"`
	SlipFloor      float64 `json:"slipFloor"`

	People float64 `json:"people"` // enough to find somebody's packages, too little to disturb

	// Saturation of term frequency (BM25's k1 and b, with a fixed reference length instead of an average,
	// so that a score does not move when other packages do).
	K1                float64 `json:"k1"`
	B                 float64 `json:"b"`
	NameLength        float64 `json:"nameLength"` // words of a usual name
	TagsLength        float64 `json:"tagsLength"`
	DescriptionLength float64 `json:"descriptionLength"`

	Cover float64 `json:"cover"` // exponent of the share of the query that a package has

	PriorOne  float64 `json:"priorOne"`
	PriorMany float64 `json:"priorMany"`

	JoinedName float64 `json:"joinedName"` // the same letters and digits
	NameCover  float64 `json:"nameCover"`  // all words stand in the name
}

// DefaultRanking is what is used where nothing else is said. docs/tuning.md tells where the numbers come from.
func DefaultRanking() Ranking {
	return Ranking{
		Name: 1, NameStem: 0.85, Tags: 0.45, Description: 0.8, People: 0.15,
		K1: 1.2, B: 0.6, NameLength: 2.5, TagsLength: 6, DescriptionLength: 9,
		Cover:    5,
		PriorOne: 2.5, PriorMany: .5,
		Filler: .3, Kin: 1, Synonym: 1, Proximity: .6, Bare: 1, Compound: .8, ProfileDerived: .3, ProfileCover: 1, ProfileShort: 1.5, NearKnown: .3, Assoc: .9, AssocMin: .65, AssocMax: 6, AssocPow: 1.5, Profile: 16, ProfilePrior: 3, NameShare: .0, Scope: .6, Lead: .6, AllWords: .4, StopWord: .3, Declarations: .3, Project: 1, Affix: .5, Base: .3, Lookalike: 1000, ScopedName: .7,
		Near: .6, Slip: .8, SlipRatio: 30, SlipFloor: 1,
		JoinedName: 3, NameCover: .3,
	}
}

// maxSetting keeps scores far from overflow.
const maxSetting = 1e6

// Validate tells which setting is negative, not finite or too large.
func (r Ranking) Validate() error {
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		if x := v.Field(i).Float(); math.IsNaN(x) || x < 0 || x > maxSetting {
			return fmt.Errorf("ranking setting %s is %v: it must be from 0 to %g",
				v.Type().Field(i).Tag.Get("json"), x, maxSetting)
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
