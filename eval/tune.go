package eval

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
)

// Tuning is how settings are looked for; the zero value uses the defaults.
type Tuning struct {
	Fields []string // settings that may move; nil for all
	Rounds int      // over all fields, with ever smaller steps; 0 for 3
	Folds  int      // of the cross-validation; 0 for 4, 1 for none
	Log    func(format string, args ...any)
}

const (
	firstStep = 1.5    // factor by which a setting is moved at first
	shrink    = 0.6    // of what a step is above 1, each round
	least     = 0.0003 // gain of the objective that counts
	seedValue = 0.1    // where a setting that is 0 starts from
)

// Measure gives the answers' nDCG by query under some settings, in the order of the queries.
type Measure func(ctx context.Context, settings map[string]float64) ([]float64, error)

// Tune moves one setting at a time, as long as the mean of the families' nDCG grows (coordinate ascent).
// With folds it first does so on all queries but each fold's, to see what is gained on queries that had no
// say; only the gain there tells what to expect of others. Settings that the measure does not
// take, which it says by giving nil, are passed over.
func (t Tuning) Tune(ctx context.Context, queries []Query, start map[string]float64, measure Measure) (map[string]float64, error) {
	if t.Rounds == 0 {
		t.Rounds = 3
	}
	if t.Folds == 0 {
		t.Folds = 4
	}
	if t.Log == nil {
		t.Log = func(string, ...any) {}
	}
	if t.Fields == nil {
		t.Fields = slices.Sorted(maps.Keys(start))
	}
	for _, f := range t.Fields {
		if _, ok := start[f]; !ok {
			return nil, fmt.Errorf("there is no setting %q; there are %v", f, slices.Sorted(maps.Keys(start)))
		}
	}
	seen := cache{measure: measure, known: map[string][]float64{}}
	base, err := seen.of(ctx, start)
	if err != nil {
		return nil, err
	}
	if t.Folds > 1 {
		if err := t.crossValidate(ctx, queries, start, base, &seen); err != nil {
			return nil, err
		}
	}
	everyone := func(int) bool { return true }
	best, err := t.ascend(ctx, queries, start, everyone, &seen)
	if err != nil {
		return nil, err
	}
	after, err := seen.of(ctx, best)
	if err != nil {
		return nil, err
	}
	t.Log("all queries: %.4f before, %.4f after", objective(queries, base, everyone), objective(queries, after, everyone))
	return best, nil
}

func (t Tuning) crossValidate(ctx context.Context, queries []Query, start map[string]float64, base []float64, seen *cache) error {
	trained, held := 0.0, 0.0
	for fold := range t.Folds {
		inside := func(i int) bool { return foldOf(&queries[i], t.Folds) != fold }
		outside := func(i int) bool { return !inside(i) }
		best, err := t.ascend(ctx, queries, start, inside, seen)
		if err != nil {
			return err
		}
		after, err := seen.of(ctx, best)
		if err != nil {
			return err
		}
		in := objective(queries, after, inside) - objective(queries, base, inside)
		out := objective(queries, after, outside) - objective(queries, base, outside)
		t.Log("fold %d of %d: gains %+.4f where it was tuned, %+.4f where it was not", fold+1, t.Folds, in, out)
		trained, held = trained+in/float64(t.Folds), held+out/float64(t.Folds)
	}
	t.Log("cross-validated: gains %+.4f where it was tuned, %+.4f where it was not", trained, held)
	return nil
}

// foldOf spreads the queries evenly, whatever their order; wordings of one group stay together.
func foldOf(q *Query, folds int) int {
	h := fnv.New32a()
	id := q.Group
	if id == "" {
		id = q.ID
	}
	h.Write([]byte(q.Family + "\x00" + id))
	return int(h.Sum32() % uint32(folds))
}

// ascend tunes on the queries that have a say.
func (t Tuning) ascend(ctx context.Context, queries []Query, start map[string]float64, say func(int) bool, seen *cache) (map[string]float64, error) {
	best := maps.Clone(start)
	values, err := seen.of(ctx, best)
	if err != nil {
		return nil, err
	}
	top, step := objective(queries, values, say), firstStep
	for range t.Rounds {
		for _, field := range t.Fields {
			for _, factor := range []float64{step, 1 / step} {
				moved := false
				for {
					next := maps.Clone(best)
					if next[field] == 0 {
						next[field] = seedValue
					} else {
						next[field] = round(next[field] * factor)
					}
					values, err := seen.of(ctx, next)
					if err != nil {
						return nil, err
					}
					got := objective(queries, values, say)
					if values == nil || got < top+least {
						break
					}
					best, top, moved = next, got, true
					t.Log("%.4f with %s %.4g", top, field, best[field])
				}
				if moved {
					break
				}
			}
		}
		step = 1 + (step-1)*shrink
	}
	return best, nil
}

// round keeps three digits: a setting is no more exact than that.
func round(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-2)
	return math.Round(x/unit) * unit
}

// objective is the mean over families of the mean over their queries that have a say.
func objective(queries []Query, ndcg []float64, say func(int) bool) float64 {
	if ndcg == nil {
		return math.Inf(-1)
	}
	sums, counts := map[string]float64{}, map[string]float64{}
	for i := range queries {
		if say(i) {
			sums[queries[i].Family] += ndcg[i]
			counts[queries[i].Family]++
		}
	}
	total := 0.0
	for _, f := range slices.Sorted(maps.Keys(sums)) {
		total += sums[f] / counts[f]
	}
	return total / float64(len(sums))
}

// cache measures each settings once: folds try much the same.
type cache struct {
	measure Measure
	known   map[string][]float64
}

// of gives nil for settings that the measure does not take.
func (c *cache) of(ctx context.Context, settings map[string]float64) ([]float64, error) {
	key := ""
	for _, f := range slices.Sorted(maps.Keys(settings)) {
		key += fmt.Sprintf("%s=%v ", f, settings[f])
	}
	if v, ok := c.known[key]; ok {
		return v, nil
	}
	v, err := c.measure(ctx, settings)
	if err != nil {
		return nil, err
	}
	c.known[key] = v
	return v, nil
}
