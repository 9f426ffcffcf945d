package cmd

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"pkgsearch/eval"
)

// shownNames is how many names of an answer stand in a table.
const shownNames = 5

func (a *app) printEval(p evalPlan, run *eval.Run, c *eval.Comparison, o evalOptions) error {
	a.noteGaps(run, c)
	if o.asJSON {
		return writeJSON(a.stdout, struct {
			Run        *eval.Run        `json:"run"`
			Comparison *eval.Comparison `json:"comparison,omitempty"`
		}{run, c})
	}
	tables := []*table{a.figures(run)}
	if c != nil {
		tables = append(tables, a.changes(c, "BEFORE", "AFTER"), a.moves(c, o.moves))
	}
	if o.verbose || o.misses > 0 {
		tables = append(tables, a.answers(p, run, o))
	}
	for i, t := range tables {
		if len(t.rows) == 0 {
			continue
		}
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := t.flush(); err != nil {
			return err
		}
	}
	return nil
}

// noteGaps says what was left out.
func (a *app) noteGaps(run *eval.Run, c *eval.Comparison) {
	if c != nil && c.Unpaired > 0 {
		fmt.Fprintf(a.stderr, "queries of one run alone, not compared: %d\n", c.Unpaired)
	}
	for _, row := range run.Queries {
		if len(row.Errors) > 0 {
			fmt.Fprintf(a.stderr, "questions without an answer: %.0f; the first: %s\n", run.Mean.Figures[eval.Errors], printable(row.Errors[0]))
			return
		}
	}
}

// figures is one line a family and one for their mean.
func (a *app) figures(run *eval.Run) *table {
	k := strconv.Itoa(run.Size)
	t := newTable(a.stdout, "FAMILY", ">N", ">nDCG@"+k, ">MRR@"+k, ">S@1", ">S@"+k, ">R@"+k, ">ZERO", ">JUDGED", ">VIOLAT", ">SAVED",
		">CONSIS", ">P50MS", ">P95MS", ">ERR")
	t.whole = true
	for _, f := range append(slices.Clone(run.Families), run.Mean) {
		cells := []string{f.Name, strconv.Itoa(f.Queries)}
		for _, m := range eval.Metrics() {
			cells = append(cells, figure(m, f.Figures[m]))
		}
		t.add(cells...)
	}
	return t
}

func figure(m eval.Metric, v float64) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case m == eval.Errors:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case m == eval.P50 || m == eval.P95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}

// changes is one line a family and one for their mean: a difference and where 95% of its resamples lie.
func (a *app) changes(c *eval.Comparison, before, after string) *table {
	t := newTable(a.stdout, "FAMILY", ">N", ">"+before, ">"+after, ">CHANGE", ">FROM", ">TO", ">WON", ">LOST")
	t.whole = true
	for _, f := range append(slices.Clone(c.Families), c.Mean) {
		t.add(f.Family, strconv.Itoa(f.Queries), fmt.Sprintf("%.4f", f.Before), fmt.Sprintf("%.4f", f.After), fmt.Sprintf("%+.4f", f.Mean),
			fmt.Sprintf("%+.4f", f.Low), fmt.Sprintf("%+.4f", f.High), strconv.Itoa(f.Won), strconv.Itoa(f.Lost))
	}
	return t
}

// moves lists the queries that changed most, with the answers before and after under each.
func (a *app) moves(c *eval.Comparison, n int) *table {
	t := newTable(a.stdout, "FAMILY", ">BEFORE", ">AFTER", "QUERY")
	for _, m := range c.Moves[:min(n, len(c.Moves))] {
		t.add(m.Family, fmt.Sprintf("%.4f", m.Before), fmt.Sprintf("%.4f", m.After), m.Query)
		t.note("before: "+last(m.AnswerBefore), "after:  "+last(m.AnswerAfter))
	}
	return t
}

// answers lists queries, the worst first unless all are wanted.
func (a *app) answers(p evalPlan, run *eval.Run, o evalOptions) *table {
	wanted := map[string]eval.Query{}
	for _, q := range p.queries {
		wanted[q.ID] = q
	}
	rows := run.Queries
	if !o.verbose {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r eval.Row) bool { return !(r.Figures[p.metric] < 1) })
		slices.SortStableFunc(rows, func(x, y eval.Row) int {
			return cmp.Compare(x.Figures[p.metric], y.Figures[p.metric])
		})
		rows = rows[:min(o.misses, len(rows))]
	}
	t := newTable(a.stdout, "FAMILY", ">"+strings.ToUpper(p.metric.String()), "QUERY")
	for _, r := range rows {
		t.add(r.Family, figure(p.metric, r.Figures[p.metric]), r.Query)
		t.note("wanted: "+strings.Join(best(wanted[r.ID]), ", "), "got:    "+last(r.Answers))
	}
	return t
}

// best is the names that a query wants most.
func best(q eval.Query) []string {
	var names []string
	for name, grade := range q.Relevant {
		if grade > 0 {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(x, y string) int {
		return cmp.Or(-cmp.Compare(q.Relevant[x], q.Relevant[y]), cmp.Compare(x, y))
	})
	return names[:min(shownNames, len(names))]
}

// last is the answer to the whole text: of several, that to the last prefix.
func last(lists [][]string) string {
	if len(lists) == 0 || len(lists[len(lists)-1]) == 0 {
		return "nothing"
	}
	names := lists[len(lists)-1]
	return strings.Join(names[:min(shownNames, len(names))], ", ")
}
