package index

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// TestFlippedBitsAreMended flips single bits of the segment files in use: no start may serve what they say.
func TestFlippedBitsAreMended(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	for i := range 3 {
		apply(t, ix, pkg(fmt.Sprintf("p-%d", i), "some text", "key"), pkg(fmt.Sprintf("q-%d", i), "other words"))
	}
	dice := rand.New(rand.NewPCG(5, 5))
	for range 40 {
		files := segmentsInUse(t, ix)
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
		file := files[dice.IntN(len(files))]
		flipped, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		at := dice.IntN(len(flipped))
		flipped[at] ^= 1 << dice.IntN(8)
		if err := os.WriteFile(file, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		ix = openIndex(t, dir, st)
		agree(t, ix)
	}
	if ix.generation.name == "gen-000001" {
		t.Error("no flip was noticed")
	}
}

func segmentsInUse(t *testing.T, ix *Index) []string {
	t.Helper()
	var files []string
	for _, s := range ix.view.Load().segments {
		if on, ok := s.segment.(interface{ Path() string }); ok {
			files = append(files, on.Path())
		}
	}
	if len(files) == 0 {
		if err := ix.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		return segmentsInUse(t, ix)
	}
	return files
}

// TestRanksDoNotMoveWithMerges loads download counts without rescoring: nothing may change until Rescore.
func TestRanksDoNotMoveWithMerges(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	for i := range 6 {
		apply(t, ix, pkg(fmt.Sprintf("p-%d", i), ""))
	}
	before := ranks(ix)
	if err := ix.Apply(t.Context(), store.Batch{Downloads: map[string]uint64{"p-0": 1e6, "p-1": 1e6}}); err != nil {
		t.Fatal(err)
	}
	if err := ix.generation.scorch.ForceMerge(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	apply(t, ix, pkg("p-1", "written again"))
	after := ranks(ix)
	if diff := cmp.Diff(before["p-0"], after["p-0"]); diff != "" {
		t.Errorf("a merge moved a rank (-before +after):\n%s", diff)
	}
	if after["p-1"].Downloads != 1e6 {
		t.Errorf("a package written again has %d downloads", after["p-1"].Downloads)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := ranks(ix)["p-0"]; got.Downloads != 1e6 || got.Popularity <= before["p-0"].Popularity {
		t.Errorf("after rescoring the rank is %+v", got)
	}
}

func ranks(ix *Index) map[string]store.Rank {
	v := ix.Acquire()
	defer v.Release()
	out := map[string]store.Rank{}
	for _, s := range v.Segments() {
		for doc := range uint32(s.Len()) {
			if !s.Deleted(doc) {
				out[s.Name(doc)] = s.Rank(doc)
			}
		}
	}
	return out
}

func TestRebuildKeepsTheLogItNeeds(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	opts := testOptions()
	opts.LogTail, opts.BatchSize = 5, 10
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	for i := range 30 {
		apply(t, ix, pkg(fmt.Sprintf("p-%d", i), ""))
	}
	wrote := false
	err = ix.Rebuild(t.Context(), func(int, int) {
		if !wrote { // while the store is being scanned
			wrote = true
			for i := range 60 {
				apply(t, ix, pkg(fmt.Sprintf("late-%d", i), ""))
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, ix)
	if n := len(names(ix)); n != 90 {
		t.Errorf("%d packages, want 90", n)
	}
}

func TestClosedIndexStaysClosed(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	for i := range 120 {
		apply(t, ix, pkg(fmt.Sprintf("p-%d", i), ""))
	}
	err := ix.Rebuild(t.Context(), func(int, int) {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	if !errors.Is(err, ErrClosed) {
		t.Errorf("rebuild under Close: got %v, want ErrClosed", err)
	}
	for what, got := range map[string]error{
		"apply":   ix.Apply(t.Context(), store.Batch{}),
		"rebuild": ix.Rebuild(t.Context(), nil),
		"refresh": ix.Refresh(t.Context()),
		"rescore": ix.Rescore(t.Context(), nil),
		"close":   ix.Close(),
	} {
		if want := ErrClosed; what != "close" && !errors.Is(got, want) || what == "close" && got != nil {
			t.Errorf("%s after Close: got %v", what, got)
		}
	}
	if ix.Acquire() != nil {
		t.Error("a closed index gives views")
	}
	left, err := filepath.Glob(filepath.Join(ix.dir, "gen-*"))
	if err != nil || len(left) != 1 {
		t.Errorf("the failed rebuild left %v (%v)", left, err)
	}
}

func TestIndexInUseIsNotDamaged(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	apply(t, ix, pkg("a", ""))
	if second, err := Open(t.Context(), filepath.Join(dir, "index"), st, testOptions()); err == nil {
		second.Close()
		t.Fatal("an index was opened twice")
	}
	agree(t, ix)
	if _, err := os.Stat(ix.generation.path); err != nil {
		t.Error(err)
	}
}

func TestDamagedIndexIsKeptAside(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	apply(t, ix, pkg("a", ""))
	ix.Close()
	each(t, dir, "root.bolt", func(f string) error { return os.WriteFile(f, []byte("garbage"), 0o600) })
	for range 2 { // the second start must not throw the evidence away
		ix = openIndex(t, dir, st)
		agree(t, ix)
		ix.Close()
		if kept, err := filepath.Glob(filepath.Join(ix.dir, "damaged", "store", "root.bolt")); err != nil || len(kept) == 0 {
			t.Errorf("nothing was kept aside (%v)", err)
		}
	}
}
