package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

func TestFollowFromNothing(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		for i := range 120 {
			r.Publish(fmt.Sprintf("pkg-%03d", i), "1.0.0", map[string]any{"description": fmt.Sprint("number ", i)})
		}
		r.exec(t, "publish @scope/name 2.0.0", "delete pkg-007", "deprecate pkg-008 no longer kept", "unpublish pkg-009")
		r.options.PageSize = 50
		status := r.catchUp(t)
		r.wantState(t)
		r.wantLetters(t, nil)
		if !status.CaughtUp || status.Pages < 3 || status.LastError != "" {
			t.Errorf("status %+v", status)
		}
		if got := r.get(t, "pkg-008"); got.DeprecatedMessage != "no longer kept" {
			t.Errorf("deprecated message %q", got.DeprecatedMessage)
		}
	})
}

func TestFollowGoesOn(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
		r.during(t, func(f *Follower) {
			time.Sleep(time.Minute)
			r.wantState(t)
			r.exec(t, "publish a 1.1.0", "delete b", "publish c 1.0.0")
			time.Sleep(30 * time.Second)
			r.wantState(t)
			r.exec(t, "publish b 3.0.0", "unpublish a", "deprecate c gone")
			time.Sleep(30 * time.Second)
			r.wantState(t)
			r.exec(t, "publish a 9.0.0")
			time.Sleep(30 * time.Second)
			r.wantState(t)
			if s := f.Status(); !s.CaughtUp || s.LastError != "" || s.Errors != 0 || s.Head == "" || s.Late != 0 {
				t.Errorf("status %+v", s)
			}
		})
	})
}

// A restart goes on at the cursor and asks for nothing twice.
func TestFollowResumes(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		for i := range 30 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.options.PageSize = 4
		pages := 0
		r.sink = func(ctx context.Context, b store.Batch) error {
			if pages++; pages > 5 {
				return errors.New("the disk is on fire")
			}
			_, err := r.store.Update(ctx, b, time.Now())
			return err
		}
		if err := r.follower(t, once).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "on fire") {
			t.Fatalf("error of the sink: %v", err)
		}
		r.sink = nil
		before := len(r.Requests())
		r.catchUp(t)
		r.wantState(t)
		first := r.Requests()[before:]
		state, err := r.store.Feed(r.FeedURL())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(first[1].URI, "since=0&") || first[1].Target == "list" && !strings.Contains(first[1].URI, "startkey") {
			t.Errorf("started over: %s", first[1].URI)
		}
		before = len(r.Requests())
		r.catchUp(t)
		for _, q := range r.Requests()[before:] {
			if strings.HasPrefix(q.Target, "docs/") {
				t.Errorf("fetched again with nothing new at %q: %s", state.Cursor, q.URI)
			}
		}
	})
}

func TestReplicateGetsPlainParametersOnly(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0")
		r.during(t, func(*Follower) { time.Sleep(10 * time.Minute) })
		seen := 0
		for _, q := range r.Requests() {
			if q.Target == "changes" {
				seen++
				if _, query, _ := strings.Cut(q.URI, "?"); strings.Count(query, "&") != 1 || !strings.Contains(query, "since=") || !strings.Contains(query, "limit=") {
					t.Errorf("asked %s", q.URI)
				}
			}
		}
		if seen == 0 {
			t.Error("never asked for changes")
		}
	})
}

func TestCouchWithoutDocuments(t *testing.T) {
	inDialect(t, registrytest.Options{NoDocs: true}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
		r.catchUp(t)
		r.wantState(t)
		refused := 0
		for _, q := range r.Requests() {
			if strings.Contains(q.URI, "include_docs") {
				refused++
			}
		}
		if refused != 1 {
			t.Errorf("asked %d times for documents, want once", refused)
		}
	})
}

// Documents in rows make fetches needless, and long polling brings news at once.
func TestCouchWithDocuments(t *testing.T) {
	inDialect(t, registrytest.Options{}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "publish c 1.0.0")
			time.Sleep(6 * time.Second)
			r.wantState(t)
		})
		for _, q := range r.Requests() {
			if strings.HasPrefix(q.Target, "docs/") {
				t.Errorf("fetched %s", q.URI)
			}
		}
	})
}

// A package that makes the normaliser panic, or is no package at all, does not stop the others.
func TestPoison(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.options.Normalize = func(src io.ReadSeeker, now time.Time) (store.Package, error) {
			p, err := Normalize(src, now)
			if p.Description == "poison" {
				panic("bad drink")
			}
			return p, err
		}
		r.exec(t, "publish good 1.0.0", `publish bad 1.0.0 description=poison`, "publish also-good 1.0.0")
		r.Put("no-package", map[string]any{"name": "another-name"})
		r.Put("node_modules", map[string]any{"name": "node_modules"})
		r.catchUp(t)
		r.wantLetters(t, map[string]string{"bad": classPanic, "no-package": classReject, "node_modules": classReject})
		r.get(t, "good")
		r.get(t, "also-good")

		r.exec(t, "publish bad 1.0.1", "delete node_modules", "delete no-package")
		r.catchUp(t)
		r.wantLetters(t, nil)
		r.wantState(t)
	})
}

func TestDeadLettersAreTriedAgain(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		var healed atomic.Bool
		var tries atomic.Int32
		r.options.Normalize = func(src io.ReadSeeker, now time.Time) (store.Package, error) {
			p, err := Normalize(src, now)
			if p.Name == "bad" {
				if tries.Add(1); !healed.Load() {
					panic("bad drink")
				}
			}
			return p, err
		}
		r.exec(t, "publish bad 1.0.0", "publish good 1.0.0")
		r.during(t, func(f *Follower) {
			time.Sleep(time.Hour)
			if f.Status().Deferred != 1 {
				t.Errorf("status %+v, want one dead letter", f.Status())
			}
			if n := tries.Load(); n != 6 { // at once, after 1, 3, 7, 15 and 31 minutes
				t.Errorf("%d tries in an hour, want 6", n)
			}
			healed.Store(true)
			time.Sleep(time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

// Too many dead letters halt the feed, with an alarm and nothing lost; it goes on by itself when some are taken in, or when
// there may be more.
func TestTooManyDeadLetters(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish good 1.0.0")
		for i := range 5 {
			r.Put(fmt.Sprintf("p%d", i), map[string]any{"name": "another"})
		}
		r.options.MaxDead = 4
		if err := r.follower(t, once).Run(t.Context()); !errors.Is(err, ErrTooManyDead) {
			t.Fatalf("once: error %v, want %v", err, ErrTooManyDead)
		}
		if _, err := r.store.Feed(r.FeedURL()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("cursor moved past packages that were not taken in: %v", err)
		}
		r.options.PageSize = 2
		r.during(t, func(f *Follower) {
			time.Sleep(time.Hour)
			if s := f.Status(); !strings.Contains(s.LastError, ErrTooManyDead.Error()) {
				t.Errorf("no alarm: %+v", s)
			}
			for i := range 5 {
				r.exec(t, fmt.Sprintf("delete p%d", i), fmt.Sprintf("publish p%d 1.0.0", i))
			}
			time.Sleep(2 * time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
			if s := f.Status(); s.LastError != "" {
				t.Errorf("status %+v", s)
			}
		})
	})
}

func TestMoreDeadLettersMayBe(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		for i := range 5 {
			r.Put(fmt.Sprintf("p%d", i), map[string]any{"name": "another"})
		}
		r.options.MaxDead, r.options.PageSize = 4, 2
		if err := r.follower(t, once).Run(t.Context()); !errors.Is(err, ErrTooManyDead) {
			t.Fatalf("error %v, want %v", err, ErrTooManyDead)
		}
		r.options.MaxDead = 5
		r.catchUp(t)
	})
}

// In a failure of a part of the registry the follower goes on with the rest, or waits; either way nothing is lost.
func TestPartialOutage(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.options.MaxDead = 40
		r.client.Retries = -1
		for i := range 600 {
			name := fmt.Sprintf("p%03d", i)
			if r.Publish(name, "1.0.0", nil); i%6 == 0 {
				r.exec(t, "fault status docs/"+name+" status=503 times=-1")
			}
		}
		r.options.PageSize = 50
		r.during(t, func(f *Follower) {
			time.Sleep(5 * time.Hour)
			if s := f.Status(); s.Deferred > 40 || !strings.Contains(s.LastError, ErrTooManyDead.Error()) {
				t.Errorf("status %+v", s)
			}
			r.exec(t, "heal")
			time.Sleep(12 * time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

// The status tells of dead letters of former runs, and not of being caught up while the feed is down.
func TestStatusIsTrue(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish good 1.0.0")
		r.Put("x", map[string]any{"name": "another"})
		r.catchUp(t)
		r.during(t, func(f *Follower) {
			time.Sleep(time.Second)
			if s := f.Status(); s.Deferred != 1 || !s.CaughtUp {
				t.Errorf("after a restart: %+v", s)
			}
			r.exec(t, "fault status any status=503 times=-1")
			time.Sleep(time.Hour)
			if s := f.Status(); s.Deferred != 1 || s.CaughtUp {
				t.Errorf("while the upstream is down: %+v", s)
			}
		})
	})
}
