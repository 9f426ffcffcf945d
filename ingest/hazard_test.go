package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

func TestStaleDocument(t *testing.T) {
	// Documents in rows are never stale, so this is for feeds without.
	test := func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0")
		r.during(t, func(f *Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "fault stale docs/a times=4", "publish a 1.1.0") // twice for the change, then after 30 s and 150 s
			time.Sleep(20 * time.Second)
			r.wantLetters(t, map[string]string{"a": classStale})
			if p := r.get(t, "a"); p.Version != "1.0.0" {
				t.Errorf("version %s while the registry lags", p.Version)
			}
			time.Sleep(3 * time.Minute)
			r.wantLetters(t, map[string]string{"a": classStale})
			time.Sleep(6 * time.Minute)
			r.wantLetters(t, nil)
			r.wantState(t)
		})
		fresh := 0
		for _, q := range r.Requests() {
			if q.Target == "docs/a" && q.Header.Get("Cache-Control") == "no-cache" {
				fresh++
			}
		}
		if fresh != 4 {
			t.Errorf("%d requests past the caches, want 4", fresh)
		}
	}
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, test)
	inDialect(t, registrytest.Options{NoDocs: true}, test)
}

// A registry that never shows what its feed has told is believed in the end, and the change is not asked for again.
func TestStaleForEver(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0")
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "fault stale docs/a times=-1", "publish a 1.1.0")
			time.Sleep(24 * time.Minute)
			r.wantLetters(t, nil)
			if p := r.get(t, "a"); p.Version != "1.0.0" || p.Rev != r.State()["a"].Rev {
				t.Errorf("version %s, revision %s", p.Version, p.Rev)
			}
			before := len(r.Requests())
			time.Sleep(2 * time.Hour)
			for _, q := range r.Requests()[before:] {
				if q.Target == "docs/a" {
					t.Error("asked again for a covered change")
				}
			}
		})
	})
}

// A document that is not there though its row says so is hidden at once, and looked for until the registry had its time.
func TestVanished(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "vanish a", "fault stale docs/b times=3", "vanish b", "publish b 2.0.0")
			time.Sleep(10 * time.Second)
			if p := r.get(t, "a"); p.Status != store.Deleted {
				t.Errorf("status %s right after", p.Status)
			}
			time.Sleep(time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

// A new package that the registry does not have yet is not lost.
func TestRegistryBehindFeed(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish other 1.0.0")
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "fault stale docs/new times=3", "publish new 1.0.0")
			time.Sleep(10 * time.Second)
			r.wantLetters(t, map[string]string{"new": classStale})
			time.Sleep(3 * time.Minute)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

// Rows that appear behind the cursor are found by the re-read, and nothing else is fetched again.
func TestLateRows(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		for i := range 20 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.during(t, func(f *Follower) {
			time.Sleep(20 * time.Minute)
			for i := range 20 {
				r.Publish(fmt.Sprintf("q%d", i), "1.0.0", nil)
				time.Sleep(time.Minute)
			}
			before := len(r.Requests())
			r.exec(t, "late 5 publish late 1.0.0", "late 7 publish p1 2.0.0", "late 3 delete p2")
			time.Sleep(time.Minute)
			if _, err := r.store.Get(t.Context(), "late"); err == nil {
				t.Fatal("the late row was seen at once: this tests nothing")
			}
			time.Sleep(time.Hour)
			r.wantState(t)
			if s := f.Status(); s.Late != 3 {
				t.Errorf("%d late changes, want 3", s.Late)
			}
			for _, q := range r.Requests()[before:] {
				if strings.HasPrefix(q.Target, "docs/") && q.Target != "docs/late" && q.Target != "docs/p1" {
					t.Errorf("fetched %s again", q.Target)
				}
			}
		})
	})
}

// A run that begins re-reads too, so that a follower that runs once in a while misses nothing.
func TestLateRowsAcrossRuns(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0")
		r.catchUp(t)
		r.exec(t, "publish b 1.0.0", "publish c 1.0.0")
		r.catchUp(t)
		time.Sleep(time.Hour)
		r.exec(t, "late 1 publish d 1.0.0")
		if s := r.catchUp(t); s.Late != 1 {
			t.Errorf("status %+v, want one late change", s)
		}
		r.wantState(t)
	})
}

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

func TestTruncatedPage(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0", "delete b")
		r.catchUp(t)
		r.exec(t, "publish c 1.0.0", "delete a")
		r.options.Tries = 1000
		r.client.Retries = -1
		for at := range 400 {
			r.Inject(registrytest.Fault{Kind: registrytest.Truncate, On: "changes", At: at})
		}
		batches := 0
		r.sink = func(ctx context.Context, b store.Batch) error {
			batches++
			_, err := r.store.Update(ctx, b, time.Now())
			return err
		}
		r.catchUp(t)
		r.wantState(t)
		if batches > 2 { // rows of one batch or two, when pages were halved
			t.Errorf("%d batches: parts of a page were applied", batches)
		}
	})
}

func TestWebPage(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "fault html changes times=3", "fault html list times=2", "fault html docs times=1")
		r.options.Tries = 10
		r.catchUp(t)
		r.wantState(t)
		r.wantLetters(t, nil)
	})
}

func TestNotAFeed(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "fault html root times=-1")
		if err := r.follower(t).Run(t.Context()); !errors.Is(err, ErrNotFeed) {
			t.Errorf("error %v, want %v", err, ErrNotFeed)
		}
	})
}

// An outage loses nothing, makes no dead letters and is waited out; once, it is an error after some tries.
func TestOutage(t *testing.T) {
	for _, fault := range []string{"fault reset any times=-1", "fault status any status=503 times=-1", "fault status docs status=500 times=-1", "fault html docs times=-1", "fault truncate docs times=-1 at=10"} {
		t.Run(fault, func(t *testing.T) {
			inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
				r.exec(t, "publish a 1.0.0", "publish b 1.0.0")
				r.during(t, func(f *Follower) {
					time.Sleep(time.Minute)
					r.exec(t, fault, "publish a 2.0.0", "publish c 1.0.0", "publish d 1.0.0", "delete b")
					time.Sleep(5 * time.Hour)
					r.wantLetters(t, nil)
					if s := f.Status(); s.LastError == "" || s.Errors < 10 {
						t.Errorf("status %+v", s)
					}
					r.exec(t, "heal")
					time.Sleep(3 * time.Minute)
					r.wantState(t)
					r.wantLetters(t, nil)
					if s := f.Status(); s.LastError != "" {
						t.Errorf("status %+v", s)
					}
				})
				r.exec(t, fault, "publish e 1.0.0")
				if err := r.follower(t, once).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "give up after 5 tries") {
					t.Errorf("once: error %v", err)
				}
			})
		})
	}
}

// A package that can never be fetched is no outage, even if it is alone on its page.
func TestOnePackageFails(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish good 1.0.0")
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "fault status docs/bad status=500 times=-1", "publish bad 1.0.0")
			time.Sleep(5 * time.Minute)
			r.wantLetters(t, map[string]string{"bad": classFetch})
			r.exec(t, "publish good 1.1.0")
			time.Sleep(time.Minute)
			if p := r.get(t, "good"); p.Version != "1.1.0" {
				t.Error("the feed has stopped")
			}
			r.exec(t, "heal")
			time.Sleep(time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, form := range []struct {
		text string
		wait time.Duration
	}{
		{"7", 7 * time.Second},
		{"0", time.Second},
		{"99999999999999999999", 15 * time.Minute},
		{"Sat, 01 Jan 2000 00:02:00 GMT", 2 * time.Minute}, // bubbles begin at midnight
	} {
		inBothDialects(t, func(t *testing.T, r *rig) {
			for i := range 20 {
				r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
			}
			r.Inject(registrytest.Fault{Kind: registrytest.Status, On: "any", Status: http.StatusTooManyRequests, RetryAfter: form.text})
			began := time.Now()
			r.catchUp(t)
			r.wantState(t)
			if got := r.Requests()[1].At.Sub(began); got < form.wait || got > form.wait+2*time.Second {
				t.Errorf("Retry-After: %s: next request after %s", form.text, got)
			}
		})
	}
}

// Many fetches at once are all held back when one of them is told to wait.
func TestRetryAfterHoldsAll(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		for i := range 60 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.client.Rate = 10
		r.exec(t, "fault status docs/p9 status=429 retry-after=30")
		r.catchUp(t)
		r.wantState(t)
		var told time.Time
		for _, q := range r.Requests() {
			if !told.IsZero() && q.At.Sub(told) < 30*time.Second && q.At.After(told) {
				t.Errorf("request for %s %s after the pause began", q.Target, q.At.Sub(told))
			}
			if q.Target == "docs/p9" && told.IsZero() {
				told = q.At
			}
		}
	})
}

func TestSlowBody(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "fault slow changes", "fault slow list")
		began := time.Now()
		r.catchUp(t)
		r.wantState(t)
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("took %s: a slow body was read to its end", took)
		}
	})
}

func TestDuplicates(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "fault duplicate changes times=-1", "publish a 1.0.0", "publish b 1.0.0", "delete a", "publish a 2.0.0", "delete b", "publish c 1.0.0", "publish c 1.1.0")
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
			time.Sleep(time.Minute)
			r.wantState(t)
		})
	})
}

func TestPagesShrinkAndGrow(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0")
		r.client.Retries = -1
		r.options.PageSize = 64
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "fault status changes status=500 times=8")
			time.Sleep(10 * time.Minute)
		})
		limits := map[string]bool{}
		last := ""
		for _, q := range r.Requests() {
			if q.Target == "changes" {
				_, last, _ = strings.Cut(q.URI, "limit=")
				last, _, _ = strings.Cut(last, "&")
				limits[last] = true
			}
		}
		if !limits["1"] || !limits["32"] || last != "64" {
			t.Errorf("limits %v, the last %s", limits, last)
		}
	})
}
