package eval

import (
	"context"
	"slices"
)

// settle makes one choice of the folds': a setting that two folds of three moved the same way takes their
// median, the others stay. Then each changed setting goes back if that costs less than the least gain.
func (t *tuner) settle(ctx context.Context, climbed [][]float64) ([]float64, error) {
	agreed := slices.Clone(t.start)
	for i := range t.Settings {
		agreed[i] = agree(t.start[i], column(climbed, i))
	}
	weights := t.parts.all()
	for i, s := range t.Settings {
		if agreed[i] == s.Start {
			continue
		}
		loss, err := t.gain(ctx, with(agreed, i, s.Start), agreed, weights, t.all)
		if err != nil {
			return nil, err
		}
		back := loss < t.LeastGain
		t.Log(Step{Evaluation: t.evaluations(), Setting: s.Name, From: agreed[i], To: s.Start, Gain: -loss, Kept: back})
		if back {
			agreed[i] = s.Start
		}
	}
	return agreed, nil
}

// agree is the median of what the folds chose, of two the one nearer to the start; or the start when fewer than
// two thirds moved the same way.
func agree(start float64, chosen []float64) float64 {
	slices.Sort(chosen)
	up, down := 0, 0
	for _, v := range chosen {
		if v > start {
			up++
		} else if v < start {
			down++
		}
	}
	n := len(chosen)
	switch {
	case 3*up >= 2*n:
		return chosen[(n-1)/2]
	case 3*down >= 2*n:
		return chosen[n/2]
	}
	return start
}

func column(rows [][]float64, i int) []float64 {
	values := make([]float64, len(rows))
	for j, row := range rows {
		values[j] = row[i]
	}
	return values
}

// report sums up; it measures the queries that a fold was not tuned on.
func (t *tuner) report(ctx context.Context, queries []Query, climbed [][]float64, agreed []float64) (*Tuning, error) {
	result := &Tuning{}
	before, err := t.figures(ctx, t.start, t.all)
	if err != nil {
		return nil, err
	}
	unseen, better := make([]float64, len(queries)), 0
	for fold, values := range climbed {
		after, err := t.figures(ctx, values, t.all)
		if err != nil {
			return nil, err
		}
		gain := func(weights []float64) float64 { return dot(after, weights) - dot(before, weights) }
		f := Fold{Train: gain(t.parts.train(fold)), HeldOut: gain(t.parts.held(fold))}
		for i, of := range t.parts.of {
			if of == fold {
				unseen[i] = after[i]
				f.Queries++
			}
		}
		if f.HeldOut > 0 {
			better++
		}
		result.Train += f.Train / float64(len(climbed))
		result.Folds = append(result.Folds, f)
	}
	result.HeldOut = t.compare(queries, before, unseen)

	all := t.parts.all()
	after, err := t.figures(ctx, agreed, t.all)
	if err != nil {
		return nil, err
	}
	result.Before, result.After = dot(before, all), dot(after, all)
	result.Kept = result.HeldOut.Mean.Mean > 0 && 3*better >= 2*len(climbed) && result.After > result.Before
	if !result.Kept {
		agreed, result.After = t.start, result.Before
	}
	for i, s := range t.Settings {
		result.Settings = append(result.Settings, TunedSetting{s.Name, s.Start, agreed[i], column(climbed, i)})
	}
	result.Evaluations = t.evaluations()
	return result, nil
}

// compare pairs the figures of each query before and after, weighing families as the objective does.
func (t *tuner) compare(queries []Query, before, after []float64) Comparison {
	first, second := map[string][]float64{}, map[string][]float64{}
	for i, q := range queries {
		first[q.Family] = append(first[q.Family], before[i])
		second[q.Family] = append(second[q.Family], after[i])
	}
	var c Comparison
	c.sumUp(first, second, t.parts.weights, t.Seed)
	return c
}
