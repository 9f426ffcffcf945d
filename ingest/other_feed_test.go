package ingest

import (
	"fmt"
	"testing"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

// A feed that was never followed says nothing of the revisions that the store has from another one.
func TestAnotherFeed(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		for range 9 {
			r.exec(t, "publish x 1.0.0", "publish gone 1.0.0", "publish bad 1.0.0")
		}
		r.exec(t, "fault status docs/bad status=500 times=-1", "publish bad 2.0.0")
		r.catchUp(t)
		other := &rig{Registry: registrytest.New(registrytest.Options{}), store: r.store}
		other.exec(t, "publish x 5.0.0", "publish y 1.0.0", "publish bad 3.0.0")
		f := other.follower(t, once)
		f.feed.base.Host = "other.example"
		if err := f.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.wantLetters(t, nil)
		for name, want := range map[string]string{"x": "5.0.0", "y": "1.0.0", "bad": "3.0.0"} {
			if got := r.get(t, name).Version; got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		if p := r.get(t, "gone"); p.Status != store.Deleted {
			t.Errorf("gone is %s", p.Status)
		}
	})
}

// A package that fails when a reset is ended is a dead letter, and the reset ends.
func TestResetEndsWithPoison(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		for i := range 10 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.catchUp(t)
		r.exec(t, "forget p3", "forget p4", "fault status docs/p3 status=500 times=-1", "reset id")
		r.during(t, func(f *Follower) {
			time.Sleep(time.Hour)
			if s, err := r.store.Feed(r.FeedURL()); err != nil || s.Cursor != s.Head {
				t.Errorf("cursor %q, end %q, %v: the reset goes on", s.Cursor, s.Head, err)
			}
			r.wantLetters(t, map[string]string{"p3": classFetch})
			if p3, p4 := r.get(t, "p3"), r.get(t, "p4"); p3.Status != store.Active || p4.Status != store.Deleted {
				t.Errorf("p3 is %s, p4 is %s", p3.Status, p4.Status)
			}
			r.exec(t, "heal")
			time.Sleep(25 * time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}
