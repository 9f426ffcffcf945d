package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"
)

// Run is what came of asking judged queries: figures and answers of each, and the figures of families.
type Run struct {
	Digest   string   `json:"digest"` // of the judged queries
	Size     int      `json:"size"`   // depth of the metrics
	Families []Family `json:"families"`
	Mean     Family   `json:"mean"` // of the families, so that a big one does not drown the others
	Queries  []Row    `json:"queries"`
}

// Family is the figures of the queries of one kind.
type Family struct {
	Name    string  `json:"family"`
	Queries int     `json:"n"`
	Figures Figures `json:"figures"`
}

// Row is one query of a run.
type Row struct {
	ID      string     `json:"id"`
	Family  string     `json:"family"`
	Query   string     `json:"query"`
	Figures Figures    `json:"figures"`
	Answers [][]string `json:"answers"` // names, best first, of the text or of each prefix
	Errors  []string   `json:"errors,omitempty"`
}

// MeanName is what the mean of families is called where a family is named.
const MeanName = "mean"

// measure turns answers into figures.
func measure(queries []Query, answers []answer, size int) *Run {
	run := &Run{Digest: Digest(queries), Size: size}
	byFamily := map[string][]int{}
	for i, q := range queries {
		run.Queries = append(run.Queries, rowOf(q, answers[i], size))
		byFamily[q.Family] = append(byFamily[q.Family], i)
	}
	for _, name := range slices.Sorted(maps.Keys(byFamily)) {
		run.Families = append(run.Families, familyFigures(name, byFamily[name], queries, answers, run.Queries))
	}
	run.Mean = meanOfFamilies(run.Families)
	return run
}

func rowOf(q Query, a answer, size int) Row {
	row := Row{ID: q.ID, Family: q.Family, Query: q.Text}
	if len(q.Prefixes) > 0 {
		row.Figures = scorePrefixes(q, a.lists, size)
	} else {
		row.Figures = score(q, a.lists[0], size)
	}
	for _, list := range a.lists {
		row.Answers = append(row.Answers, cut(list, size))
	}
	for _, err := range a.errors {
		row.Errors = append(row.Errors, err.Error())
	}
	return row
}

// familyFigures sums up the queries whose numbers are members.
func familyFigures(name string, members []int, queries []Query, answers []answer, rows []Row) Family {
	var all []Figures
	var took []time.Duration
	groups, failed := map[string][][]string{}, 0
	for _, i := range members {
		all = append(all, rows[i].Figures)
		took = append(took, answers[i].took...)
		failed += len(answers[i].errors)
		if g := queries[i].Group; g != "" && len(queries[i].Prefixes) == 0 {
			groups[g] = append(groups[g], rows[i].Answers[0])
		}
	}
	f := Family{Name: name, Queries: len(members), Figures: meanFigures(all)}
	slices.Sort(took)
	f.Figures[Consistency] = consistency(groups)
	f.Figures[P50], f.Figures[P95] = percentile(took, 50), percentile(took, 95)
	f.Figures[Errors] = float64(failed)
	return f
}

func meanOfFamilies(families []Family) Family {
	m := Family{Name: MeanName}
	var all []Figures
	failed := 0.0
	for _, f := range families {
		m.Queries += f.Queries
		failed += f.Figures[Errors]
		all = append(all, f.Figures)
	}
	m.Figures = meanFigures(all)
	m.Figures[Errors] = failed
	for _, metric := range []Metric{P50, P95} { // a mean of percentiles is none
		m.Figures[metric] = math.NaN()
	}
	return m
}

// percentile is the p-th of sorted values by nearest rank, in milliseconds.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := (p*len(sorted) + 99) / 100
	return float64(sorted[at-1]) / float64(time.Millisecond)
}

// Family is the family of that name, or the mean of all for MeanName.
func (r *Run) Family(name string) (Family, bool) {
	if name == MeanName || name == "("+MeanName+" of families)" {
		return r.Mean, true
	}
	for _, f := range r.Families {
		if f.Name == name {
			return f, true
		}
	}
	return Family{}, false
}

// maxRun is the most bytes of a saved run that are read.
const maxRun = 1 << 30

// ReadRun reads a run saved as JSON; name is what faults call it.
func ReadRun(r io.Reader, name string) (*Run, error) {
	limited := &io.LimitedReader{R: r, N: maxRun}
	var run Run
	if err := json.NewDecoder(limited).Decode(&run); err != nil {
		if limited.N <= 0 {
			err = fmt.Errorf("it is larger than %d bytes", maxRun)
		}
		return nil, fmt.Errorf("read saved run %s: %w", name, err)
	}
	if run.Size == 0 || len(run.Queries) == 0 {
		return nil, fmt.Errorf("read saved run %s: %w", name, errors.New("it is not what pkgsearch eval --save writes"))
	}
	return &run, nil
}
