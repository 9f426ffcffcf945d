package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/postings"
	"pkgsearch/index/store"
)

var testNow = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func testOptions() Options {
	return Options{Now: func() time.Time { return testNow }, BatchSize: 50}
}

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func openIndex(t *testing.T, dir string, st *store.Store) *Index {
	t.Helper()
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return ix
}

func pkg(name, description string, keywords ...string) store.Package {
	return store.Package{Name: name, Status: store.Active, Version: "1.0.0", VersionsCount: 1,
		Description: description, Keywords: keywords}
}

func apply(t *testing.T, ix *Index, packages ...store.Package) {
	t.Helper()
	if err := ix.Apply(t.Context(), store.Batch{Packages: packages}); err != nil {
		t.Fatal(err)
	}
}

// agree fails the test unless store and index agree on every record.
func agree(t *testing.T, ix *Index) {
	t.Helper()
	diffs, err := ix.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(diffs) > 0 {
		t.Fatalf("store and index differ: %v", diffs[:min(len(diffs), 10)])
	}
}

func names(ix *Index) []string {
	v := ix.Acquire()
	defer v.Release()
	var out []string
	for _, s := range v.Segments() {
		for doc := range uint32(s.Len()) {
			if !s.Deleted(doc) {
				out = append(out, s.Name(doc))
			}
		}
	}
	slices.Sort(out)
	return out
}

// docFreq is Lookup.DocFreq by its definition.
func docFreq(t *testing.T, v *View, field, term string) int {
	t.Helper()
	n := 0
	for _, s := range v.segments {
		p, err := s.list(field, term)
		if err != nil {
			t.Fatal(err)
		}
		n += int(p.Count())
	}
	return n
}

func TestApplyIsVisibleAtOnce(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("left-pad", "pads on the left"), pkg("right-pad", ""))
	apply(t, ix, pkg("left-pad", "pads strings"), store.Package{Name: "right-pad", Status: store.Unpublished})
	if diff := cmp.Diff([]string{"left-pad"}, names(ix)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	v := ix.Acquire()
	defer v.Release()
	for term, want := range map[string]int{Stem("pads"): 1, Stem("strings"): 1, Stem("left"): 0} {
		if df := docFreq(t, v, FieldDescription, term); df != want {
			t.Errorf("document frequency of %q is %d, want %d", term, df, want)
		}
	}
	agree(t, ix)
}

func TestCheckSeesContent(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	apply(t, ix, pkg("a", "one thing"), pkg("b", "another thing"), pkg("c", ""))
	batch := ix.generation.bleve.NewBatch()
	wrong := pkg("a", "one thing more")
	if err := batch.IndexAdvanced(documentOf(&wrong)); err != nil {
		t.Fatal(err)
	}
	stray := pkg("d", "")
	if err := batch.IndexAdvanced(documentOf(&stray)); err != nil {
		t.Fatal(err)
	}
	batch.Delete("c")
	if err := ix.generation.bleve.Batch(batch); err != nil {
		t.Fatal(err)
	}
	got, err := ix.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Difference{
		{"a", "indexed differently from its record"},
		{"c", "missing in the index"},
		{"d", "in the index but not in the store"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCheckSeesPlaces changes nothing but how often and where a word stands.
func TestCheckSeesPlaces(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	apply(t, ix, pkg("a", "one thing"), pkg("b", "another thing"))
	for _, s := range ix.view.Load().segments {
		var b postings.Builder
		for doc := range uint32(s.Len()) {
			p := pkg(s.Name(doc), map[string]string{"a": "thing one", "b": "another thing"}[s.Name(doc)])
			b.Add(listingOf(&p))
		}
		lists, err := b.Lists()
		if err != nil {
			t.Fatal(err)
		}
		s.lists = lists
	}
	got, err := ix.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Difference{{"a", "indexed differently from its record"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOpenMends lists what may have happened to an index between two starts.
func TestOpenMends(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, dir string, st *store.Store){
		"nothing": func(t *testing.T, dir string, st *store.Store) {},
		"store is ahead": func(t *testing.T, dir string, st *store.Store) {
			update(t, st, pkg("late", "came after the crash"), store.Package{Name: "p-001", Status: store.Deleted})
		},
		"index is gone": func(t *testing.T, dir string, st *store.Store) {
			if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
				t.Fatal(err)
			}
		},
		"segments are gone": func(t *testing.T, dir string, st *store.Store) { each(t, dir, "*.zap", os.Remove) },
		"segments are cut": func(t *testing.T, dir string, st *store.Store) {
			each(t, dir, "*.zap", func(f string) error { return os.Truncate(f, 10) })
		},
		"root is cut": func(t *testing.T, dir string, st *store.Store) {
			each(t, dir, "root.bolt", func(f string) error { return os.Truncate(f, 5000) })
		},
		"root is garbage": func(t *testing.T, dir string, st *store.Store) {
			each(t, dir, "root.bolt", func(f string) error { return os.WriteFile(f, []byte("garbage"), 0o600) })
		},
		"mapping is empty": func(t *testing.T, dir string, st *store.Store) {
			each(t, dir, "index_meta.json", func(f string) error { return os.Truncate(f, 0) })
		},
		"log is trimmed too far": func(t *testing.T, dir string, st *store.Store) {
			update(t, st, pkg("late", ""))
			update(t, st, pkg("later", ""))
			lln, err := st.LLN()
			if err != nil {
				t.Fatal(err)
			}
			if err := st.Trim(t.Context(), lln, 1); err != nil {
				t.Fatal(err)
			}
		},
		"half-built generation": func(t *testing.T, dir string, st *store.Store) {
			if err := os.MkdirAll(filepath.Join(dir, "index", Domain, "gen-000099"), 0o700); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			st := openStore(t, dir)
			ix := openIndex(t, dir, st)
			for i := range 4 {
				var part []store.Package
				for j := range 30 {
					part = append(part, pkg(fmt.Sprintf("p-%03d", 30*i+j), "number "+fmt.Sprint(j)))
				}
				apply(t, ix, part...)
			}
			if err := ix.Close(); err != nil {
				t.Fatal(err)
			}
			harm(t, dir, st)
			ix = openIndex(t, dir, st)
			agree(t, ix)
			apply(t, ix, pkg("after", ""))
			agree(t, ix)
			left, err := filepath.Glob(filepath.Join(dir, "index", Domain, "gen-*"))
			if err != nil || len(left) != 1 {
				t.Errorf("generations on disk: %v (%v), want one", left, err)
			}
		})
	}
}

func TestIndexOfAnotherStoreIsRebuilt(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	apply(t, ix, pkg("mine", ""))
	ix.Close()
	st2 := openStore(t, other)
	ix2 := openIndex(t, other, st2)
	apply(t, ix2, pkg("theirs", ""))
	ix2.Close()
	if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "index"), os.DirFS(filepath.Join(other, "index"))); err != nil {
		t.Fatal(err)
	}
	ix = openIndex(t, dir, st)
	agree(t, ix)
	if diff := cmp.Diff([]string{"mine"}, names(ix)); diff != "" {
		t.Error(diff)
	}
}

func TestFailedApplyLosesNothing(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ix.Apply(ctx, store.Batch{Packages: []store.Package{pkg("a", "")}}); err == nil {
		t.Fatal("apply under an ended context succeeded")
	}
	apply(t, ix, pkg("b", ""))
	agree(t, ix)
}

func TestViewOutlivesChanges(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("a", "old text"))
	v := ix.Acquire()
	apply(t, ix, pkg("a", "new text"), pkg("b", ""))
	if err := ix.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if df := docFreq(t, v, FieldDescription, "old"); df != 1 || v.Count() != 1 {
		t.Errorf("the view changed under its reader: df %d, %d packages", df, v.Count())
	}
	v.Release()
	if diff := cmp.Diff([]string{"a", "b"}, names(ix)); diff != "" {
		t.Error(diff)
	}
	agree(t, ix)
}

func TestRebuildBesideWrites(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 200 {
			if err := ix.Apply(t.Context(), store.Batch{Packages: []store.Package{pkg(fmt.Sprintf("p-%d", i%70), fmt.Sprint(i))}}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 5 {
		if err := ix.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	agree(t, ix)
	if n := len(names(ix)); n != 70 {
		t.Errorf("%d packages, want 70", n)
	}
}

// TestModel runs random batches, reopenings and rebuilds against a map.
func TestModel(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	dice := rand.New(rand.NewPCG(7, 7))
	model := map[string]bool{}
	for step := range 60 {
		var batch []store.Package
		for range dice.IntN(40) {
			name := fmt.Sprintf("m-%d", dice.IntN(80))
			p := pkg(name, fmt.Sprintf("text %d of %d", dice.IntN(5), step), "k"+fmt.Sprint(dice.IntN(9)))
			if dice.IntN(4) == 0 {
				p = store.Package{Name: name, Status: store.Deleted}
			}
			batch = append(batch, p)
			model[name] = p.Indexed()
		}
		switch dice.IntN(8) {
		case 0: // the process dies between store and index
			update(t, st, batch...)
			ix.Close()
			ix = openIndex(t, dir, st)
		case 1:
			apply(t, ix, batch...)
			if err := ix.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		default:
			apply(t, ix, batch...)
		}
		var want []string
		for name, alive := range model {
			if alive {
				want = append(want, name)
			}
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, names(ix)); diff != "" {
			t.Fatalf("step %d (-want +got):\n%s", step, diff)
		}
		agree(t, ix)
	}
}

func update(t *testing.T, st *store.Store, packages ...store.Package) {
	t.Helper()
	if _, err := st.Update(t.Context(), store.Batch{Packages: packages}, testNow); err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, dir, pattern string, do func(string) error) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(dir, "index"), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ok, _ := filepath.Match(pattern, d.Name()); ok {
			n++
			return do(path)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("harmed %d files %s: %v", n, pattern, err)
	}
}
