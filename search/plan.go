package search

import (
	"context"
	"slices"
	"strings"

	"pkgsearch/index"
	"pkgsearch/index/postings"
	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// evaluation is a query compiled against one view.
type evaluation struct {
	view       *index.View
	dictionary *index.Lookup // of the view
	query      Query
	ranking    *Ranking
	synonyms   *Synonyms
	weights    *score.Weights // nil: the default, whose priors the view keeps
	narrowed   narrowing
	exhaustive bool                                     // score every match, to compare with
	scored     int                                      // documents looked at
	lookup     func(name string) (store.Package, error) // a record

	words    []wanted
	terms    []term
	names    []nameTerm
	derived  []string // words of the name of a package that others are to be like
	groups   []group
	slots    int                // the words, and after them those of the groups
	idf      []float64          // by word
	idfSum   float64            // of all words
	labels   [][numParts]string // by word: what it adds; empty but for explanations
	numbers  []int              // 0, 1, 2...
	exponent float64            // of the prior
	detail   float64            // how much of a description the text is, in [0,1)
	cover    float64            // exponent of the share of the words that a package has

	typesAsked bool    // type declarations are not what is in the way
	likeOne    string  // the package that others are to be like; "" for none
	named      known   // the most used package whose name is the text but for its case
	original   string  // the package that was meant by the text, which is a look-alike's name; "" for none
	lookalike  string  // that look-alike
	shell      string  // the package of the text's own name, if it is one, see isShell; "" for none
	shellScore float64 // and its score
	correction string  // the text without its slips; "" when it seems to have none
}

// wanted is one word that a package is asked for.
type wanted struct {
	text    string
	weight  float64      // beside its rarity
	kinOnly bool         // looked for by what is associated with it alone
	equals  []string     // other words for the same thing
	meant   []correction // in place of an odd word, the likeliest first
}

// term is one posting list of words to read and what a hit in it stands for.
type term struct {
	kind     postings.Kind
	text     string
	slots    []int   // that it stands for
	weight   float64 // how surely it is meant, in [0,1]
	soft     bool    // does not make the word less rare
	nameOnly bool    // counts in names alone: a stop word
	again    bool    // a word of the query stands for the same, so that it is not counted twice as covered
}

// nameTerm is the packages that one field of the index knows by a name as a whole.
type nameTerm struct {
	part   part
	field  string
	text   string
	weight float64 // how surely it is meant, in [0,1]
}

// group is several words that stand for some of the query's when a package has all of them.
type group struct {
	covers []int
	slots  []int
	weight float64
}

// usualTerms is the number of posting lists for which there is room at once.
const usualTerms = 128

// mostIn is the number of packages that have a term in one of the fields where the index keeps such words, the
// most of all fields.
func (ev *evaluation) mostIn(t term) (int, error) {
	switch {
	case t.kind == postings.Words:
		return ev.dictionary.DocFreq(index.FieldWords, t.text)
	case t.kind == postings.People:
		return ev.dictionary.DocFreq(index.FieldPeople, t.text)
	}
	most, err := ev.dictionary.DocFreq(index.FieldStems, t.text)
	if t.nameOnly || err != nil {
		return most, err
	}
	for _, field := range [...]string{index.FieldTags, index.FieldDescription} {
		n, err := ev.dictionary.DocFreq(field, t.text)
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return most, nil
}

// compile decides which posting lists matter and what each word is worth, for which it asks the index how
// often words occur. What it asks for is bounded whatever the text, and it ends when ctx does.
func (ev *evaluation) compile(ctx context.Context) error {
	ev.terms, ev.numbers = make([]term, 0, usualTerms), make([]int, 0, usualTerms)
	ev.words = make([]wanted, 0, len(ev.query.Words))
	for _, w := range ev.query.Words {
		ev.words = append(ev.words, wanted{text: w, weight: 1})
	}
	if err := ev.readIntent(); err != nil {
		return err
	}
	steps := []func() error{ev.addWords, ev.addNames, ev.addRivals, ev.addSlips, ev.addCompounds, ev.addSynonyms, ev.addNumeronyms,
		ev.addAssociated, ev.weigh}
	if ev.likeOne != "" {
		steps = []func() error{ev.addWords, ev.addAssociated, ev.weigh}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	r := ev.ranking
	ev.detail = detailOf(len(ev.words))
	ev.cover = r.Cover + (r.CoverMany-r.Cover)*ev.detail
	ev.exponent = r.PriorMany + (r.PriorOne-r.PriorMany)/float64(max(1, len(ev.words)))
	if ev.likeOne != "" {
		ev.detail, ev.cover, ev.exponent = 0, r.LikeCover, r.LikePrior
	}
	ev.exponent *= ev.query.Weighing.effect()
	return nil
}

func (ev *evaluation) addWords() error {
	ev.slots = len(ev.words)
	ev.typesAsked = slices.ContainsFunc(ev.query.Words, func(w string) bool { return strings.HasPrefix(w, "type") })
	for i, w := range ev.words {
		if !w.kinOnly {
			ev.addWord(ev.slot(i), w.text, 1, false)
		}
	}
	return nil
}

// addWord looks wherever it may stand for a word that stands for one or more words of the query; if soft,
// those stay as rare as they are.
func (ev *evaluation) addWord(slots []int, w string, weight float64, soft bool) {
	ev.addTerm(term{kind: postings.Words, text: w, slots: slots, weight: weight, soft: soft})
	stopWord := index.IsStopWord(w)
	ev.addStem(slots, ev.dictionary.Stem(w), weight, soft, stopWord)
	if !stopWord {
		ev.addTerm(term{kind: postings.People, text: w, slots: slots, weight: weight, soft: soft})
	}
}

// addStem looks for a stem in what is stemmed; a stop word stands in names alone.
func (ev *evaluation) addStem(slots []int, stem string, weight float64, soft, stopWord bool) {
	ev.addTerm(term{kind: postings.Stems, text: stem, slots: slots, weight: weight, soft: soft, nameOnly: stopWord})
}

func (ev *evaluation) addTerm(t term) {
	if t.weight > 0 {
		ev.terms = append(ev.terms, t)
	}
}

// slot is a list of one slot, not to be changed.
func (ev *evaluation) slot(i int) []int {
	for len(ev.numbers) <= i {
		ev.numbers = append(ev.numbers, len(ev.numbers))
	}
	return ev.numbers[i : i+1 : i+1]
}

// hasWord tells whether the query has a form of a word.
func (ev *evaluation) hasWord(w string) bool {
	stem := ev.dictionary.Stem(w)
	return slices.ContainsFunc(ev.words, func(own wanted) bool { return ev.dictionary.Stem(own.text) == stem })
}

// addGroup lets several words together stand for some of the query's.
func (ev *evaluation) addGroup(covers []int, words []string, weight float64) {
	if weight == 0 {
		return
	}
	g := group{covers: covers, weight: weight}
	for _, w := range words {
		g.slots = append(g.slots, ev.slots)
		from := len(ev.terms)
		ev.addWord(ev.slot(ev.slots), w, 1, false)
		if ev.hasWord(w) {
			for i := range ev.terms[from:] {
				ev.terms[from+i].again = true
			}
		}
		ev.slots++
	}
	ev.groups = append(ev.groups, g)
}

// weigh says how rare each word is, whatever stands for it.
func (ev *evaluation) weigh() error {
	df := make([]int, ev.slots)
	for _, t := range ev.terms {
		if len(t.slots) != 1 || t.soft {
			continue
		}
		n, err := ev.mostIn(t)
		if err != nil {
			return err
		}
		df[t.slots[0]] = max(df[t.slots[0]], n)
	}
	for _, g := range ev.groups {
		least := df[g.slots[0]]
		for _, s := range g.slots[1:] {
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
	}
	ev.labels = make([][numParts]string, len(ev.words))
	return nil
}
