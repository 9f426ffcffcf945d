package eval

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 || math.IsNaN(a) && math.IsNaN(b) }

func TestScoresOfWorkedExamples(t *testing.T) {
	q := Query{Text: "x", Relevant: map[string]int{"a": 2, "b": 2, "c": 1}, Negative: []string{"bad"}}
	ideal := 3 + 3/math.Log2(3) + 0.5
	for _, c := range []struct {
		ranking                                     []string
		ndcg, mrr, first, recall, judged, violation float64
	}{
		{[]string{"a", "b", "c"}, 1, 1, 1, 1, 1, 0},
		{[]string{"c", "a"}, (1 + 3/math.Log2(3)) / ideal, 0.5, 0, 0.5, 1, 0},
		{[]string{"bad", "a"}, 3 / math.Log2(3) / ideal, 0.5, 0, 0.5, 0.5, 1},
		{[]string{"a", "bad"}, 3 / ideal, 1, 1, 0.5, 0.5, 0},
		{[]string{"bad"}, 0, 0, 0, 0, 0, 1},
		{nil, 0, 0, 0, 0, 0, 0},
		{append(strings.Split("1234567890", ""), "a"), 0, 0, 0, 0, 0, 0}, // beyond Depth
	} {
		s := q.score(c.ranking)
		got := []float64{s.NDCG, s.MRR, s.First, s.Recall, s.Judged, s.Violation, s.Zero}
		want := []float64{c.ndcg, c.mrr, c.first, c.recall, c.judged, c.violation, truth(len(c.ranking) == 0)}
		if !slices.EqualFunc(got, want, near) {
			t.Errorf("%v: got %v, want %v", c.ranking, got, want)
		}
	}
}

func TestPrefixesOfAWorkedExample(t *testing.T) {
	q := Query{Text: "mango", Relevant: map[string]int{"mango": 2}, Prefixes: []string{"m", "ma", "man", "mang"}}
	s := q.scorePrefixes([][]string{{}, {"x", "mango"}, {"mango"}, {"mango"}})
	if !near(s.MRR, (0+0.5+1+1)/4) || !near(s.Saved, 1-2.0/5) || s.First != 1 || !near(s.Zero, 0.25) {
		t.Errorf("%+v", s)
	}
}

func TestPropertiesOfScores(t *testing.T) {
	name := rapid.SampledFrom(strings.Split("abcdefghijklmnop", ""))
	rapid.Check(t, func(t *rapid.T) {
		q := Query{Relevant: rapid.MapOfN(name, rapid.IntRange(1, 3), 1, 8).Draw(t, "relevant"), Negative: []string{"p"}}
		ranking := rapid.SliceOfDistinct(name, rapid.ID[string]).Draw(t, "ranking")
		for i, v := range q.score(ranking).Values() {
			if !math.IsNaN(v) && (v < 0 || v > 1+1e-12) {
				t.Fatalf("%s is %v", Columns()[i], v)
			}
		}
		perfect := slices.SortedFunc(maps.Keys(q.Relevant), func(a, b string) int { return q.Relevant[b] - q.Relevant[a] })
		if s := q.score(perfect); !near(s.NDCG, 1) || s.First != 1 || s.Recall != 1 {
			t.Fatalf("the best order scores %+v", s)
		}
	})
}

func TestRead(t *testing.T) {
	got, err := Read(strings.NewReader("\n# fruit\nred fruit => apple, cherry:1\n"+`{"query":"yellow","relevant":{"banana":2},"family":"f","id":"7"}`+"\n"), "dir/fruit.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := []Query{
		{ID: "fruit.txt:3", Family: "fruit", Text: "red fruit", Relevant: map[string]int{"apple": 2, "cherry": 1}},
		{ID: "7", Family: "f", Text: "yellow", Relevant: map[string]int{"banana": 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range []string{"no arrow", "a =>", "=> b", "a => b:x", "a => b:0", "a => b:11", `{"query":"a"}`, `{"query":1}`, "a => \xff", strings.Repeat("x", maxLine+1)} {
		if _, err := Read(strings.NewReader("ok => fine\n"+bad), "f"); err == nil || !strings.HasPrefix(err.Error(), "f:2: ") {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a => b, c:1\n{\"query\":\"x\",\"relevant\":{\"y\":2}}")
	f.Fuzz(func(t *testing.T, text string) {
		queries, err := Read(strings.NewReader(text), "f")
		if err != nil {
			return
		}
		for _, q := range queries {
			if q.Text == "" || len(q.Relevant) == 0 || q.ID == "" || q.best() < 1 {
				t.Fatalf("%+v", q)
			}
		}
	})
}

// book answers from a table.
type book map[string][]string

func (b book) Search(_ context.Context, text string, size int) ([]string, error) {
	if text == "broken" {
		return nil, errors.New("no answer")
	}
	return b[text][:min(size, len(b[text]))], nil
}

func (b book) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	return b.Search(ctx, text, size)
}

func shelf(n int) ([]Query, book) {
	b := book{}
	var queries []Query
	for i := range n {
		text := fmt.Sprint("q", i)
		queries = append(queries, Query{ID: text, Family: fmt.Sprint("f", i%3), Text: text, Relevant: map[string]int{"a": 2}, Group: fmt.Sprint(i / 6)})
		b[text] = []string{[]string{"a", "b"}[i%2], "a", "a", "c"}
	}
	return queries, b
}

func TestRun(t *testing.T) {
	queries, b := shelf(60)
	one, err := Run(t.Context(), b, queries, 1)
	if err != nil {
		t.Fatal(err)
	}
	many, err := Run(t.Context(), b, queries, 8)
	if err != nil {
		t.Fatal(err)
	}
	if len(one.Families) != 3 || !near(one.Mean.First, 0.5) || !near(many.Mean.NDCG, one.Mean.NDCG) || !near(many.Mean.Consistency, one.Mean.Consistency) {
		t.Errorf("%+v and %+v", one.Mean, many.Mean)
	}
	if _, err := Run(t.Context(), b, append(queries, Query{Text: "broken", Relevant: map[string]int{"a": 1}}), 4); err == nil || !strings.Contains(err.Error(), "no answer") {
		t.Errorf("an error is lost: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, b, queries, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCompare(t *testing.T) {
	queries, b := shelf(60)
	before, _ := Run(t.Context(), b, queries, 2)
	for i := range 60 {
		b[fmt.Sprint("q", i)] = []string{"a"}
	}
	after, _ := Run(t.Context(), b, queries, 2)
	changes, moves, err := Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	again, _, _ := Compare(before, after)
	if diff := cmp.Diff(changes, again); diff != "" {
		t.Errorf("two comparisons differ:\n%s", diff)
	}
	total := changes[len(changes)-1]
	gain := total.After - total.Before
	if len(changes) != 4 || total.Won != 30 || total.Lost != 0 || len(moves) != 30 || total.Low > gain || total.High < gain || total.Low <= 0 {
		t.Errorf("%+v, %d moves", total, len(moves))
	}
	if _, _, err := Compare(before, &Report{}); err == nil {
		t.Error("nothing in common is no error")
	}
}

// TestTune climbs a hill whose top is known, where a setting below 0.01 is not taken.
func TestTune(t *testing.T) {
	queries, _ := shelf(40)
	calls := 0
	hill := func(_ context.Context, s map[string]float64) ([]float64, error) {
		calls++
		if s["x"] < 0.01 {
			return nil, nil
		}
		v := 1 / (1 + math.Pow(math.Log(s["x"]/8), 2) + math.Pow(math.Log(s["y"]/0.5), 2))
		return slices.Repeat([]float64{v}, len(queries)), nil
	}
	var log []string
	tuning := Tuning{Rounds: 4, Fields: []string{"x", "y"}, Log: func(f string, a ...any) { log = append(log, fmt.Sprintf(f, a...)) }}
	start := map[string]float64{"x": 1, "y": 0, "z": 3}
	best, err := tuning.Tune(t.Context(), queries, start, func(ctx context.Context, s map[string]float64) ([]float64, error) {
		if s["y"] == 0 {
			s = maps.Clone(s)
			s["y"] = 0.01
		}
		return hill(ctx, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(math.Log(best["x"]/8)) > 0.2 || math.Abs(math.Log(best["y"]/0.5)) > 0.2 || best["z"] != 3 || start["x"] != 1 {
		t.Errorf("best %v, start %v", best, start)
	}
	if !slices.ContainsFunc(log, func(s string) bool { return strings.HasPrefix(s, "cross-validated: gains +") }) {
		t.Errorf("no word of the cross-validation: %v", log)
	}
	if calls > 400 {
		t.Errorf("%d measurements", calls)
	}
	tuning.Fields = []string{"w"}
	if _, err := tuning.Tune(t.Context(), queries, start, hill); err == nil {
		t.Error("an unknown setting is no error")
	}
}

// TestFoldsAreEven: every query is in one fold, and wordings of a group stay together.
func TestFoldsAreEven(t *testing.T) {
	counts := make([]int, 4)
	for i := range 4000 {
		a := Query{ID: fmt.Sprint(i), Family: "f"}
		counts[foldOf(&a, 4)]++
		b, c := Query{ID: fmt.Sprint("b", i), Family: "f", Group: fmt.Sprint(i)}, Query{ID: fmt.Sprint("c", i), Family: "f", Group: fmt.Sprint(i)}
		if foldOf(&b, 4) != foldOf(&c, 4) {
			t.Fatal("a group is torn apart")
		}
	}
	for _, n := range counts {
		if n < 800 || n > 1200 {
			t.Errorf("folds of %v", counts)
			break
		}
	}
}
