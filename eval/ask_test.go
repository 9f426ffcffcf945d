package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fake answers from a map; texts that are not in it fail.
type fake struct {
	answers map[string][]string
	suggest atomic.Int64
}

func (f *fake) Search(ctx context.Context, text string, size int) ([]string, error) {
	names, ok := f.answers[text]
	if !ok {
		return nil, fmt.Errorf("no answer to %q", text)
	}
	return names[:min(size, len(names))], ctx.Err()
}

func (f *fake) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	f.suggest.Add(1)
	return f.Search(ctx, text, size)
}

func fakes() (*fake, []Query) {
	queries := []Query{
		{ID: "1", Family: "b", Text: "one", Relevant: map[string]int{"p": 1}, Group: "g"},
		{ID: "2", Family: "b", Text: "two", Relevant: map[string]int{"q": 1}, Group: "g"},
		{ID: "3", Family: "a", Text: "bad", Relevant: map[string]int{"p": 1}},
		{ID: "4", Family: "prefix", Text: "o", Relevant: map[string]int{"p": 1}},
		{ID: "5", Family: "typing", Text: "on", Relevant: map[string]int{"p": 1}, Prefixes: []string{"o", "on"}},
	}
	return &fake{answers: map[string][]string{"one": {"p", "q"}, "two": {"p", "q", "r"}, "o": {"x"}, "on": {"p"}}}, queries
}

func TestAskSumsUpByFamily(t *testing.T) {
	source, queries := fakes()
	run, err := Ask(t.Context(), source, queries, Options{Size: 2, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if n := source.suggest.Load(); n != 3 {
		t.Errorf("%d completions were asked, want those of prefix and of two prefixes", n)
	}
	b, _ := run.Family("b")
	near(t, "rr of b", b.Figures[RR], .75)
	near(t, "consistency of b", b.Figures[Consistency], 1)
	a, _ := run.Family("a")
	near(t, "errors of a", a.Figures[Errors], 1)
	near(t, "zero of a", a.Figures[Zero], 1)
	typing, _ := run.Family("typing")
	near(t, "rr of typing", typing.Figures[RR], .5)
	all, _ := run.Family(MeanName)
	near(t, "mean rr", all.Figures[RR], (.75+0+0+.5)/4)
	if all.Queries != 5 || all.Figures[Errors] != 1 {
		t.Errorf("mean: %+v", all)
	}
	if _, ok := run.Family("none"); ok {
		t.Error("a family that is not there was found")
	}
}

func TestRunsDoNotDependOnWorkers(t *testing.T) {
	source, queries := fakes()
	var runs []*Run
	for _, workers := range []int{1, 4} {
		run, err := Ask(t.Context(), source, queries, Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		for i := range run.Families {
			run.Families[i].Figures[P50], run.Families[i].Figures[P95] = 0, 0
		}
		runs = append(runs, run)
	}
	if diff := cmp.Diff(asJSON(t, runs[0]), asJSON(t, runs[1])); diff != "" {
		t.Error(diff)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestRunsSurviveBeingSaved(t *testing.T) {
	source, queries := fakes()
	run, err := Ask(t.Context(), source, queries, Options{})
	if err != nil {
		t.Fatal(err)
	}
	raw := asJSON(t, run)
	again, err := ReadRun(bytes.NewReader([]byte(raw)), "run.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(raw, asJSON(t, again)); diff != "" {
		t.Error(diff)
	}
	for _, broken := range []string{"", "{}", raw[:len(raw)/2]} {
		if _, err := ReadRun(bytes.NewReader([]byte(broken)), "run.json"); err == nil {
			t.Errorf("%.20q was taken for a run", broken)
		}
	}
}

// down is a source that is not there.
type down struct{ asked atomic.Int64 }

var errDown = errors.New("connection refused")

func (d *down) Search(context.Context, string, int) ([]string, error) {
	d.asked.Add(1)
	return nil, errDown
}
func (d *down) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	return d.Search(ctx, text, size)
}

func TestAskGivesUpOnASourceThatIsNotThere(t *testing.T) {
	_, queries := fakes()
	for len(queries) < 1000 {
		q := queries[0]
		q.ID = fmt.Sprint(len(queries))
		queries = append(queries, q)
	}
	for _, some := range [][]Query{queries, queries[:2]} {
		d := &down{}
		_, err := Ask(t.Context(), d, some, Options{Workers: 2, GiveUp: true})
		if !errors.Is(err, errDown) {
			t.Errorf("%d queries: %v", len(some), err)
		}
		if n := d.asked.Load(); n > 30 {
			t.Errorf("it was asked %d times", n)
		}
	}
}

func TestAskEndsAtTheFirstFailureWhereItIsStrict(t *testing.T) {
	source, queries := fakes()
	answered := queries[:2]
	if _, err := Ask(t.Context(), source, answered, Options{Strict: true}); err != nil {
		t.Errorf("all questions have answers, but: %v", err)
	}
	_, err := Ask(t.Context(), source, queries, Options{Strict: true})
	if want := `3: ask "bad": no answer to "bad"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if run, err := Ask(t.Context(), source, queries, Options{}); err != nil || run.Mean.Figures[Errors] != 1 {
		t.Errorf("where it is not, the failure must be counted alone: %v", err)
	}
}

func TestAskEndsWithItsContext(t *testing.T) {
	source, queries := fakes()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Ask(ctx, source, queries, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRequirements(t *testing.T) {
	source, queries := fakes()
	run, err := Ask(t.Context(), source, queries, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for text, holds := range map[string]bool{
		"b:mrr>=0.75": true, "b:MRR@10>=0.76": false, "b:rr<=0.7": false, "mean:errors<=1": true, "mean:errors<=0": false,
		"b:saved>=0": false, "nowhere:rr>=0": false, "b:s@1>=.5": true,
	} {
		r, err := ParseRequirement(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Check(run); (err == nil) != holds {
			t.Errorf("%s: %v", text, err)
		}
		if again, err := ParseRequirement(r.String()); err != nil || again != r {
			t.Errorf("%s is written %s, which reads %v, %v", text, r, again, err)
		}
	}
	for _, text := range []string{"", "b", "b:rr", "b:rr=1", "rr>=1", ":rr>=1", "b:none>=1", "b:rr>=x", "b:rr>=NaN"} {
		if _, err := ParseRequirement(text); err == nil {
			t.Errorf("%q was taken for a requirement", text)
		}
	}
}

func TestMetricsHaveTheirOwnNames(t *testing.T) {
	var seen []string
	for _, m := range Metrics() {
		for _, name := range m.names() {
			got, err := ParseMetric(name)
			if err != nil || got != m || slices.Contains(seen, name) {
				t.Errorf("%q is %v, %v", name, got, err)
			}
			seen = append(seen, name)
		}
	}
}
