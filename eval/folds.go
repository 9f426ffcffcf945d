package eval

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
)

// folds is how queries are dealt and what each weighs in the objective.
type folds struct {
	of      []int    // the fold of each query
	family  []string // and its family
	weights map[string]float64
	n       int
}

// newFolds deals the queries of each family evenly. Those of one group stay together, since they share their
// judgements.
func newFolds(queries []Query, o TuneOptions) (folds, error) {
	f := folds{of: make([]int, len(queries)), weights: map[string]float64{}, n: o.Folds}
	if len(queries) < o.Folds {
		return f, fmt.Errorf("%d queries cannot be dealt into %d folds", len(queries), o.Folds)
	}
	type unit struct{ family, name string }
	members := map[unit][]int{}
	for i, q := range queries {
		f.family = append(f.family, q.Family)
		f.weights[q.Family] = 1
		name := "id " + q.ID
		if q.Group != "" {
			name = "group " + q.Group
		}
		members[unit{q.Family, name}] = append(members[unit{q.Family, name}], i)
	}
	for _, family := range slices.Sorted(maps.Keys(o.Weights)) {
		if _, ok := f.weights[family]; !ok {
			return f, fmt.Errorf("there is no family %q to weigh", family)
		}
		if w := o.Weights[family]; !(w >= 0 && w <= 1e6) {
			return f, fmt.Errorf("the weight of family %s is %g: it must be from 0 to 1e6", family, w)
		}
		f.weights[family] = o.Weights[family]
	}
	total := 0.0
	for _, w := range f.weights {
		total += w
	}
	if total == 0 {
		return f, errors.New("no family weighs anything")
	}
	place := func(u unit) uint64 { // shuffles, the same for the same seed
		h := fnv.New64a()
		fmt.Fprintf(h, "%d %s", o.Seed, u.name)
		return h.Sum64()
	}
	units := slices.SortedFunc(maps.Keys(members), func(a, b unit) int {
		return cmp.Or(cmp.Compare(a.family, b.family), cmp.Compare(place(a), place(b)), cmp.Compare(a.name, b.name))
	})
	for n, u := range units {
		for _, i := range members[u] {
			f.of[i] = n % o.Folds
		}
	}
	return f, nil
}

// weigh gives the weights that make a sum of figures the objective over the chosen queries.
func (f folds) weigh(chosen func(i int) bool) []float64 {
	count := map[string]float64{}
	for i, family := range f.family {
		if chosen(i) {
			count[family]++
		}
	}
	total := 0.0
	for _, family := range slices.Sorted(maps.Keys(count)) {
		total += f.weights[family]
	}
	weights := make([]float64, len(f.family))
	for i, family := range f.family {
		if chosen(i) && total > 0 {
			weights[i] = f.weights[family] / total / count[family]
		}
	}
	return weights
}

func (f folds) all() []float64           { return f.weigh(func(int) bool { return true }) }
func (f folds) train(fold int) []float64 { return f.weigh(func(i int) bool { return f.of[i] != fold }) }
func (f folds) held(fold int) []float64  { return f.weigh(func(i int) bool { return f.of[i] == fold }) }
