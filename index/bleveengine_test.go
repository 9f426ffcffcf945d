package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// TestBleveEngineMultipliesByThePrior asks over several segments, with documents that were replaced: the prior must be
// that of the document that matched.
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
	v := ix.Acquire()
	defer v.Release()
	hits, matches, err := v.BleveEngine().Search(t.Context(), "Pickers picker", 10)
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
	if hits, matches, err := v.BleveEngine().Search(t.Context(), "!!!", 10); len(hits) > 0 || matches > 0 || err != nil {
		t.Errorf("a text without words finds %v, %d (%v)", hits, matches, err)
	}
}
