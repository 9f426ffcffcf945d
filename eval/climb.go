package eval

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
)

// lead is a move of one setting that looked good.
type lead struct {
	setting int
	to      float64
	gain    float64
}

// screen measures the first round's moves from the start, which all folds share, and notes which queries each
// setting touches.
func (t *tuner) screen(ctx context.Context) error {
	before, err := t.figures(ctx, t.start, t.all)
	if err != nil {
		return err
	}
	for i, s := range t.Settings {
		for _, to := range t.moves(i, t.start[i], t.Factors[0]) {
			after, err := t.figures(ctx, with(t.start, i, to), t.all)
			if err != nil {
				return err
			}
			for q := range t.all {
				t.touched[i][q] = t.touched[i][q] || after[q] != before[q]
			}
			gain := dot(after, t.parts.all()) - dot(before, t.parts.all())
			t.Log(Step{Evaluation: t.evaluations(), Setting: s.Name, From: s.Start, To: to, Gain: gain})
		}
	}
	return nil
}

// climb tunes on all queries but the fold's: each round tries every setting up and down by its factor, then
// takes the moves that gained, best first, as far as each goes on gaining beside the ones before it.
func (t *tuner) climb(ctx context.Context, fold int) ([]float64, error) {
	weights, at := t.parts.train(fold), slices.Clone(t.start)
	for round, factor := range t.Factors {
		step := Step{Fold: fold + 1, Round: round + 1}
		leads, err := t.look(ctx, at, weights, factor, step)
		for _, l := range leads {
			if err == nil {
				err = t.follow(ctx, at, weights, l, factor, step)
			}
		}
		if errors.Is(err, errSpent) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return at, nil
}

// look finds the settings that alone would gain something, the best first. Queries that a setting did not touch
// from the start are taken not to mind it here either, which saves most of the work; follow asks them all.
func (t *tuner) look(ctx context.Context, at, weights []float64, factor float64, step Step) ([]lead, error) {
	var leads []lead
	for i, s := range t.Settings {
		l := lead{setting: i}
		for _, to := range t.moves(i, at[i], factor) {
			gain, err := t.gain(ctx, at, with(at, i, to), weights, t.touched[i])
			if err != nil {
				return nil, err
			}
			step.Evaluation, step.Setting, step.From, step.To, step.Gain = t.evaluations(), s.Name, at[i], to, gain
			t.Log(step)
			if gain > l.gain {
				l.to, l.gain = to, gain
			}
		}
		if l.gain >= t.LeastGain {
			leads = append(leads, l)
		}
	}
	slices.SortStableFunc(leads, func(a, b lead) int { return -cmp.Compare(a.gain, b.gain) })
	return leads, nil
}

// follow moves a setting, in place, as long as that gains over all queries that weigh anything.
func (t *tuner) follow(ctx context.Context, at, weights []float64, l lead, factor float64, step Step) error {
	up := l.to > at[l.setting]
	for to, more := l.to, true; more; {
		gain, err := t.gain(ctx, at, with(at, l.setting, to), weights, t.all)
		if err != nil {
			return err
		}
		step.Evaluation, step.Setting, step.From, step.To = t.evaluations(), t.Settings[l.setting].Name, at[l.setting], to
		step.Gain, step.Kept = gain, gain >= t.LeastGain
		t.Log(step)
		if !step.Kept {
			break
		}
		at[l.setting] = to
		more = false
		for _, next := range t.moves(l.setting, to, factor) {
			if (next > to) == up {
				to, more = next, true
				break
			}
		}
	}
	return nil
}

// startAtZero is where a setting that is 0, and so cannot be multiplied, goes first.
const startAtZero = 0.1

// moves are the values beside v: up and down by the factor, in three digits, within bounds.
func (t *tuner) moves(setting int, v, factor float64) []float64 {
	s := t.Settings[setting]
	tries := []float64{v * factor, v / factor}
	if v == 0 {
		tries = []float64{startAtZero}
	}
	var moves []float64
	for _, to := range tries {
		if to = max(s.Min, min(s.Max, rounded(to))); to != v && !slices.Contains(moves, to) {
			moves = append(moves, to)
		}
	}
	return moves
}

// rounded is v in three significant digits, as a person would write it.
func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil || math.IsInf(r, 0) {
		return v
	}
	return r
}

func with(values []float64, i int, v float64) []float64 {
	values = slices.Clone(values)
	values[i] = v
	return values
}
