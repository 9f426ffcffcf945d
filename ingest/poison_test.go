package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pkgsearch/ingest/registrytest"
)

// A package that fails for ever is a dead letter, even if it was the last that could be fetched, and after a restart.
func TestPoisonIsNoWitness(t *testing.T) {
	inBothDialects(t, func(t *testing.T, r *rig) {
		r.exec(t, "publish bad 1.0.0", "publish good 1.0.0")
		goesOn := func(version string) {
			time.Sleep(time.Minute)
			r.exec(t, "fault status docs/bad status=500 times=-1", "vanish bad", "publish bad "+version)
			time.Sleep(5 * time.Minute)
			r.exec(t, "publish good "+version)
			time.Sleep(time.Minute)
			if got := r.get(t, "good").Version; got != version {
				t.Errorf("good is %s, want %s: the feed has stopped", got, version)
			}
		}
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "publish bad 1.1.0")
			goesOn("2.0.0")
		})
		r.during(t, func(*Follower) { goesOn("3.0.0") })
	})
}

// A document that is too large says nothing against the registry, now or later.
func TestOversizeIsNoOutage(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish good 1.0.0")
		ctx, cancel := context.WithCancel(t.Context())
		f := r.follower(t)
		f.registry.limit = 4000
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()
		time.Sleep(time.Minute)
		r.Publish("big", "1.0.0", map[string]any{"x": strings.Repeat("y", 8000)})
		time.Sleep(time.Minute)
		r.exec(t, "fault status docs/bad status=500 times=-1", "publish bad 1.0.0")
		time.Sleep(10 * time.Minute)
		r.exec(t, "publish good 2.0.0")
		time.Sleep(time.Minute)
		if got := r.get(t, "good").Version; got != "2.0.0" {
			t.Errorf("good is %s: the feed has stopped", got)
		}
		r.wantLetters(t, map[string]string{"big": classOversize, "bad": classFetch})
		cancel()
		<-done
	})
}

// A registry that denies every package is at fault, however well it says so: nothing is hidden, and all is read when it
// is well again.
func TestRegistryDeniesAll(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		for i := range 60 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.during(t, func(f *Follower) {
			time.Sleep(2 * time.Minute)
			r.exec(t, "fault status docs status=404 times=-1")
			for i := range 50 {
				r.Publish(fmt.Sprintf("p%d", i), "2.0.0", nil)
			}
			time.Sleep(40 * time.Minute)
			if s, err := r.store.Stats(t.Context()); err != nil || s.Indexed != 60 || s.DeadLetters != 0 {
				t.Errorf("%d packages in the index and %d dead letters meanwhile, %v; want 60 and 0", s.Indexed, s.DeadLetters, err)
			}
			r.exec(t, "heal")
			time.Sleep(time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

// A package that the registry denied for longer than it is looked for comes back when its row is read again.
func TestDeniedComesBack(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish a 1.0.0", "publish other 1.0.0")
		r.during(t, func(f *Follower) {
			time.Sleep(time.Minute)
			r.exec(t, "fault status docs/a status=404 times=-1", "publish a 2.0.0")
			time.Sleep(45 * time.Minute)
			r.wantLetters(t, nil)
			r.exec(t, "heal")
			time.Sleep(time.Hour)
			r.wantState(t)
			r.wantLetters(t, nil)
		})
	})
}

// A document in a row is the normaliser's to judge: however bad, it is a dead letter and the feed goes on.
func TestDeepDocument(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Couch}, func(t *testing.T, r *rig) {
		var deep any = 1
		for range maxDepth + 100 {
			deep = []any{deep}
		}
		r.exec(t, "publish a 1.0.0")
		r.during(t, func(*Follower) {
			time.Sleep(time.Minute)
			r.Publish("deep", "1.0.0", map[string]any{"x": deep})
			r.exec(t, "publish after 1.0.0")
			time.Sleep(time.Minute)
			r.get(t, "after")
			r.wantLetters(t, map[string]string{"deep": classReject})
		})
	})
}

// The walk through all names goes on behind pages that hold nothing but design documents.
func TestWalkPastDesignDocuments(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, func(t *testing.T, r *rig) {
		r.exec(t, "publish A 1.0.0", "publish _design/app 1.0.0", "publish _design/ui 1.0.0")
		for i := range headMargin + 100 { // more than the feed shows again
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.exec(t, "fault status list status=503 times=8")
		r.client.Retries = -1
		r.options.Tries = 1000
		r.options.PageSize = 200
		r.catchUp(t)
		if s, err := r.store.Stats(t.Context()); err != nil || s.Packages != headMargin+101 {
			t.Errorf("%d packages, %v; want %d", s.Packages, err, headMargin+101)
		}
	})
}
