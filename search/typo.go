package search

import (
	"cmp"
	"slices"

	"pkgsearch/index"
	"pkgsearch/index/slip"
)

// correction is a word that a typist may have meant.
type correction struct {
	word   string
	weight float64
	df     int
}

// addSlips looks for what the words of the text may mean if a finger slipped: words that are far more common.
func (ev *evaluation) addSlips() error {
	for i, w := range ev.words {
		found, err := ev.corrections(w.text)
		if err != nil {
			return err
		}
		for _, c := range found {
			ev.addWord(i, c.word, c.weight)
		}
	}
	return nil
}

const maxCorrections = 3

func (ev *evaluation) corrections(w string) ([]correction, error) {
	edits := editsFor(w)
	if edits == 0 || index.IsStopWord(w) {
		return nil, nil
	}
	r := ev.ranking
	own, err := ev.frequency(w)
	if err != nil {
		return nil, err
	}
	near, err := ev.view.Near(index.FieldWords, w, edits)
	if err != nil {
		return nil, err
	}
	var found []correction
	for _, c := range near {
		if len(c) < 3 || index.Stem(c) == index.Stem(w) {
			continue
		}
		df, err := ev.frequency(c)
		if err != nil {
			return nil, err
		}
		likely := slip.Likeness(w, c)
		if float64(df)*likely*likely < r.SlipRatio*(float64(own)+r.SlipFloor) {
			continue
		}
		found = append(found, correction{c, r.Slip * likely, df})
	}
	slices.SortFunc(found, func(a, b correction) int {
		return cmp.Or(cmp.Compare(b.weight*b.weight*b.weight*float64(b.df), a.weight*a.weight*a.weight*float64(a.df)), cmp.Compare(a.word, b.word))
	})
	return found[:min(len(found), maxCorrections)], nil
}

// frequency is the number of packages that have a word in the name or the description, whichever is more.
func (ev *evaluation) frequency(w string) (int, error) {
	a, err := ev.view.DocFreq(index.FieldWords, w)
	if err != nil {
		return 0, err
	}
	b, err := ev.view.DocFreq(index.FieldDescription, index.Stem(w))
	return max(a, b), err
}
