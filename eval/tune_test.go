package eval

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

func tuneQueries(n int) []Query {
	var queries []Query
	for i := range n {
		queries = append(queries, Query{ID: fmt.Sprint(i), Family: []string{"a", "b", "c"}[i%3], Text: "q", Relevant: map[string]int{"p": 1}})
	}
	return queries
}

// noise is from -1 to 1, different for every query and choice of values.
func noise(q int, values ...float64) float64 {
	h := fnv.New64a()
	fmt.Fprint(h, q, values)
	return 2*float64(h.Sum64()%1_000_003)/1_000_003 - 1
}

// valley is best where "height" is 8 and "depth" is 0.3, whatever "idle" is; queries differ a little.
func valley(_ context.Context, values []float64, queries []int) ([]float64, error) {
	figures := make([]float64, len(queries))
	for i, q := range queries {
		height, depth := math.Log(values[0]/8), math.Log(values[1]/0.3)
		figures[i] = 1/(1+.3*height*height+.2*depth*depth) + .02*noise(q, values[0], values[1])
	}
	return figures, nil
}

func valleyOptions() TuneOptions {
	return TuneOptions{Settings: []Setting{
		{"height", 1, 0, 100}, {"depth", 1, 0, 100}, {"idle", 1, 0, 100},
	}}
}

func TestTuneFindsTheBest(t *testing.T) {
	o := valleyOptions()
	steps := 0
	o.Log = func(Step) { steps++ }
	got, err := Tune(t.Context(), tuneQueries(90), valley, o)
	if err != nil {
		t.Fatal(err)
	}
	height, depth, idle := got.Settings[0], got.Settings[1], got.Settings[2]
	if !got.Kept || height.To < 6.5 || height.To > 9.8 || depth.To < .22 || depth.To > .4 {
		t.Errorf("height is %g, best is 8; depth is %g, best is 0.3; kept: %v", height.To, depth.To, got.Kept)
	}
	if idle.To != idle.From {
		t.Errorf("what changes nothing was moved to %g", idle.To)
	}
	if got.After-got.Before < .3 || got.Train < .3 || got.HeldOut.Mean.Low < .3 {
		t.Errorf("gains: %.3f over all, %.3f train, %+v held out", got.After-got.Before, got.Train, got.HeldOut.Mean)
	}
	if steps == 0 || got.Evaluations > 1000 {
		t.Errorf("%d steps, %g evaluations", steps, got.Evaluations)
	}
}

func TestTuneIsDeterministic(t *testing.T) {
	var runs []string
	for range 2 {
		got, err := Tune(t.Context(), tuneQueries(30), valley, valleyOptions())
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, asJSON(t, got))
	}
	if runs[0] != runs[1] {
		t.Errorf("%s\n%s", runs[0], runs[1])
	}
}

// What a few queries have to gain by chance is taken back when others do not share it.
func TestTuneLeavesNoiseAlone(t *testing.T) {
	pure := func(_ context.Context, values []float64, queries []int) ([]float64, error) {
		figures := make([]float64, len(queries))
		for i, q := range queries {
			figures[i] = .5 + .5*noise(q, values...)
		}
		return figures, nil
	}
	moved := 0
	for seed := range uint64(10) {
		o := valleyOptions()
		o.Seed = seed
		got, err := Tune(t.Context(), tuneQueries(45), pure, o)
		if err != nil {
			t.Fatal(err)
		}
		if got.Train < .02 {
			t.Errorf("seed %d: nothing was gained even by chance: %.3f", seed, got.Train)
		}
		if got.Kept {
			moved++
		} else if got.After != got.Before || got.Settings[0].To != got.Settings[0].From {
			t.Errorf("seed %d: not kept, but changed", seed)
		}
	}
	if moved > 3 {
		t.Errorf("%d of 10 tunings to noise were kept", moved)
	}
}

func TestTuneStaysWithinBoundsAndBudget(t *testing.T) {
	asked := 0
	measure := func(_ context.Context, values []float64, queries []int) ([]float64, error) {
		asked += len(queries)
		if values[0] < .5 || values[0] > 3 || values[1] > .25 {
			t.Errorf("measured %v", values)
		}
		figures := make([]float64, len(queries))
		for i := range queries {
			figures[i] = 1 - 1/(1+values[0]) + values[1]
		}
		return figures, nil
	}
	o := TuneOptions{Settings: []Setting{{"up", 1, .5, 3}, {"zero", 0, 0, .25}}, Evaluations: 40}
	got, err := Tune(t.Context(), tuneQueries(30), measure, o)
	if err != nil {
		t.Fatal(err)
	}
	if got.Settings[0].To != 3 || got.Settings[1].To != .25 {
		t.Errorf("settings: %+v", got.Settings)
	}
	if asked > 45*30 {
		t.Errorf("%d queries were asked", asked)
	}
}

func TestTuneWeighsFamilies(t *testing.T) {
	measure := func(_ context.Context, values []float64, queries []int) ([]float64, error) {
		figures := make([]float64, len(queries))
		for i, q := range queries { // family a likes it high, the others low
			figures[i] = values[0] / (1 + values[0])
			if q%3 != 0 {
				figures[i] = .6 / (1 + values[0])
			}
		}
		return figures, nil
	}
	for weight, up := range map[float64]bool{1: false, 5: true} {
		o := TuneOptions{Settings: []Setting{{"x", 1, 0, 100}}, Weights: map[string]float64{"a": weight}}
		got, err := Tune(t.Context(), tuneQueries(60), measure, o)
		if err != nil {
			t.Fatal(err)
		}
		if (got.Settings[0].To > 1) != up {
			t.Errorf("weight %g: x is %g", weight, got.Settings[0].To)
		}
	}
}

func TestFoldsKeepGroupsTogetherAndFamiliesEven(t *testing.T) {
	queries := tuneQueries(60)
	for i := range 12 {
		queries[i].Group = fmt.Sprint(i / 6)
	}
	f, err := newFolds(queries, TuneOptions{Folds: 5})
	if err != nil {
		t.Fatal(err)
	}
	groups, counts := map[string]int{}, map[string]map[int]int{}
	for i, q := range queries {
		if q.Group != "" {
			key := q.Family + q.Group
			if fold, ok := groups[key]; ok && fold != f.of[i] {
				t.Errorf("group %s is in two folds", key)
			}
			groups[key] = f.of[i]
			continue
		}
		if counts[q.Family] == nil {
			counts[q.Family] = map[int]int{}
		}
		counts[q.Family][f.of[i]]++
	}
	for family, n := range counts {
		for fold := range 5 {
			if n[fold] < 2 || n[fold] > 4 {
				t.Errorf("family %s: %v", family, n)
			}
		}
	}
	sum := 0.0
	for _, w := range f.all() {
		sum += w
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("weights sum to %v", sum)
	}
}

func TestTuneRefuses(t *testing.T) {
	good := func() TuneOptions { return valleyOptions() }
	for name, spoil := range map[string]func(o *TuneOptions){
		"no settings":    func(o *TuneOptions) { o.Settings = nil },
		"one fold":       func(o *TuneOptions) { o.Folds = 1 },
		"many folds":     func(o *TuneOptions) { o.Folds = 21 },
		"no evaluations": func(o *TuneOptions) { o.Evaluations = 5 },
		"out of bounds":  func(o *TuneOptions) { o.Settings[0].Max = .5 },
		"no such family": func(o *TuneOptions) { o.Weights = map[string]float64{"z": 1} },
		"NaN weight":     func(o *TuneOptions) { o.Weights = map[string]float64{"a": math.NaN()} },
		"all weigh 0":    func(o *TuneOptions) { o.Weights = map[string]float64{"a": 0, "b": 0, "c": 0} },
	} {
		o := good()
		spoil(&o)
		if _, err := Tune(t.Context(), tuneQueries(30), valley, o); err == nil || o.Check(tuneQueries(30)) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := good().Check(tuneQueries(3)); err == nil {
		t.Error("3 queries were dealt into 5 folds")
	}
	broken := errors.New("broken")
	_, err := Tune(t.Context(), tuneQueries(30), func(context.Context, []float64, []int) ([]float64, error) { return nil, broken }, good())
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
