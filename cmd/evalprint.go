package cmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"pkgsearch/eval"
)

// savedRun is a run on disk: what a comparison needs.
type savedRun struct {
	Queries []savedAnswer `json:"queries"`
}

type savedAnswer struct {
	ID      string   `json:"id"`
	Family  string   `json:"family"`
	Query   string   `json:"query"`
	NDCG    float64  `json:"ndcg"`
	Ranking []string `json:"ranking,omitempty"`
}

func saveRun(path string, r *eval.Report) error {
	var run savedRun
	for _, a := range r.Answers {
		run.Queries = append(run.Queries, savedAnswer{a.Query.ID, a.Query.Family, a.Query.Text, a.Scores.NDCG, a.Ranking})
	}
	raw, err := json.MarshalIndent(run, "", " ")
	if err == nil {
		err = os.WriteFile(path, append(raw, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("save run: %w", err)
	}
	return nil
}

func loadRun(path string) (*eval.Report, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, usageError(fmt.Errorf("read run: %w", err))
	}
	var run savedRun
	if err := json.Unmarshal(raw, &run); err != nil {
		return nil, usageError(fmt.Errorf("read run %s: %w; it is what --save writes", path, err))
	}
	r := &eval.Report{}
	for _, q := range run.Queries {
		r.Answers = append(r.Answers, eval.Answer{
			Query:   &eval.Query{ID: q.ID, Family: q.Family, Text: q.Query},
			Scores:  eval.Scores{NDCG: q.NDCG},
			Ranking: q.Ranking,
		})
	}
	return r, nil
}

func (a *app) printReport(r, earlier *eval.Report, o evalOptions) error {
	if o.asJSON {
		return writeJSON(a.stdout, figures(r))
	}
	if err := a.printFamilies(r); err != nil {
		return err
	}
	if earlier != nil {
		if err := a.printComparison(earlier, r); err != nil {
			return err
		}
	}
	if o.misses == 0 {
		return nil
	}
	t := newTable(a.stdout, ">NDCG", "FAMILY", "QUERY", "WANTED", "GOT")
	for _, x := range r.Worst(o.misses) {
		got := x.Ranking
		if x.Lists != nil {
			got = x.Lists[len(x.Lists)-1]
		}
		t.add(fmt.Sprintf("%.3f", x.Scores.NDCG), x.Query.Family, x.Query.Text, wanted(x.Query), strings.Join(got[:min(5, len(got))], " "))
	}
	return t.flush()
}

// wanted lists the best answers, some of them.
func wanted(q *eval.Query) string {
	names := slices.SortedFunc(maps.Keys(q.Relevant), func(a, b string) int {
		if d := q.Relevant[b] - q.Relevant[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return strings.Join(names[:min(5, len(names))], " ")
}

func (a *app) printFamilies(r *eval.Report) error {
	heads := []string{"FAMILY", ">N"}
	for _, c := range eval.Columns() {
		heads = append(heads, ">"+c)
	}
	t := newTable(a.stdout, append(heads, ">P50 ms", ">P95 ms")...)
	n := 0
	for _, f := range r.Families {
		n += f.Queries
		t.add(append(scoreCells(f.Name, f.Queries, f.Scores), millis(f.P50.Seconds()), millis(f.P95.Seconds()))...)
	}
	t.add(append(scoreCells(meanFamily, n, r.Mean), "", "")...)
	return t.flush()
}

func scoreCells(name string, n int, s eval.Scores) []string {
	cells := []string{name, strconv.Itoa(n)}
	for _, v := range s.Values() {
		cell := ""
		if !math.IsNaN(v) {
			cell = fmt.Sprintf("%.4f", v)
		}
		cells = append(cells, cell)
	}
	return cells
}

func millis(seconds float64) string { return fmt.Sprintf("%.1f", seconds*1000) }

// shownMoves is how many queries are shown that lost most, and that gained most.
const shownMoves = 10

func (a *app) printComparison(before, after *eval.Report) error {
	changes, moves, err := eval.Compare(before, after)
	if err != nil {
		return usageError(err)
	}
	t := newTable(a.stdout, "nDCG@10", ">N", ">BEFORE", ">AFTER", ">CHANGE", "95% INTERVAL", ">WON", ">LOST")
	for _, c := range changes {
		t.add(c.Family, strconv.Itoa(c.Queries), fmt.Sprintf("%.4f", c.Before), fmt.Sprintf("%.4f", c.After), fmt.Sprintf("%+.4f", c.After-c.Before),
			fmt.Sprintf("%+.4f to %+.4f", c.Low, c.High), strconv.Itoa(c.Won), strconv.Itoa(c.Lost))
	}
	if err := t.flush(); err != nil {
		return err
	}
	t = newTable(a.stdout, ">MOVED", "FAMILY", "QUERY", "BEFORE", "AFTER")
	for i, m := range moves {
		if i < shownMoves || i >= len(moves)-shownMoves {
			t.add(fmt.Sprintf("%+.3f", m.By()), m.Query.Family, m.Query.Text, firstNames(m.Before), firstNames(m.After))
		}
	}
	return t.flush()
}

func firstNames(a eval.Answer) string { return strings.Join(a.Ranking[:min(3, len(a.Ranking))], " ") }

// figures are a report as JSON: by family, without the scores that do not apply.
func figures(r *eval.Report) map[string]map[string]float64 {
	of := func(n int, s eval.Scores) map[string]float64 {
		m := map[string]float64{"n": float64(n)}
		for i, v := range s.Values() {
			if !math.IsNaN(v) {
				m[eval.Columns()[i]] = v
			}
		}
		return m
	}
	all, n := map[string]map[string]float64{}, 0
	for _, f := range r.Families {
		all[f.Name] = of(f.Queries, f.Scores)
		n += f.Queries
	}
	all[meanFamily] = of(n, r.Mean)
	return all
}
