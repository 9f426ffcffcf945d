package search

import (
	"slices"
	"unicode/utf8"

	"pkgsearch/index"
	"pkgsearch/index/postings"
)

// Bounds of compound words.
const (
	minHalf   = 3  // letters of each half
	minCommon = 50 // packages that must hold each half
)

// addCompounds looks for words written as one where the text has two, and as two where it has one:
// "type script", "datepicker", "datePickerView".
func (ev *evaluation) addCompounds() error {
	words := ev.query.Words
	for i := 1; i < len(words); i++ {
		whole, both := words[i-1]+words[i], []int{i - 1, i}
		ev.addTerm(term{kind: postings.Words, text: whole, slots: both, weight: 1, soft: true})
		ev.addStem(both, ev.dictionary.Stem(whole), ev.ranking.Compound, true, false)
	}
	for i, w := range words {
		split, err := ev.addHump(i, w)
		if err != nil {
			return err
		}
		if split {
			continue
		}
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

// addHump looks for a word in camelCase as its parts too, if each is found in more packages than the word: else it is a
// word of its own, such as a brand. It tells whether it is split.
func (ev *evaluation) addHump(i int, w string) (bool, error) {
	at := slices.IndexFunc(ev.query.Humps, func(h index.Hump) bool { return h.Word == w })
	if at < 0 {
		return false, nil
	}
	own, err := ev.frequency(w)
	if err != nil {
		return false, err
	}
	parts := ev.query.Humps[at].Parts
	for _, part := range parts {
		if n, err := ev.frequency(part); err != nil || n <= own {
			return false, err
		}
	}
	ev.addGroup([]int{i}, parts, ev.ranking.Compound)
	return true, nil
}

// halves cuts a word into two that are found in more packages than the word itself, each; "" for none.
func (ev *evaluation) halves(w string) (left, right string, err error) {
	own, err := ev.frequency(w)
	if err != nil {
		return "", "", err
	}
	best := max(own, minCommon)
	for cut := range w {
		if utf8.RuneCountInString(w[:cut]) < minHalf || utf8.RuneCountInString(w[cut:]) < minHalf {
			continue
		}
		l, err := ev.frequency(w[:cut])
		if err != nil {
			return "", "", err
		}
		if l <= best {
			continue
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
