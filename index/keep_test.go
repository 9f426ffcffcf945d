package index

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRefreshMergedKeepsAnswers(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	for i := range 30 {
		apply(t, ix, pkg(fmt.Sprintf("p-%02d", i), "text"))
	}
	before := names(ix)
	if err := ix.generation.scorch.ForceMerge(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := ix.refreshMerged(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(ix.view.Load().segments); n != 1 {
		t.Errorf("%d segments after a merge, want 1", n)
	}
	if diff := cmp.Diff(before, names(ix)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	serial := ix.view.Load().Serial
	if err := ix.refreshMerged(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := ix.view.Load().Serial; again != serial {
		t.Error("a view was replaced though nothing was merged")
	}
	agree(t, ix)
}

// TestColumnsGoWithTheirSegments: what a merge or a crash leaves behind takes disk for nothing.
func TestColumnsGoWithTheirSegments(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := filled(t, dir, st, 50)
	stale := columnFilesIn(t, ix)
	if len(stale) != 3 {
		t.Fatalf("a base has the files %v", stale)
	}
	held := ix.Acquire()
	apply(t, ix, pkg("q", ""))
	if err := ix.generation.scorch.ForceMerge(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, refresh := range []func(context.Context) error{ix.Refresh, ix.refreshMerged} { // a write may be the first to see it
		if err := refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	used := columnFilesIn(t, ix)
	if len(used) != 3 || slices.ContainsFunc(used, func(f string) bool { return slices.Contains(stale, f) }) {
		t.Errorf("after a merge there are %v, before it %v", used, stale)
	}
	for doc := range uint32(held.segments[0].Len()) {
		_ = held.segments[0].Facts(doc) // still mapped
	}
	held.Release()
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale[0], nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ix = openMapped(t, dir, st)
	if diff := cmp.Diff(used, columnFilesIn(t, ix)); diff != "" {
		t.Errorf("after a start (-before +after):\n%s", diff)
	}
	agree(t, ix)
}

func columnFilesIn(t *testing.T, ix *Index) []string {
	t.Helper()
	var all []string
	for _, ext := range []string{"facts", "lists", "ranks"} {
		found, err := filepath.Glob(filepath.Join(ix.generation.path, "*."+ext))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}
