package search

import (
	"strings"
)

// maxExpansions bounds what is looked for beside the words of one query.
const maxExpansions = 40

// expansion is a phrase that stands for words of the query.
type expansion struct {
	covers []int
	words  []string
	weight float64
}

// addSynonyms looks for what the words of the text are also called.
func (ev *evaluation) addSynonyms() error {
	left := maxExpansions
	for at := range ev.query.Words {
		for _, e := range ev.expansions(at) {
			if left == 0 {
				return nil
			}
			left--
			weight, equal := e.weight*ev.ranking.Synonym, e.weight >= equalWeight
			if len(e.words) > 1 {
				ev.addGroup(e.covers, e.words, weight)
				continue
			}
			ev.addWord(e.covers, e.words[0], weight, !equal)
			if equal && len(e.covers) == 1 {
				w := &ev.words[e.covers[0]]
				w.equals = append(w.equals, e.words[0])
			}
		}
	}
	return nil
}

// Bounds of numeronyms.
const (
	maxNumeronyms = 2  // of a query
	maxMeanings   = 64 // words considered for one, in the order of the alphabet
)

// addNumeronyms looks for the word that the most packages use of those that a numeronym without a synonym may
// stand for.
func (ev *evaluation) addNumeronyms() error {
	left := maxNumeronyms
	for i, w := range ev.words {
		first, last, between, ok := numeronym(w.text)
		if !ok || len(w.equals) > 0 || left == 0 {
			continue
		}
		left--
		words, err := ev.dictionary.Between(first, last, between)
		if err != nil {
			return err
		}
		meant, most := "", 0
		for _, word := range words[:min(len(words), maxMeanings)] {
			n, err := ev.frequency(word)
			if err != nil {
				return err
			}
			if n > most {
				meant, most = word, n
			}
		}
		if meant != "" {
			ev.addWord([]int{i}, meant, ev.ranking.Synonym, false)
		}
	}
	return nil
}

// expansions lists what may stand for the words from one on: their synonyms, and those of the words that
// are names of the same thing, so that all such words find the same.
func (ev *evaluation) expansions(at int) []expansion {
	first := ev.synonyms.expand(ev.query.Words, at, ev.dictionary.Stem)
	if len(first) == 0 {
		return nil
	}
	seen := map[string]bool{ev.query.Words[at]: true}
	var all []expansion
	add := func(covers []int, words []string, weight float64) {
		if key := strings.Join(words, " "); !seen[key] {
			seen[key] = true
			all = append(all, expansion{covers, words, weight})
		}
	}
	for _, e := range first {
		covers := make([]int, e.Span)
		for i := range covers {
			covers[i] = at + i
		}
		add(covers, e.Words, e.Weight)
	}
	for _, e := range all { // without what the loop adds
		if e.weight < equalWeight {
			continue
		}
		for _, f := range ev.synonyms.expand(e.words, 0, ev.dictionary.Stem) {
			if f.Span == len(e.words) {
				add(e.covers, f.Words, f.Weight)
			}
		}
	}
	return all
}
