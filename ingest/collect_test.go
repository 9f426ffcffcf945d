package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

func TestCoalesce(t *testing.T) {
	got := coalesce([]Change{
		{Name: "a", Rev: "1-x"}, {Name: "b", Rev: "5-x", Deleted: true}, {Name: "a", Rev: "2-x"}, {Name: "b", Rev: "4-x"}, {Name: "c"}, {Name: "a", Rev: "2-y"},
		{Name: "deleted without a revision", Rev: "5-x"}, {Name: "deleted without a revision", Deleted: true},
		{Name: "back again", Deleted: true}, {Name: "back again", Rev: "1-x"},
	})
	want := []Change{
		{Name: "b", Rev: "5-x", Deleted: true}, {Name: "c"}, {Name: "a", Rev: "2-y"},
		{Name: "deleted without a revision", Deleted: true}, {Name: "back again", Rev: "1-x"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A row that is older than what a dead letter waits for changes nothing: not with an older document, nor as a deletion.
func TestOlderRow(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish good 1.0.0", "publish x 1.0.0", "publish x 2.0.0")
		f := r.follower(t)
		if err := f.open(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.lastGood = "good"
		take := func(c Change) {
			b, err := f.collect(t.Context(), []Change{c})
			if err == nil {
				err = f.send(t.Context(), b)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		newest := r.State()["x"].Rev
		r.exec(t, "fault status docs/x status=500 times=-1")
		take(Change{Name: "x", Rev: newest})
		r.exec(t, "heal", "fault stale docs/x times=-1")
		for _, c := range []Change{{Name: "x", Rev: "1-old"}, {Name: "x", Rev: "1-old", Deleted: true}} {
			take(c)
			letters, err := r.store.DeadLetters(t.Context(), "", 0)
			if err != nil || len(letters) != 1 || letters[0].Rev != newest {
				t.Errorf("after the row %+v: dead letters %+v, %v; want one for %s", c, letters, err, newest)
			}
		}
		take(Change{Name: "x", Deleted: true}) // without a revision, it is as new as can be
		r.wantLetters(t, nil)
		if p := r.get(t, "x"); p.Status != store.Deleted {
			t.Errorf("x is %s", p.Status)
		}
	})
}
