package spell

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/slip"
)

// compared is what Near promises, by comparison with every word.
func compared(words []Word, word string, edits int, least uint32, most int) []Near {
	var near []Near
	for _, w := range words {
		if w.Text != word && w.Use >= least && distance([]rune(word), []rune(w.Text)) <= edits {
			near = append(near, Near{w.Text, slip.Likeness(word, w.Text), w.Use})
		}
	}
	slices.SortFunc(near, func(a, b Near) int {
		return cmp.Or(cmp.Compare(b.Likely, a.Likely), cmp.Compare(a.Text, b.Text))
	})
	return near[:min(len(near), most)]
}

// distance is Damerau's restricted edit distance, from its definition.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+1)
			if a[i-1] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-1][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// drawWords draws few letters, so that words are near each other.
func drawWords(t *rapid.T) []Word {
	texts := rapid.SliceOfNDistinct(rapid.StringMatching(`[abcé日]{1,9}`), 0, 60, rapid.ID[string]).Draw(t, "words")
	words := make([]Word, len(texts))
	for i, text := range texts {
		words[i] = Word{text, rapid.Uint32Range(0, 20).Draw(t, "use")}
	}
	return words
}

func TestNearFindsWhatAComparisonWithAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := drawWords(t)
		table := New(words)
		for range 8 {
			word := rapid.StringMatching(`[abcdé日]{2,10}`).Draw(t, "word")
			edits, least := rapid.IntRange(1, 2).Draw(t, "edits"), rapid.Uint32Range(0, 12).Draw(t, "least")
			most := rapid.IntRange(1, 40).Draw(t, "most")
			got := table.Near(word, edits, least, most)
			if diff := gocmp.Diff(compared(words, word, edits, least, most), got, gocmp.Comparer(sameNear)); diff != "" {
				t.Fatalf("%q, %d edits, used %d times (-want +got):\n%s", word, edits, least, diff)
			}
		}
	})
}

func sameNear(a, b []Near) bool { return slices.Equal(a, b) }

func TestNearHasLimits(t *testing.T) {
	var words []Word
	long := ""
	for n := 1; n <= 60; n++ {
		long += string('a' + rune(n%20))
		words = append(words, Word{long, uint32(n)})
	}
	table := New(words)
	for n, want := range map[int]int{0: 0, 1: 0, 2: 3, 3: 4, 47: 4, 48: 4, 49: 0, 60: 0} {
		if got := table.Near(long[:n], 2, 0, 100); len(got) != want {
			t.Errorf("a word of %d letters has %d neighbours, want %d: %v", n, len(got), want, got)
		}
	}
	for _, none := range []*Table{nil, {}, New(nil), New([]Word{{"", 1}})} {
		if got := none.Near("word", 2, 0, 100); none.Len() != 0 || len(got) != 0 {
			t.Errorf("an empty table gives %v", got)
		}
	}
	if got := table.Near(long[:20], 0, 0, 100); len(got) != 0 {
		t.Errorf("without edits there is %v", got)
	}
}

func TestRareCharactersAreLeftOut(t *testing.T) {
	words := []Word{{"common", 1}}
	for r := range 400 {
		words = append(words, Word{"common" + string(rune(0x4e00+r)), 1})
	}
	table := New(words)
	if got := len(table.Near("common", 1, 0, 1000)); got != maxCode-len("comn") {
		t.Errorf("%d words are found", got)
	}
	if got := table.Near("xommon", 1, 0, 1000); len(got) != 1 || got[0].Text != "common" {
		t.Errorf("a character that no word has gives %v", got)
	}
}

func TestNumbersOfWordsDoNotDependOnTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := drawWords(t)
		a := New(words)
		slices.Reverse(words)
		if b := New(words); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestLevelsFollowUses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint32().Draw(t, "a"), rapid.Uint32().Draw(t, "b")
		if a <= b != (level(a) <= level(b)) && level(a) != level(b) {
			t.Fatalf("%d has level %d, %d has %d", a, level(a), b, level(b))
		}
	})
}
