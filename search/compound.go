package search

import "pkgsearch/index"

// minHalf is the least length of the halves of a compound word.
const minHalf = 3

// addCompounds looks for words written as one where the text has two, and as two where it has one:
// "type script", "datepicker".
func (ev *evaluation) addCompounds() error {
	for i := 1; i < len(ev.query.Words); i++ {
		whole := ev.query.Words[i-1] + ev.query.Words[i]
		stem, both := index.Stem(whole), []int{i - 1, i}
		ev.terms = append(ev.terms,
			term{index.FieldWords, whole, inName, both, 1, true},
			term{index.FieldStems, stem, inStem, both, 1, true},
			term{index.FieldTags, stem, inTags, both, ev.ranking.Compound, true},
			term{index.FieldDescription, stem, inProse, both, ev.ranking.Compound, true},
			term{index.FieldLead, stem, inLead, both, ev.ranking.Compound, true})
	}
	for i, w := range ev.query.Words {
		left, right, err := ev.halves(w)
		if err != nil {
			return err
		}
		if left != "" {
			ev.addGroup([]int{i}, []string{left, right}, ev.ranking.Compound)
		}
	}
	return nil
}

// halves cuts a word into two that are found in far more packages than the word itself.
func (ev *evaluation) halves(w string) (left, right string, err error) {
	own, err := ev.frequency(w)
	if err != nil {
		return "", "", err
	}
	best := max(own, minCommon)
	for cut := minHalf; cut+minHalf <= len(w); cut++ {
		l, err := ev.frequency(w[:cut])
		if err != nil {
			return "", "", err
		}
		r, err := ev.frequency(w[cut:])
		if err != nil {
			return "", "", err
		}
		if n := min(l, r); n > best {
			best, left, right = n, w[:cut], w[cut:]
		}
	}
	return left, right, nil
}

// minCommon is the number of packages that must hold each half.
const minCommon = 50

// addGroup lets several words together stand for some of the query's.
func (ev *evaluation) addGroup(covers []int, words []string, weight float64) {
	g := group{covers: covers, weight: weight}
	for _, w := range words {
		g.slots = append(g.slots, ev.slots)
		ev.addWord(ev.slots, w, 1)
		ev.slots++
	}
	ev.groups = append(ev.groups, g)
}
