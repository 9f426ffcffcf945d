package search

import (
	"math"

	"pkgsearch/index"
)

func (ev *evaluation) addAssociated() error {
	r := ev.ranking
	for i, w := range ev.words {
		n := 0
		for _, a := range ev.view.Associated(index.Stem(w.text)) {
			if float64(a.Likeness) < r.AssocMin || n >= int(r.AssocMax) && !w.kin {
				break
			}
			n++
			weight := r.Assoc * math.Pow(float64(a.Likeness), r.AssocPow)
			if w.kin {
				weight = float64(a.Likeness)
			}
			only := []int{i}
			ev.terms = append(ev.terms,
				term{index.FieldStems, a.Word, inStem, only, weight, true},
				term{index.FieldTags, a.Word, inTags, only, weight, true},
				term{index.FieldDescription, a.Word, inProse, only, weight, true},
				term{index.FieldLead, a.Word, inLead, only, weight, true})
		}
	}
	return nil
}
