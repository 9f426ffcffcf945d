package eval

import (
	"fmt"
	"math"
	"testing"
)

// runOf has two families: "even" whose figures are x, "odd" whose figures are y.
func runOf(n int, x, y func(i int) float64) *Run {
	run := &Run{Size: 10}
	for i := range n {
		row := Row{ID: fmt.Sprintf("%03d", i), Family: "even", Figures: noFigures()}
		row.Figures[NDCG] = x(i)
		if i%2 == 1 {
			row.Family, row.Figures[NDCG] = "odd", y(i)
		}
		run.Queries = append(run.Queries, row)
	}
	return run
}

func constant(v float64) func(int) float64 { return func(int) float64 { return v } }

func TestCompareSumsUpPairs(t *testing.T) {
	before := runOf(40, constant(.5), constant(.5))
	after := runOf(42, func(i int) float64 { return .5 + .1*float64(i%4) }, constant(.4)) // even: .5 or .7
	c, err := Compare(before, after, NDCG, 1)
	if err != nil {
		t.Fatal(err)
	}
	even, odd := c.Families[0], c.Families[1]
	near(t, "before", even.Before, .5)
	if even.Queries != 20 || even.Won != 10 || even.Lost != 0 || math.Abs(even.Mean-.1) > 1e-9 {
		t.Errorf("even: %+v", even)
	}
	// The mean of 20 values, half 0 and half .2, has a standard error of .1/sqrt(20): the middle 95% are about ±.044.
	if math.Abs(even.Low-.056) > .012 || math.Abs(even.High-.144) > .012 {
		t.Errorf("even is from %.3f to %.3f", even.Low, even.High)
	}
	if odd.Lost != 20 || math.Abs(odd.Low+.1) > 1e-9 || math.Abs(odd.High+.1) > 1e-9 {
		t.Errorf("a change that is the same everywhere has no spread: %+v", odd)
	}
	if math.Abs(c.Mean.Mean) > 1e-9 || c.Mean.Won != 10 || c.Mean.Lost != 20 || c.Unpaired != 2 {
		t.Errorf("mean: %+v, %d unpaired", c.Mean, c.Unpaired)
	}
	if len(c.Moves) != 30 || c.Moves[0].ID != "002" || math.Abs(c.Moves[0].After-.7) > 1e-9 {
		t.Errorf("%d moves, first %+v", len(c.Moves), c.Moves[0])
	}
}

func TestCompareIsDeterministic(t *testing.T) {
	wave := func(i int) float64 { return math.Abs(math.Sin(float64(i))) }
	before, after := runOf(50, wave, wave), runOf(50, func(i int) float64 { return wave(i + 1) }, wave)
	first, err := Compare(before, after, NDCG, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(after.Queries)-1; i < j; i, j = i+1, j-1 { // another order of the queries
		after.Queries[i], after.Queries[j] = after.Queries[j], after.Queries[i]
	}
	second, err := Compare(before, after, NDCG, 1)
	if err != nil {
		t.Fatal(err)
	}
	if asJSON(t, first) != asJSON(t, second) {
		t.Error("the same runs compare differently")
	}
	third, err := Compare(before, after, NDCG, 2)
	if err != nil {
		t.Fatal(err)
	}
	if first.Families[0].Low == third.Families[0].Low && first.Families[0].High == third.Families[0].High {
		t.Error("the seed does not matter")
	}
}

func TestCompareRefusesWhatHasNoPairs(t *testing.T) {
	a, b := runOf(2, constant(1), constant(1)), runOf(2, constant(1), constant(1))
	if _, err := Compare(a, b, Saved, 1); err == nil {
		t.Error("a metric that applies to no query was compared")
	}
	b.Size = 20
	if _, err := Compare(a, b, NDCG, 1); err == nil {
		t.Error("runs of two depths were compared")
	}
}
