package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

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
			time.Sleep(50 * time.Minute)
			r.wantState(t)
			r.wantLetters(t, nil)
			time.Sleep(24 * time.Hour) // what is read again leads to the same
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
			if len(b.Packages) > 0 {
				batches++
			}
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
				r.exec(t, "publish a 1.0.0", "publish b 1.0.0", "publish other 1.0.0")
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

// A document over the limit is a dead letter; the others of its page are taken in.
func TestOversize(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish small 1.0.0", "publish huge 1.0.0", "publish little 1.0.0", "fault bomb docs/huge at=200000 times=-1")
		f := r.follower(t, once)
		f.registry.limit = 100_000
		if err := f.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.wantLetters(t, map[string]string{"huge": classOversize})
		r.get(t, "small")
		r.get(t, "little")
	})
}

func TestMetrics(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		reg := prometheus.NewRegistry()
		r.options.Metrics = reg
		r.exec(t, "publish a 1.0.0", "publish b 1.0.0", "publish node_modules 1.0.0", "fault status root status=500 times=5")
		r.catchUp(t)
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				name := f.GetName()
				for _, l := range m.GetLabel() {
					name += " " + l.GetValue()
				}
				got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
		for name, want := range map[string]float64{
			"packages_total": 2, "late_changes_total": 0, "setbacks_total": 1, "resets_total": 0,
			"caught_up": 1,
		} {
			if n, ok := got["pkgsearch_ingest_"+name]; !ok || n != want {
				t.Errorf("%s is %v (%t), want %v", name, n, ok, want)
			}
		}
		if got["pkgsearch_ingest_dead_letters_total reject"] == 0 {
			t.Errorf("no dead letter was counted: %v", got)
		}
		if got["pkgsearch_ingest_head_sequence"] != got["pkgsearch_ingest_cursor_sequence"] {
			t.Errorf("not at the end: %v", got)
		}
	})
}
