package eval

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > 1e-12 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestFiguresOfWorkedExamples(t *testing.T) {
	q := Query{ID: "q", Family: "f", Text: "t", Relevant: map[string]int{"a": 2, "b": 2, "c": 1, "d": 0}, Negative: []string{"x"}}
	best := 3 + 3/math.Log2(3) + 1/math.Log2(4)
	nan := math.NaN()
	many := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"}
	for _, c := range []struct {
		name  string
		names []string
		want  map[Metric]float64
	}{
		{"best order", []string{"a", "b", "c"}, map[Metric]float64{NDCG: 1, RR: 1, Success1: 1, SuccessK: 1, Recall: 1, Zero: 0, Judged: 1, Violation: 0, Saved: nan}},
		{"negative first", []string{"x", "c", "b", "d"}, map[Metric]float64{NDCG: (1/math.Log2(3) + 3/math.Log2(4)) / best, RR: 1. / 3, Success1: 0,
			SuccessK: 1, Recall: .5, Judged: .75, Violation: 1}},
		{"negative below", []string{"a", "x"}, map[Metric]float64{NDCG: 3 / best, RR: 1, Violation: 0}},
		{"a related one is not right", []string{"c", "a"}, map[Metric]float64{RR: .5, Success1: 0, SuccessK: 1}},
		{"a repeated name counts once", []string{"a", "a", "b", "c"}, map[Metric]float64{NDCG: 1, Judged: 1}},
		{"nothing", nil, map[Metric]float64{NDCG: 0, RR: 0, Success1: 0, SuccessK: 0, Recall: 0, Zero: 1, Judged: 0, Violation: 0}},
		{"beyond the depth", many, map[Metric]float64{NDCG: 0, RR: 0, SuccessK: 0, Recall: 0, Zero: 0}},
	} {
		got := score(q, c.names, 10)
		for m, want := range c.want {
			near(t, c.name+": "+m.String(), got[m], want)
		}
	}
	q.Negative = nil
	near(t, "violation without negatives", score(q, []string{"a"}, 10)[Violation], nan)
}

func TestRecallCountsWhatFits(t *testing.T) {
	q := Query{Relevant: map[string]int{"a": 1, "b": 1, "c": 1}}
	near(t, "recall at 2 of 3", score(q, []string{"a", "b", "c"}, 2)[Recall], 1)
}

func TestFiguresOfPrefixes(t *testing.T) {
	q := Query{Text: "fastify", Relevant: map[string]int{"fastify": 2}, Prefixes: []string{"fa", "fast", "fasti", "fastify"}}
	far := []string{"1", "2", "3", "4", "5", "fastify"}
	got := scorePrefixes(q, [][]string{nil, far, {"fastly", "fastify"}, {"fastify"}}, 10)
	near(t, "rr", got[RR], (0+1./6+.5+1)/4)
	near(t, "ndcg", got[NDCG], (0+1/math.Log2(7)+1/math.Log2(3)+1)/4)
	near(t, "zero", got[Zero], .25)
	near(t, "s1", got[Success1], 1)
	near(t, "saved: sixth is out of sight", got[Saved], 1-5./7)
}

func TestConsistencyIsTheMeanOverlapOfAGroup(t *testing.T) {
	got := consistency(map[string][][]string{
		"three": {{"a", "b"}, {"b", "c"}, {"a", "b"}}, // 1/3, 1, 1/3
		"two":   {{"a"}, {"a"}},
		"alone": {{"z"}},
	})
	near(t, "consistency", got, (5./9+1)/2)
	near(t, "of none", consistency(nil), math.NaN())
}

func judgedQuery(t *rapid.T) Query {
	relevant := rapid.MapOfN(rapid.StringMatching(`[a-f]{1,2}`), rapid.IntRange(1, 4), 1, 15).Draw(t, "relevant")
	return Query{Text: "q", Relevant: relevant}
}

func TestFiguresKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := judgedQuery(t)
		q.Negative = []string{"x"}
		names := rapid.SliceOf(rapid.StringMatching(`[a-fx]{1,2}`)).Draw(t, "names")
		k := rapid.IntRange(1, 20).Draw(t, "k")
		f := score(q, names, k)
		for m, v := range f {
			if v < 0 || v > 1+1e-12 {
				t.Fatalf("%s is %v", Metric(m), v)
			}
		}
		if f[Success1] > f[RR] || f[RR] > f[SuccessK] {
			t.Fatalf("s1 %v, rr %v and s10 %v are not in order", f[Success1], f[RR], f[SuccessK])
		}
		for i := range 3 { // neither repeats nor what lies beyond the depth matter
			longer := append(slices.Clone(names), names...)
			if len(cut(names, k)) == k {
				longer = append(longer, strconv.Itoa(i))
			}
			again := score(q, longer, k)
			if again[NDCG] != f[NDCG] || again[RR] != f[RR] || again[Judged] != f[Judged] {
				t.Fatalf("the tail changed %v to %v", f, again)
			}
		}
	})
}

func TestNoOrderBeatsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := judgedQuery(t)
		var names []string
		for grade := 4; grade > 0; grade-- {
			for name, g := range q.Relevant {
				if g == grade {
					names = append(names, name)
				}
			}
		}
		if v := score(q, names, 10)[NDCG]; math.Abs(v-1) > 1e-12 {
			t.Fatalf("the best order has nDCG %v", v)
		}
		i := rapid.IntRange(0, len(names)-1).Draw(t, "i")
		j := rapid.IntRange(0, len(names)-1).Draw(t, "j")
		names[i], names[j] = names[j], names[i]
		if v := score(q, names, 10)[NDCG]; v > 1+1e-12 {
			t.Fatalf("another order has nDCG %v", v)
		}
	})
}
