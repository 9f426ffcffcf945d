package bench

import (
	"context"
	"runtime"
)

// Allocation is what questions of one kind allocate, a question.
type Allocation struct {
	Family  string  `json:"family"`
	Objects float64 `json:"allocations"`
	Bytes   float64 `json:"bytes"`
}

// Allocations asks every question once more, one after the other, and counts what the whole process allocates meanwhile:
// nothing else should run in it. Questions without an answer count too.
func Allocations(ctx context.Context, source Source, questions []Question) ([]Allocation, error) {
	groups := grouped(questions)
	var out []Allocation
	sums := map[string]Allocation{} // of the lines over several families
	for _, name := range familyNames(groups) {
		n := float64(len(groups[name]))
		if sum, ok := sums[name]; ok {
			out = append(out, Allocation{name, sum.Objects / n, sum.Bytes / n})
			continue
		}
		byKind, err := allocationsOf(ctx, source, questions, groups[name])
		if err != nil {
			return nil, err
		}
		a := Allocation{Family: name}
		for kind, c := range byKind {
			a.Objects, a.Bytes = a.Objects+c.Objects, a.Bytes+c.Bytes
			sums[kind] = Allocation{Objects: sums[kind].Objects + c.Objects, Bytes: sums[kind].Bytes + c.Bytes}
		}
		out = append(out, Allocation{name, a.Objects / n, a.Bytes / n})
	}
	return out, nil
}

// allocationsOf asks the questions with these numbers, the searches first, and gives the sums of either kind.
func allocationsOf(ctx context.Context, source Source, questions []Question, members []int) (map[string]Allocation, error) {
	sums := map[string]Allocation{}
	for _, kind := range []string{AllSearches, AllSuggestions} {
		suggest := kind == AllSuggestions
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, i := range members {
			if questions[i].Suggest == suggest {
				_, _ = source.Ask(ctx, questions[i]) // its error was counted when it was timed
			}
		}
		runtime.ReadMemStats(&after)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sums[kind] = Allocation{Objects: float64(after.Mallocs - before.Mallocs), Bytes: float64(after.TotalAlloc - before.TotalAlloc)}
	}
	return sums, nil
}
