package eval

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// resamples of a bootstrap; enough for intervals to hold to about a fiftieth of their width.
const resamples = 2000

// Comparison tells what changed between two runs in one metric.
type Comparison struct {
	Metric   Metric   `json:"-"`
	Families []Change `json:"families"`
	Mean     Change   `json:"mean"`  // of the families
	Moves    []Move   `json:"moves"` // queries whose figure changed, the most first
	Unpaired int      `json:"unpaired"`
}

// Change is the paired difference of one family, with its 95% interval.
type Change struct {
	Family  string  `json:"family"`
	Queries int     `json:"n"`
	Before  float64 `json:"before"`
	After   float64 `json:"after"`
	Mean    float64 `json:"change"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Won     int     `json:"won"`
	Lost    int     `json:"lost"`
}

// Move is a query whose figure changed.
type Move struct {
	ID           string     `json:"id"`
	Family       string     `json:"family"`
	Query        string     `json:"query"`
	Before       float64    `json:"before"`
	After        float64    `json:"after"`
	AnswerBefore [][]string `json:"answerBefore"`
	AnswerAfter  [][]string `json:"answerAfter"`
}

// moved is the least difference of a figure that is one.
const moved = 1e-9

// Compare pairs the queries of two runs by id. The intervals come from a paired bootstrap (Efron's percentiles
// over resamples of the queries of each family), which the seed and the queries alone decide.
func Compare(before, after *Run, metric Metric, seed uint64) (*Comparison, error) {
	if before.Size != after.Size {
		return nil, fmt.Errorf("the runs look %d and %d deep: their figures cannot be compared", before.Size, after.Size)
	}
	c := &Comparison{Metric: metric, Unpaired: len(before.Queries)}
	old := map[string]Row{}
	for _, row := range before.Queries {
		old[row.ID] = row
	}
	first, second := map[string][]float64{}, map[string][]float64{}
	rows := slices.SortedFunc(slices.Values(after.Queries), func(a, b Row) int { return cmp.Compare(a.ID, b.ID) })
	for _, row := range rows {
		was, paired := old[row.ID]
		if !paired {
			c.Unpaired++
			continue
		}
		c.Unpaired--
		x, y := was.Figures[metric], row.Figures[metric]
		if math.IsNaN(x) || math.IsNaN(y) {
			continue
		}
		first[row.Family], second[row.Family] = append(first[row.Family], x), append(second[row.Family], y)
		if math.Abs(y-x) > moved {
			c.Moves = append(c.Moves, Move{row.ID, row.Family, row.Query, x, y, was.Answers, row.Answers})
		}
	}
	if len(first) == 0 {
		return nil, errors.New("the runs have no query in common that the metric applies to")
	}
	slices.SortFunc(c.Moves, func(a, b Move) int {
		return cmp.Or(-cmp.Compare(math.Abs(a.After-a.Before), math.Abs(b.After-b.Before)), cmp.Compare(a.ID, b.ID))
	})
	c.sumUp(first, second, nil, seed)
	return c, nil
}

// sumUp fills in the changes from the figures of each family; the weights are those of families in the mean, 1
// where there is none.
func (c *Comparison) sumUp(first, second map[string][]float64, weights map[string]float64, seed uint64) {
	names := slices.Sorted(maps.Keys(first))
	shares, total := make([]float64, len(names)), 0.0
	for i, name := range names {
		shares[i] = 1
		if w, ok := weights[name]; ok {
			shares[i] = w
		}
		total += shares[i]
	}
	c.Mean = Change{Family: MeanName}
	draws := make([]float64, resamples)
	for i, name := range names {
		change, drawn := changeOf(name, first[name], second[name], seed)
		c.Families = append(c.Families, change)
		share := shares[i] / total
		for j, v := range drawn {
			draws[j] += share * v
		}
		c.Mean.Queries += change.Queries
		c.Mean.Before += share * change.Before
		c.Mean.After += share * change.After
		c.Mean.Mean += share * change.Mean
		c.Mean.Won += change.Won
		c.Mean.Lost += change.Lost
	}
	c.Mean.Low, c.Mean.High = middle95(draws)
}

// changeOf compares the figures of one family, and gives the resamples that its interval comes from.
func changeOf(name string, before, after []float64, seed uint64) (Change, []float64) {
	c := Change{Family: name, Queries: len(before), Before: mean(before), After: mean(after)}
	differences := make([]float64, len(before))
	for i := range before {
		differences[i] = after[i] - before[i]
		if differences[i] > moved {
			c.Won++
		} else if differences[i] < -moved {
			c.Lost++
		}
	}
	c.Mean = mean(differences)
	drawn := bootstrap(differences, seed, name)
	c.Low, c.High = middle95(drawn)
	return c, drawn
}

// bootstrap is the means of resamples of the values, which name and seed decide.
func bootstrap(values []float64, seed uint64, name string) []float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	random := rand.New(rand.NewPCG(seed, h.Sum64()))
	means := make([]float64, resamples)
	for i := range means {
		for range values {
			means[i] += values[random.IntN(len(values))]
		}
		means[i] /= float64(len(values))
	}
	return means
}

// middle95 is where the middle 95% of the values begin and end.
func middle95(values []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	cut := len(sorted) / 40
	return sorted[cut], sorted[len(sorted)-1-cut]
}
