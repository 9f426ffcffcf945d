package search

import (
	"strings"

	"pkgsearch/index"
	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// evaluation is a query compiled against one view: every matching document is scored, none is skipped.
type evaluation struct {
	view     *index.View
	query    Query
	ranking  *Ranking
	synonyms *Synonyms
	weights  *score.Weights // nil: the default, whose priors the view keeps

	words     []wanted
	terms     []term
	groups    []group
	slots     int       // words of the query, and words of the groups' expansions after them
	idf       []float64 // of each word of the query
	likeWords map[int][]string
	labels    [][numParts]string // of what each word adds, for explanations
	idfSum    float64
	least     float64 // a word counts as matched in full from this value on

	profile  bool // words are those of a package that others are to be like
	lookup   func(name string) (store.Package, error)
	cover    float64
	exponent float64 // of the prior

	correction string // the text with its slips mended; "" for none
	original   string // the package that an exactly named look-alike must not outrank; "" for none
	lookalike  string
	like       string
}

// wanted is one word that a package is asked for.
type wanted struct {
	text   string
	weight float64 // beside its rarity
	kin    bool    // looked for only by what is associated with it
}

// term is one posting list to read and where a hit in it counts.
type term struct {
	field  string
	text   string
	part   part
	slots  []int // none for whole-name terms
	weight float64
	soft   bool // does not make the word less rare
}

// group is an expansion of several words: all of them stand for the query's words that it covers.
type group struct {
	covers []int
	slots  []int
	weight float64
}

// match is what one document has of the query.
type match struct {
	parts        [][numParts]float64 // by slot: saturated frequency in each part, in [0,1)
	has          []float64           // by slot: how surely it is there, in [0,1]
	likened      bool                // it is the package that others are to be like
	derived      bool                // its name tells that it belongs to that package
	whole        bool                // the name is exactly the text
	nameLen      int                 // words of the name
	joined       float64             // how well its letters and digits agree with the text's, in [0,1]
	project      bool                // the scope has the letters of the text, and the name is its main package
	scope, main  bool                // both make a project
	near         *closeness          // nil when fewer than two words count
	declarations bool                // holds the type declarations of another package, and nobody asked for those
}

func (ev *evaluation) compile() error {
	q := ev.query
	ev.least = 1e-9
	for _, w := range q.Words {
		ev.words = append(ev.words, wanted{text: w, weight: 1})
	}
	if err := ev.readIntent(); err != nil {
		return err
	}
	ev.slots = len(ev.words)
	ev.likeWords = map[int][]string{}
	for i, w := range ev.words {
		if w.kin {
			continue
		}
		ev.addWord(i, w.text, 1)
	}
	if !ev.profile {
		if err := ev.addNames(); err != nil {
			return err
		}
		if err := ev.addSlips(); err != nil {
			return err
		}
		if err := ev.addCompounds(); err != nil {
			return err
		}
		ev.addSynonyms()
	}
	if err := ev.addAssociated(); err != nil {
		return err
	}
	if !strings.Contains(q.Text, "type") {
		ev.terms = append(ev.terms, term{index.FieldScope, "@types", inDeclarations, nil, 1, false})
	}
	if err := ev.weigh(); err != nil {
		return err
	}
	n := float64(max(1, len(q.Words)))
	ev.cover = ev.ranking.Cover
	if ev.profile {
		ev.exponent = ev.ranking.ProfilePrior
		ev.cover = ev.ranking.ProfileCover
		return nil
	}
	ev.exponent = ev.ranking.PriorMany + (ev.ranking.PriorOne-ev.ranking.PriorMany)/n
	return nil
}

// Whole-name terms are told apart by their part.
const (
	wholeName part = numParts + iota
	joinedName
	scopeName
	mainName
	inDeclarations
	likened
	derivedName
)

// addWord looks for a word wherever it may stand.
func (ev *evaluation) addWord(slot int, w string, weight float64) {
	ev.addWordFor([]int{slot}, w, weight, false)
}

// addWordFor looks for what stands for one or more words; if soft, those stay as rare as they are.
func (ev *evaluation) addWordFor(slots []int, w string, weight float64, soft bool) {
	stem := index.Stem(w)
	ev.terms = append(ev.terms,
		term{index.FieldWords, w, inName, slots, weight, soft},
		term{index.FieldStems, stem, inStem, slots, weight, soft})
	if !index.IsStopWord(w) {
		ev.terms = append(ev.terms,
			term{index.FieldTags, stem, inTags, slots, weight, soft},
			term{index.FieldDescription, stem, inProse, slots, weight, soft},
			term{index.FieldLead, stem, inLead, slots, weight, soft},
			term{index.FieldPeople, w, inPeople, slots, weight, soft})
	}
}

// weigh says how rare each word is, whatever stands for it.
func (ev *evaluation) weigh() error {
	df := make([]int, ev.slots)
	for _, t := range ev.terms {
		if len(t.slots) == 1 && !t.soft {
			n, err := ev.view.DocFreq(t.field, t.text)
			if err != nil {
				return err
			}
			df[t.slots[0]] = max(df[t.slots[0]], n)
		}
	}
	for _, g := range ev.groups {
		least := df[g.slots[0]]
		for _, s := range g.slots {
			least = min(least, df[s])
		}
		for _, c := range g.covers {
			df[c] = max(df[c], least)
		}
	}
	for i, w := range ev.words {
		v := idf(df[i], ev.view.Count()) * w.weight
		if index.IsStopWord(w.text) {
			v *= ev.ranking.StopWord
		}
		ev.idf = append(ev.idf, v)
		ev.idfSum += v
		ev.labels = append(ev.labels, labelsOf(w.text))
	}
	return nil
}
