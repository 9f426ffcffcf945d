package index

import (
	"cmp"
	"context"
	"slices"
)

// Frequent lists the n terms of a field that most documents have, the most frequent first, ties by term. It walks
// the whole dictionary: some tens of nanoseconds a term, and memory for n of them.
func (v *View) Frequent(ctx context.Context, field string, n int) ([]TermCount, error) {
	order := func(a, b TermCount) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), cmp.Compare(a.Term, b.Term))
	}
	var best []TermCount
	err := v.eachTerm(ctx, field, true, func(t TermCount) error {
		if best = append(best, t); len(best) >= 2*n+checkEvery {
			slices.SortFunc(best, order)
			best = best[:n]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(best, order)
	return best[:min(n, len(best))], nil
}
