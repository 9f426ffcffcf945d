package search

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// TestLearnedWordsCorrectAsAWalkDoes compiles slipped queries over words and names that were learned and over the same
// packages' whole dictionaries: the same posting lists must be read, and the same be meant.
func TestLearnedWordsCorrectAsAWalkDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	stems := []string{"lantern", "lanterns", "garden", "gardener", "picker", "pickers", "date", "gate", "late", "internationalisation", "paperclip"}
	downloads := map[string]uint64{}
	var packages []store.Package
	for i := range 900 {
		word := func() string { return stems[int(r.ExpFloat64()*2)%len(stems)] }
		name := fmt.Sprintf("%s-%s%d", word(), slipped(r, word()), i%7)
		switch r.IntN(6) {
		case 0:
			name = word() + "-" + word()
		case 1:
			name = "@" + word() + "/" + slipped(r, word())
		case 2:
			name = slipped(r, word())
		}
		p := pkg(name, fmt.Sprintf("%s for %s and %s", word(), slipped(r, word()), word()))
		p.Deprecated = r.IntN(9) == 0
		packages = append(packages, p)
		downloads[name] = uint64(r.ExpFloat64() * r.ExpFloat64() * r.ExpFloat64() * 1e5)
	}
	walking := spelled(t, 1<<30, downloads, packages)
	learned := spelled(t, 1, downloads, packages)
	corrected := 0
	for i := range 1500 {
		text := slipped(r, stems[r.IntN(len(stems))])
		for range r.IntN(3) {
			text += " " + slipped(r, stems[r.IntN(len(stems))])
		}
		if i%20 == 0 {
			text = "i18n " + text
		}
		want, got := compiled(t, walking, text), compiled(t, learned, text)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-walked +learned):\n%s", text, diff)
		}
		if want.Correction != "" || want.Original != "" {
			corrected++
		}
	}
	if corrected < 100 {
		t.Errorf("only %d queries mean something else", corrected)
	}
}

func TestCompilingAllocatesLittle(t *testing.T) {
	packages := repeated("lantern holder number", 120)
	s := spelled(t, 1, map[string]uint64{"lantern": 1e6}, append(packages, pkg("lantern", "Light outdoors"), pkg("paper-lantern", "Of paper")))
	view := s.index.Acquire()
	defer view.Release()
	for _, text := range []string{"lantern", "paper lantern", "lanterm", "light of paper outdoors"} {
		n := testing.AllocsPerRun(20, func() {
			if _, err := s.Compile(t.Context(), view, text); err != nil {
				t.Fatal(err)
			}
		})
		if n > 300 {
			t.Errorf("%q takes %v allocations", text, n)
		}
		t.Logf("%q: %v allocations", text, n)
	}
}

// slipped is a word with up to two slips.
func slipped(r *rand.Rand, word string) string {
	w := []byte(word)
	for range r.IntN(3) {
		at := r.IntN(len(w))
		switch r.IntN(4) {
		case 0:
			w[at] = 'a' + byte(r.IntN(26))
		case 1:
			w = append(w[:at], w[min(at+1, len(w)-1):]...)
		case 2:
			w = append(w[:at+1], w[at:]...)
		case 3:
			if at > 0 {
				w[at-1], w[at] = w[at], w[at-1]
			}
		}
	}
	return string(w)
}

func spelled(t *testing.T, from int, downloads map[string]uint64, packages []store.Package) *Searcher {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	ix, err := index.Open(t.Context(), filepath.Join(dir, "index"), st, index.Options{SpellFrom: from})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	if err := ix.Apply(t.Context(), store.Batch{Packages: packages, Downloads: downloads}); err != nil {
		t.Fatal(err)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return New(ix, st, Options{})
}

// plan is what a query compiles to.
type plan struct {
	Terms                           []string
	IDF                             []float64
	Correction, Original, Lookalike string
}

func compiled(t *testing.T, s *Searcher, text string) plan {
	t.Helper()
	view := s.index.Acquire()
	defer view.Release()
	ev, done, err := s.compiled(t.Context(), view, text)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	p := plan{nil, ev.idf, ev.correction, ev.original, ev.lookalike}
	for _, term := range ev.terms {
		p.Terms = append(p.Terms, fmt.Sprintf("%+v", term))
	}
	return p
}
