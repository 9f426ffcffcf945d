package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// tuner is a tuning under way.
type tuner struct {
	TuneOptions
	measure Measure
	parts   folds
	start   []float64
	known   map[string][]float64 // figures by values, NaN where not measured yet: folds begin at the same place
	touched [][]bool             // by setting and query: whether the first round's moves from the start changed the figure
	all     []bool               // every query
	asked   int                  // queries measured
	allowed int                  // and how many may be, by now
}

func newTuner(measure Measure, parts folds, o TuneOptions) *tuner {
	t := &tuner{TuneOptions: o, measure: measure, parts: parts, known: map[string][]float64{}, allowed: math.MaxInt}
	for range parts.of {
		t.all = append(t.all, true)
	}
	for _, s := range o.Settings {
		t.start = append(t.start, s.Start)
		t.touched = append(t.touched, make([]bool, len(parts.of)))
	}
	return t
}

// errSpent ends a climb where no more may be measured.
var errSpent = errors.New("no evaluations left")

// figures measures the wanted queries with the values, each once; the others may be NaN.
func (t *tuner) figures(ctx context.Context, values []float64, wanted []bool) ([]float64, error) {
	key := keyOf(values)
	figures, ok := t.known[key]
	if !ok {
		figures = make([]float64, len(t.all))
		for i := range figures {
			figures[i] = math.NaN()
		}
		t.known[key] = figures
	}
	var missing []int
	for i, want := range wanted {
		if want && math.IsNaN(figures[i]) {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return figures, nil
	}
	if t.asked+len(missing) > t.allowed {
		return nil, errSpent
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	measured, err := t.measure(ctx, values, missing)
	if err != nil {
		return nil, err
	}
	if len(measured) != len(missing) {
		return nil, fmt.Errorf("measured %d queries of %d", len(measured), len(missing))
	}
	for i, n := range missing {
		if math.IsNaN(measured[i]) {
			return nil, fmt.Errorf("query %d has no such figure", n)
		}
		figures[n] = measured[i]
	}
	t.asked += len(missing)
	return figures, nil
}

func keyOf(values []float64) string {
	key := make([]byte, 0, 16*len(values))
	for _, v := range values {
		key = strconv.AppendUint(append(key, ' '), math.Float64bits(v), 36)
	}
	return string(key)
}

// evaluations is how many times all queries could have been measured so far.
func (t *tuner) evaluations() float64 { return float64(t.asked) / float64(len(t.all)) }

// gain is what the objective gains from one choice of values to another, by the wanted queries alone.
func (t *tuner) gain(ctx context.Context, from, to, weights []float64, wanted []bool) (float64, error) {
	weigh := make([]bool, len(wanted))
	for i, want := range wanted {
		weigh[i] = want && weights[i] > 0
	}
	before, err := t.figures(ctx, from, weigh)
	if err != nil {
		return 0, err
	}
	after, err := t.figures(ctx, to, weigh)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for i, want := range weigh {
		if want {
			sum += weights[i] * (after[i] - before[i])
		}
	}
	return sum, nil
}

func dot(figures, weights []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		if w > 0 {
			sum += w * figures[i]
		}
	}
	return sum
}
