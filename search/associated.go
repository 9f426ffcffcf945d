package search

import (
	"math"

	"pkgsearch/index"
)

type nb struct {
	W string
	S float64
}

func (ev *evaluation) addAssociated() error {
	r := ev.ranking
	for i, w := range ev.words {
		n := 0
		for _, a := range ev.assoc[index.Stem(w.text)] {
			if a.S < r.AssocMin || n >= int(r.AssocMax) {
				break
			}
			n++
			weight := r.Assoc * math.Pow(a.S, r.AssocPow)
			only := []int{i}
			ev.terms = append(ev.terms,
				term{index.FieldStems, a.W, inStem, only, weight, true},
				term{index.FieldTags, a.W, inTags, only, weight, true},
				term{index.FieldDescription, a.W, inProse, only, weight, true},
				term{index.FieldLead, a.W, inLead, only, weight, true})
		}
	}
	return nil
}
