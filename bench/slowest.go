package bench

import (
	"cmp"
	"context"
	"slices"
)

// Slow is a question and what it took.
type Slow struct {
	Question
	Milliseconds float64 `json:"ms"`     // the median over the passes
	Scored       int     `json:"scored"` // Unknown where the source does not tell
}

// reserve is how many times more questions are asked again than are wanted: what was slow once may have met an
// interruption.
const reserve = 4

// Slowest asks all questions once, those that took longest as often as the options say, and gives the n slowest, the
// slowest first. All must have answers: one that takes too long to have any must not be left out.
func Slowest(ctx context.Context, source Source, questions []Question, n int, o Options) ([]Slow, error) {
	all, err := Replay(ctx, source, questions, Options{Clients: 1, Seed: o.Seed, Done: o.Done})
	if err == nil {
		err = all.failure
	}
	if err != nil {
		return nil, err
	}
	var candidates []Question
	for _, s := range slowest(questions, all, reserve*n) {
		candidates = append(candidates, s.Question)
	}
	o.Clients = 1
	run, err := Replay(ctx, source, candidates, o)
	if err != nil {
		return nil, err
	}
	return slowest(candidates, run, n), nil
}

func slowest(questions []Question, run *Run, n int) []Slow {
	var slow []Slow
	for i, a := range run.asked {
		if len(a.took) > 0 {
			slow = append(slow, Slow{questions[i], float64(median(a.took)) / 1e6, a.scored})
		}
	}
	slices.SortFunc(slow, func(a, b Slow) int {
		return cmp.Or(-cmp.Compare(a.Milliseconds, b.Milliseconds), cmp.Compare(a.Text, b.Text))
	})
	return slow[:min(n, len(slow))]
}
