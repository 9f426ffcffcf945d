package search

import (
	"cmp"
	"math"
	"slices"

	"pkgsearch/index"
	"pkgsearch/index/associate"
)

func (ev *evaluation) addAssociated() error {
	r := ev.ranking
	for i, w := range ev.words {
		n := 0
		var near []associate.Neighbour
		for _, x := range append([]string{w.text}, ev.likeWords[i]...) {
			near = append(near, ev.view.Associated(index.Stem(x))...)
		}
		slices.SortStableFunc(near, func(a, b associate.Neighbour) int { return cmp.Compare(b.Likeness, a.Likeness) })
		for _, a := range near {
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
