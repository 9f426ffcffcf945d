package search

import (
	"cmp"
	"math"
	"slices"

	"pkgsearch/index/associate"
)

// maxAssociated bounds what is looked for by association in one query.
const maxAssociated = 24

// addAssociated looks for what the corpus says goes together with the words.
func (ev *evaluation) addAssociated() error {
	r := ev.ranking
	each := min(int(r.AssociatedMost), maxAssociated/max(1, len(ev.words)))
	for i, w := range ev.words {
		near := ev.associates(w)
		if !w.kinOnly {
			near = near[:min(len(near), each)]
		}
		for _, a := range near {
			likeness, weight := float64(a.Likeness), 1.0
			if !w.kinOnly {
				if likeness < r.AssociatedLeast {
					break
				}
				weight = r.Associated
			}
			ev.addStem(ev.slot(i), a.Word, weight*math.Pow(likeness, r.AssociatedPower), true, false)
		}
	}
	ev.addMeantAssociated(each)
	return nil
}

// addMeantAssociated looks for what goes together with the word that was meant by an odd one, if it has a usual slip.
func (ev *evaluation) addMeantAssociated(each int) {
	r := ev.ranking
	for i, w := range ev.words {
		if len(w.meant) == 0 || w.meant[0].likely < 1 {
			continue
		}
		near := ev.view.Associated(ev.dictionary.Stem(w.meant[0].word))
		for _, a := range near[:min(len(near), each)] {
			likeness := float64(a.Likeness)
			if likeness < r.AssociatedLeast {
				break
			}
			ev.addStem(ev.slot(i), a.Word, r.Associated*math.Pow(likeness, r.AssociatedPower), true, false)
		}
	}
}

// associates lists the associations of a word and of its equals, the closest first.
func (ev *evaluation) associates(w wanted) []associate.Neighbour {
	near := ev.view.Associated(ev.dictionary.Stem(w.text))
	if len(w.equals) == 0 {
		return near
	}
	near = slices.Clone(near)
	for _, text := range w.equals {
		near = append(near, ev.view.Associated(ev.dictionary.Stem(text))...)
	}
	slices.SortFunc(near, func(a, b associate.Neighbour) int {
		return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(a.Word, b.Word))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(near, func(n associate.Neighbour) bool {
		again := seen[n.Word]
		seen[n.Word] = true
		return again
	})
}
