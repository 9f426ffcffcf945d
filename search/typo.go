package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"pkgsearch/index"
	"pkgsearch/index/slip"
)

// correction is a word that a typist may have meant.
type correction struct {
	word   string
	likely float64
	df     int
}

// Bounds of what is considered beside one word or name, and of what is looked for.
const (
	maxNear        = 128 // the likeliest
	maxCorrections = 3
)

// near lists the terms of a field that are a few slips from a word, the likeliest first.
func (ev *evaluation) near(field, word string, edits int) ([]correction, error) {
	terms, err := ev.view.Near(field, word, edits)
	if err != nil {
		return nil, err
	}
	all := make([]correction, len(terms))
	for i, term := range terms {
		all[i] = correction{word: term, likely: slip.Likeness(word, term)}
	}
	slices.SortFunc(all, func(a, b correction) int {
		return cmp.Or(cmp.Compare(b.likely, a.likely), cmp.Compare(a.word, b.word))
	})
	return all[:min(len(all), maxNear)], nil
}

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
			ev.addWord([]int{i}, c.word, ev.ranking.Slip*c.likely, false)
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
	near, err := ev.near(index.FieldWords, w, edits)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range near {
		if len(c.word) < 3 || index.Stem(c.word) == index.Stem(w) {
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
	names, err := ev.view.DocFreq(index.FieldWords, w)
	if err != nil {
		return 0, err
	}
	texts, err := ev.view.DocFreq(index.FieldDescription, index.Stem(w))
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
