package eval

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// rounds of the bootstrap; the interval's ends are then good to a third digit.
const rounds = 2000

// Change is how the nDCG of a family moved between two runs over the same queries.
type Change struct {
	Family        string
	Queries       int
	Before, After float64
	Low, High     float64 // 95% interval of After - Before: paired bootstrap (Efron, 1979), always the same draws
	Won, Lost     int     // queries
}

// Move is one query whose nDCG changed.
type Move struct {
	Query         *Query
	Before, After Answer
}

// By is what the query gained.
func (m Move) By() float64 { return m.After.Scores.NDCG - m.Before.Scores.NDCG }

// Compare pairs two runs by the queries' ids. Changes come by family, the last one over the means of
// families; moves from the greatest loss to the greatest gain.
func Compare(before, after *Report) ([]Change, []Move, error) {
	earlier := map[string]Answer{}
	for _, a := range before.Answers {
		earlier[a.Query.ID] = a
	}
	var moves []Move
	gains := map[string][]float64{}
	byFamily := map[string]*Change{}
	for _, a := range after.Answers {
		b, ok := earlier[a.Query.ID]
		if !ok {
			continue
		}
		f := a.Query.Family
		c := byFamily[f]
		if c == nil {
			c = &Change{Family: f}
			byFamily[f] = c
		}
		m := Move{a.Query, b, a}
		gains[f] = append(gains[f], m.By())
		c.Queries++
		c.Before += b.Scores.NDCG
		c.After += a.Scores.NDCG
		switch {
		case m.By() > 1e-9:
			c.Won++
			moves = append(moves, m)
		case m.By() < -1e-9:
			c.Lost++
			moves = append(moves, m)
		}
	}
	if len(byFamily) == 0 {
		return nil, nil, fmt.Errorf("the two runs have no query in common")
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return cmp.Compare(a.By(), b.By()) })
	return changes(byFamily, gains), moves, nil
}

func changes(byFamily map[string]*Change, gains map[string][]float64) []Change {
	var all []Change
	total := Change{Family: "(mean of families)"}
	sums := make([]float64, rounds)
	families := slices.Sorted(maps.Keys(byFamily))
	for _, f := range families {
		c := byFamily[f]
		c.Before /= float64(c.Queries)
		c.After /= float64(c.Queries)
		draws := bootstrap(gains[f])
		for i, d := range draws {
			sums[i] += d / float64(len(families))
		}
		c.Low, c.High = interval(draws)
		total.Queries += c.Queries
		total.Before += c.Before / float64(len(families))
		total.After += c.After / float64(len(families))
		total.Won += c.Won
		total.Lost += c.Lost
		all = append(all, *c)
	}
	total.Low, total.High = interval(sums)
	return append(all, total)
}

// bootstrap gives the means of samples drawn with replacement.
func bootstrap(values []float64) []float64 {
	dice := rand.New(rand.NewPCG(1, uint64(len(values))))
	means := make([]float64, rounds)
	for i := range means {
		for range values {
			means[i] += values[dice.IntN(len(values))]
		}
		means[i] /= float64(len(values))
	}
	return means
}

func interval(draws []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(draws))
	return sorted[len(sorted)*25/1000], sorted[len(sorted)*975/1000-1]
}
