package index

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// TestBleveEngineMultipliesByThePrior orders by the prior packages whose texts count the same.
func TestBleveEngineMultipliesByThePrior(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	if err := ix.Apply(t.Context(), store.Batch{Downloads: map[string]uint64{"c-picker": 50_000_000, "a-picker": 5_000}}); err != nil {
		t.Fatal(err)
	}
	apply(t, ix, pkg("a-picker", "old"), pkg("b-picker", "old"))
	apply(t, ix, pkg("x-other", "nothing of the kind"))
	apply(t, ix, pkg("c-picker", "new"), pkg("b-picker", "new"))
	apply(t, ix, pkg("a-picker", "new"))
	engine, err := ix.NewBleveEngine(t.Context(), filepath.Join(t.TempDir(), "bleve"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	hits, matches, err := engine.Search(t.Context(), "Pickers picker", 10)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i, h := range hits {
		names = append(names, h.Name)
		if i > 0 && !(h.Score < hits[i-1].Score) {
			t.Errorf("%s has %v, below %v", h.Name, h.Score, hits[i-1].Score)
		}
	}
	if diff := cmp.Diff([]string{"c-picker", "a-picker", "b-picker"}, names); diff != "" || matches != 3 {
		t.Errorf("%d matches (-want +got):\n%s", matches, diff)
	}
	if hits, matches, err := engine.Search(t.Context(), "!!!", 10); len(hits) > 0 || matches > 0 || err != nil {
		t.Errorf("a text without words finds %v, %d (%v)", hits, matches, err)
	}
}
