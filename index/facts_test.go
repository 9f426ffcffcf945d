package index

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// facts gives what the view and what the store say of every package.
func facts(t *testing.T, ix *Index, st *store.Store) (inView, inStore map[string]store.Facts) {
	t.Helper()
	v := ix.Acquire()
	defer v.Release()
	inView, inStore = map[string]store.Facts{}, map[string]store.Facts{}
	var names []string
	for _, s := range v.Segments() {
		for doc := range uint32(s.Len()) {
			if !s.Deleted(doc) {
				names = append(names, s.Name(doc))
				inView[s.Name(doc)] = s.Facts(doc)
			}
		}
	}
	if err := st.Ranks(t.Context(), names, func(i int, _ store.Rank, f store.Facts) { inStore[names[i]] = f }); err != nil {
		t.Fatal(err)
	}
	return inView, inStore
}

func TestViewsHoldTheFactsOfTheStore(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	for i := range 30 {
		p := pkg(fmt.Sprintf("p-%d", i%20), "text", "key")
		p.Version, p.UnpackedSize, p.Types = fmt.Sprintf("%d.0.0", i), int64(i), i%3 == 0
		p.Engines = map[string]string{"node": fmt.Sprintf(">=%d", i%4)}
		p.Dependencies = map[string]string{"p-0": "1"}
		apply(t, ix, p)
	}
	inView, inStore := facts(t, ix, st)
	if diff := cmp.Diff(inStore, inView); diff != "" || len(inView) != 20 {
		t.Errorf("%d packages (-store +view):\n%s", len(inView), diff)
	}
	if got := inView["p-0"]; got.Size != 20 || got.Version != store.VersionOf(20, 0, 0) || got.Node != "" || got.Dependents > 19 {
		t.Errorf("p-0: %+v", got)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got, _ := facts(t, ix, st); got["p-0"].Dependents != 19 {
		t.Errorf("rescored, p-0 has %d dependents", got["p-0"].Dependents)
	}
}
