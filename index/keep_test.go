package index

import (
	"fmt"
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
