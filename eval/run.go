package eval

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"
)

// Asker answers queries with package names, best first.
type Asker interface {
	Search(ctx context.Context, text string, size int) ([]string, error)
	Suggest(ctx context.Context, text string, size int) ([]string, error)
}

// Answer is what was found for one query, and how good it is.
type Answer struct {
	Query   *Query
	Scores  Scores
	Ranking []string   // for the text; nil when prefixes were asked
	Lists   [][]string // for each prefix
	Took    []time.Duration
}

// Family is the means over the queries of one family.
type Family struct {
	Name     string
	Queries  int
	Scores   Scores
	P50, P95 time.Duration // of a single question
}

// Report is the outcome of a run.
type Report struct {
	Answers  []Answer // in the order of the queries
	Families []Family // by name
	Mean     Scores   // of the families, so that a large one does not drown the others
}

// Run asks all queries, some at a time. The first error ends it.
func Run(ctx context.Context, ask Asker, queries []Query, workers int) (*Report, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	answers := make([]Answer, len(queries))
	next := make(chan int)
	var wait sync.WaitGroup
	for range max(1, workers) {
		wait.Go(func() {
			for i := range next {
				var err error
				if answers[i], err = put(ctx, ask, &queries[i]); err != nil {
					cancel(fmt.Errorf("ask %q: %w", queries[i].Text, err))
				}
			}
		})
	}
	for i := range queries {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wait.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return report(answers), nil
}

// put asks one query.
func put(ctx context.Context, ask Asker, q *Query) (a Answer, err error) {
	a.Query = q
	timed := func(how func(context.Context, string, int) ([]string, error), text string) ([]string, error) {
		began := time.Now()
		names, err := how(ctx, text, Depth)
		a.Took = append(a.Took, time.Since(began))
		return unique(names), err
	}
	if len(q.Prefixes) == 0 {
		how := ask.Search
		if q.suggests() {
			how = ask.Suggest
		}
		a.Ranking, err = timed(how, q.Text)
		a.Scores = q.score(a.Ranking)
		return a, err
	}
	for _, p := range q.Prefixes {
		names, err := timed(ask.Suggest, p)
		if err != nil {
			return a, err
		}
		a.Lists = append(a.Lists, names)
	}
	a.Scores = q.scorePrefixes(a.Lists)
	return a, nil
}

func unique(names []string) []string {
	var out []string
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func report(answers []Answer) *Report {
	r := &Report{Answers: answers}
	families := map[string][]Answer{}
	for _, a := range answers {
		families[a.Query.Family] = append(families[a.Query.Family], a)
	}
	var means []Scores
	for _, name := range slices.Sorted(maps.Keys(families)) {
		f := familyOf(name, families[name])
		r.Families = append(r.Families, f)
		means = append(means, f.Scores)
	}
	r.Mean = mean(means)
	return r
}

func familyOf(name string, answers []Answer) Family {
	f := Family{Name: name, Queries: len(answers)}
	var scores []Scores
	var took []time.Duration
	groups := map[string][]Answer{}
	for _, a := range answers {
		scores, took = append(scores, a.Scores), append(took, a.Took...)
		if a.Query.Group != "" {
			groups[a.Query.Group] = append(groups[a.Query.Group], a)
		}
	}
	f.Scores = mean(scores)
	f.Scores.Consistency = consistency(groups)
	slices.Sort(took)
	f.P50, f.P95 = percentile(took, 0.50), percentile(took, 0.95)
	return f
}

// consistency is the mean over groups of the mean overlap of any two answers; NaN without groups of two.
func consistency(groups map[string][]Answer) float64 {
	sum, n := 0.0, 0.0
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		group, overlap, pairs := groups[name], 0.0, 0.0
		for i := range group {
			for j := range i {
				overlap, pairs = overlap+jaccard(group[i].Ranking, group[j].Ranking), pairs+1
			}
		}
		if pairs > 0 {
			sum, n = sum+overlap/pairs, n+1
		}
	}
	return sum / n
}

// percentile of sorted durations, by the nearest rank.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)]
}

// Worst lists the answers from the worst on, ties in the order asked.
func (r *Report) Worst(n int) []Answer {
	sorted := slices.Clone(r.Answers)
	slices.SortStableFunc(sorted, func(a, b Answer) int { return cmp.Compare(a.Scores.NDCG, b.Scores.NDCG) })
	return sorted[:min(n, len(sorted))]
}
