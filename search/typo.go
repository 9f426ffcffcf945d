package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"pkgsearch/index"
	"pkgsearch/index/slip"
	"pkgsearch/index/store"
)

// correction is a word or name that a typist may have meant.
type correction struct {
	word   string
	likely float64
	df     int
	known  known // the package, if it is a name
}

// Bounds of what is considered beside one word or name, and of what is looked for.
const (
	maxNear        = 128 // the likeliest
	maxCorrections = 3
)

// rounding is more than what a product of a few numbers may be off by, as a share of it.
const rounding = 1e-9

// nearNames lists names a few slips from a joined one that may be meant, the likeliest first, with the packages
// that go by them; settled is when none may. Of the packages only the one likeliest meant is looked up and has a name.
func (ev *evaluation) nearNames(joined string, edits int, same known, settled bool) ([]correction, error) {
	if settled {
		return nil, nil
	}
	least := 0.0
	if same.found {
		least = ev.ratio(same.rank) / math.Pow(2*slip.Closest, 5) * float64(same.rank.Downloads+1) * (1 - rounding)
	}
	near, err := ev.dictionary.Names(joined, edits, uint64(least), maxNear)
	if err != nil {
		return nil, err
	}
	found := make([]correction, len(near))
	for i, n := range near {
		found[i] = correction{word: n.Text, likely: n.Likely, known: known{rank: store.Rank{Downloads: uint64(n.Use)}, found: true}}
	}
	return found, ev.lookUpBest(found)
}

// lookUpBest looks packages up in the order of their use until one is found that no other can outdo.
func (ev *evaluation) lookUpBest(names []correction) (err error) {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(names[b].use(), names[a].use()) })
	for n, i := range order {
		c := &names[i]
		if c.known, err = ev.mostUsed(index.FieldJoined, c.word); err != nil {
			return err
		}
		if c.known.found && n+1 < len(order) && c.use() >= names[order[n+1]].use() {
			break
		}
	}
	return nil
}

// use is how much the package is used, less if it is less likely meant.
func (c correction) use() float64 { return float64(c.known.rank.Downloads) * math.Pow(c.likely, 5) }

// addSlips looks for what the words of the text may mean if a finger slipped: words that are far more common.
func (ev *evaluation) addSlips() error {
	text, slipped := make([]string, len(ev.words)), false
	for i, w := range ev.words {
		text[i] = w.text
		found, own, err := ev.corrections(w.text)
		if err != nil {
			return err
		}
		odd := own < familiarWord
		if odd && ev.query.spaced() {
			found = sure(found)
			ev.words[i].meant = found
		}
		for _, c := range found {
			ev.addWord(ev.slot(i), c.word, ev.ranking.Slip*c.likely, false)
		}
		if len(found) > 0 && odd {
			text[i], slipped = found[0].word, true
		}
	}
	if slipped && ev.correction == "" && ev.lookalike == "" {
		ev.correction = strings.Join(text, " ")
	}
	return nil
}

// usualSlip is the likeness of a word to itself with one slip of a usual kind.
const usualSlip = 0.5

// sure makes a word with one usual slip as good as the word itself, for use where what was typed is none: there is
// nothing else it could mean.
func sure(found []correction) []correction {
	for i := range found {
		found[i].likely = min(1, found[i].likely/usualSlip)
	}
	return found
}

// spaced tells whether the text is words with spaces between them, which say what is needed; without spaces it
// rather is a name, in which odd words are no slips.
func (q *Query) spaced() bool { return strings.Contains(q.Text, " ") }

// corrections lists the words that are likeliest meant by one, and in how many packages it stands itself.
func (ev *evaluation) corrections(w string) (found []correction, own int, err error) {
	edits := editsFor(w)
	if edits == 0 || index.IsStopWord(w) {
		return nil, 0, nil
	}
	if own, err = ev.frequency(w); err != nil {
		return nil, 0, err
	}
	least := ev.ranking.SlipRatio * float64(own+1) / (slip.Closest * slip.Closest) * (1 - rounding)
	near, err := ev.dictionary.Frequent(w, edits, int(min(least, math.MaxInt32)), maxNear)
	if err != nil {
		return nil, 0, err
	}
	for _, n := range near {
		c := correction{word: n.Text, likely: n.Likely}
		if len(c.word) < 3 || ev.dictionary.Stem(c.word) == ev.dictionary.Stem(w) {
			continue
		}
		if c.df, err = ev.frequency(c.word); err != nil {
			return nil, 0, err
		}
		if float64(c.df)*c.likely*c.likely >= ev.ranking.SlipRatio*float64(own+1) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b correction) int {
		return cmp.Or(cmp.Compare(b.worth(), a.worth()), cmp.Compare(a.word, b.word))
	})
	return found[:min(len(found), maxCorrections)], own, nil
}

func (c correction) worth() float64 { return math.Pow(c.likely, 6) * float64(c.df) }

// frequency is the number of packages that have a word in the name or its stem in the description,
// whichever is more.
func (ev *evaluation) frequency(w string) (int, error) {
	names, err := ev.dictionary.DocFreq(index.FieldWords, w)
	if err != nil {
		return 0, err
	}
	texts, err := ev.dictionary.DocFreq(index.FieldDescription, ev.dictionary.Stem(w))
	return max(names, texts), err
}

// editsFor is the number of slips that a word of some length may hold.
func editsFor(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n >= 7:
		return 2
	case n >= 4:
		return 1
	}
	return 0
}
