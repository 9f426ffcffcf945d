package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

func TestReset(t *testing.T) {
	for _, how := range []string{"reset", "reset id", "reset revs", "reset id revs"} {
		t.Run(how, func(t *testing.T) {
			inBothDialects(t, func(t *testing.T, r *rig) {
				for i := range 30 {
					r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
					r.Deprecate(fmt.Sprintf("p%d", i), "old")
				}
				r.exec(t, "delete p3", "unpublish p4 404")
				r.during(t, func(f *Follower) {
					time.Sleep(time.Hour)
					r.wantState(t)
					r.exec(t, "publish p5 2.0.0", "delete p6", "forget p7", "forget p8", "publish new 1.0.0", how)
					time.Sleep(time.Hour)
					r.wantState(t)
					state, err := r.store.Feed(r.FeedURL())
					if err != nil {
						t.Fatal(err)
					}
					if state.Epoch != 1 || strings.HasPrefix(state.Cursor, verifyPrefix) {
						t.Errorf("epoch %d, cursor %q", state.Epoch, state.Cursor)
					}
					r.exec(t, "publish p7 3.0.0", "publish p9 2.0.0", "delete p10")
					time.Sleep(time.Minute)
					r.wantState(t)
				})
			})
		})
	}
}

// A reset while nothing runs is found by the next run, also when that one is broken off.
func TestResetAcrossRuns(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.options.PageSize = 5
		for i := range 30 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.catchUp(t)
		r.exec(t, "forget p1", "publish p2 2.0.0", "reset id revs")
		batches := 0
		r.sink = func(ctx context.Context, b store.Batch) error {
			if batches++; batches == 4 {
				return errors.New("killed")
			}
			_, err := r.store.Update(ctx, b, time.Now())
			return err
		}
		if err := r.follower(t, once).Run(t.Context()); err == nil {
			t.Fatal("was not broken off")
		}
		state, err := r.store.Feed(r.FeedURL())
		if err != nil || !strings.HasPrefix(state.Cursor, verifyPrefix) {
			t.Fatalf("cursor %q, %v; want one of a comparison", state.Cursor, err)
		}
		r.sink = nil
		r.catchUp(t)
		r.wantState(t)
	})
}

// A reset that would remove much is not believed.
func TestResetThatLosesTooMuch(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		for i := range 80 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.catchUp(t)
		for i := range 60 {
			r.Forget(fmt.Sprintf("p%d", i))
		}
		r.exec(t, "reset id", "publish new 1.0.0")
		if err := r.follower(t, once).Run(t.Context()); !errors.Is(err, ErrVanished) {
			t.Fatalf("error %v, want %v", err, ErrVanished)
		}
		stats, err := r.store.Stats(t.Context())
		if err != nil || stats.Indexed != 81 {
			t.Fatalf("%d packages in the index, %v; want all 81", stats.Indexed, err)
		}
		r.during(t, func(f *Follower) {
			time.Sleep(10 * time.Minute)
			if s := f.Status(); !strings.Contains(s.LastError, "vanished") {
				t.Errorf("no alarm: %+v", s)
			}
			r.exec(t, "publish newer 1.0.0")
			time.Sleep(time.Minute)
			r.get(t, "newer")
		})
		r.options.MaxVanish = 1
		r.catchUp(t)
		r.wantState(t)
	})
}

// After a reset the position of the reader is past the end, which the feed answers with silence.
func TestPastHeadEcho(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		for range 50 {
			r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
		}
		r.catchUp(t)
		r.exec(t, "reset", "publish b 2.0.0", "publish c 1.0.0")
		r.during(t, func(f *Follower) {
			time.Sleep(4 * time.Minute)
			r.wantState(t)
		})
	})
}

// A replica that is behind for a minute is no reset, and caches are asked to stand aside.
func TestBehindIsNoReset(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
		f := r.follower(t)
		if err := f.open(t.Context()); err != nil {
			t.Fatal(err)
		}
		behind := Root{Engine: f.state.Engine, Head: "1"}
		f.state.Cursor = f.state.Head
		began := time.Now()
		if err := f.compare(t.Context(), behind); err != nil || f.state.Epoch != 0 || f.verify != nil {
			t.Errorf("a reset, %v", err)
		}
		if waited := time.Since(began); waited < 2*time.Minute {
			t.Errorf("asked again after %s", waited)
		}
		for _, q := range r.Requests() {
			if q.Target == "root" && q.Header.Get("Cache-Control") != "no-cache" {
				t.Error("asked a cache")
			}
		}
	})
}
