package search

import "strings"

// maxExpansions bounds what is looked for beside the words of one query; the best come first.
const maxExpansions = 40

// expansion is a phrase that stands for words of the query.
type expansion struct {
	covers []int
	words  []string
	weight float64
}

// addSynonyms looks for what the words of the text are also called, and for what that is also called: words
// that are names of one thing find the same.
func (ev *evaluation) addSynonyms() {
	left := maxExpansions
	for at, w := range ev.query.Words {
		seen := map[string]bool{w: true}
		var all []expansion
		for _, e := range ev.synonyms.Expand(ev.query.Words, at) {
			covers := make([]int, e.Span)
			for i := range covers {
				covers[i] = at + i
			}
			if key := strings.Join(e.Words, " "); !seen[key] {
				seen[key] = true
				all = append(all, expansion{covers, e.Words, e.Weight})
			}
		}
		for _, e := range all {
			if e.weight < equalWeight {
				continue
			}
			for _, f := range ev.synonyms.Expand(e.words, 0) {
				if key := strings.Join(f.Words, " "); f.Span == len(e.words) && !seen[key] {
					seen[key] = true
					all = append(all, expansion{e.covers, f.Words, f.Weight})
				}
			}
		}
		for _, e := range all {
			if left == 0 {
				return
			}
			left--
			weight := e.weight * ev.ranking.Synonym
			if len(e.words) == 1 {
				ev.addWordFor(e.covers, e.words[0], weight, e.weight < equalWeight)
			} else {
				ev.addGroup(e.covers, e.words, weight)
			}
			if e.weight >= equalWeight && len(e.words) == 1 && len(e.covers) == 1 {
				ev.likeWords[e.covers[0]] = append(ev.likeWords[e.covers[0]], e.words[0])
			}
		}
	}
}
