package associate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// trades makes texts of several trades, each with tools and surroundings of its own. Two tools of a trade
// never stand in one text.
func trades(r *rand.Rand) [][]string {
	var all [][]string
	for trade := range 20 {
		for range 300 {
			text := []string{fmt.Sprintf("tool%d-%d", trade, r.IntN(4))}
			for range 4 {
				text = append(text, fmt.Sprintf("place%d-%d", trade, r.IntN(10)))
			}
			all = append(all, append(text, fmt.Sprintf("noise%d", r.IntN(60))))
		}
	}
	return all
}

func learned(t *testing.T, texts [][]string) *Table {
	t.Helper()
	var l Learner
	for _, words := range texts {
		l.Add(1, words)
	}
	table, err := l.Learn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestWordsOfTheSameCompanyAreAssociated(t *testing.T) {
	table := learned(t, trades(rand.New(rand.NewPCG(1, 2))))
	for trade := range 20 {
		near := table.Of(fmt.Sprintf("tool%d-0", trade))
		own := slices.IndexFunc(near, func(n Neighbour) bool { return strings.HasPrefix(n.Word, fmt.Sprintf("tool%d-", trade)) })
		if own < 0 {
			t.Errorf("trade %d: no other tool of the trade among %v", trade, near)
		}
		for i, n := range near {
			if !strings.Contains(n.Word, fmt.Sprintf("%d-", trade)) {
				t.Errorf("trade %d: %q belongs to another", trade, n.Word)
			}
			if i > 0 && n.Likeness > near[i-1].Likeness || n.Likeness <= 0 || n.Likeness > 1 {
				t.Errorf("trade %d: likeness %v of %q at %d", trade, n.Likeness, n.Word, i)
			}
		}
	}
}

func TestOrderOfTextsDoesNotMatter(t *testing.T) {
	texts := trades(rand.New(rand.NewPCG(3, 4)))
	want := learned(t, texts).Bytes()
	r := rand.New(rand.NewPCG(5, 6))
	for range 3 {
		r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		if got := learned(t, texts).Bytes(); !bytes.Equal(got, want) {
			t.Fatalf("another order teaches something else:\n%s", cmp.Diff(string(want), string(got)))
		}
	}
}

func TestLittleTeachesNothing(t *testing.T) {
	for _, texts := range [][][]string{nil, {{"a", "b"}}, slices.Repeat([][]string{{"a", "b", "c"}}, 100)} {
		if table := learned(t, texts); table.Len() != 0 || table.Of("a") != nil {
			t.Errorf("%d texts teach %d words", len(texts), table.Len())
		}
	}
	if (*Table)(nil).Of("a") != nil || (*Table)(nil).Len() != 0 {
		t.Error("no table knows something")
	}
}

func TestOfTooManyTextsTheHeaviestStay(t *testing.T) {
	var l Learner
	for i := range MaxTexts + 1000 {
		l.Add(uint64(i), []string{"every", fmt.Sprint("w", i%7)})
	}
	if len(l.texts) != MaxTexts {
		t.Fatalf("%d texts are kept, at most %d may be", len(l.texts), MaxTexts)
	}
	least := l.texts[0].weight
	for _, x := range l.texts {
		least = min(least, x.weight)
	}
	if least != 1000 || l.df[l.ids["every"]] != MaxTexts {
		t.Errorf("the lightest text kept weighs %d, %d texts are counted for a word of all", least, l.df[l.ids["every"]])
	}
}

func TestLearningEndsWithItsContext(t *testing.T) {
	var l Learner
	for _, words := range trades(rand.New(rand.NewPCG(1, 2))) {
		l.Add(1, words)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Learn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestBytesAndParse(t *testing.T) {
	want := learned(t, trades(rand.New(rand.NewPCG(1, 2))))
	got, err := Parse(want.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.words, got.words); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range []string{"a\tb\n", "a\tb\tx\n", "a\tb\tNaN\n", "a\tb\t2\n", "\tb\t0.5\n", "a\tb\t-1\n", "a" + strings.Repeat("\tb\t0.5", 50)} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%.20q is read without complaint", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("winston\tbunyan\t0.9\tpino\t0.8\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(table.Bytes())
		if err != nil {
			t.Fatalf("what was read does not read again: %v", err)
		}
		if diff := cmp.Diff(table.words, again.words); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestReducedVectorsHaveUnitLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(dimensions+1, dimensions+20).Draw(t, "words")
		rows := make([][]entry, n)
		for i := range rows {
			rows[i] = []entry{{uint16((i + 1) % n), 1}, {uint16((i + n - 1) % n), 1}}
		}
		vectors, err := reduce(context.Background(), rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range vectors {
			if l := float64(dot(v, v)); math.Abs(l-1) > 1e-3 {
				t.Fatalf("vector %d has length %v", i, l)
			}
		}
	})
}
