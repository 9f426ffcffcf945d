package ingest

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

// rig is a registry, a store and what is needed for a follower between them. Time in it is that of testing/synctest.
type rig struct {
	*registrytest.Registry
	store   *store.Store
	options FollowerOptions
	client  ClientOptions
	sink    func(context.Context, store.Batch) error // in place of the store's own
}

// inBothDialects runs a test for either kind of feed, each in a bubble of its own.
func inBothDialects(t *testing.T, test func(t *testing.T, r *rig)) {
	for _, dialect := range []registrytest.Dialect{registrytest.Couch, registrytest.Replicate} {
		t.Run(string(dialect), func(t *testing.T) {
			inDialect(t, registrytest.Options{Dialect: dialect}, test)
		})
	}
}

func inDialect(t *testing.T, o registrytest.Options, test func(t *testing.T, r *rig)) {
	st, err := store.Open(filepath.Join(t.TempDir(), "store.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		test(t, &rig{Registry: registrytest.New(o), store: st})
	})
	if err := errors.Join(st.Check(t.Context()), st.Close()); err != nil {
		t.Error(err)
	}
}

// Apply is the sink: the store alone.
func (r *rig) Apply(ctx context.Context, b store.Batch) error {
	if r.sink != nil {
		return r.sink(ctx, b)
	}
	_, err := r.store.Update(ctx, b, time.Now())
	return err
}

func (r *rig) follower(t *testing.T, change ...func(*FollowerOptions)) *Follower {
	t.Helper()
	o := r.options
	if testing.Verbose() {
		o.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	for _, c := range change {
		c(&o)
	}
	options := r.client
	options.Transport = r.Transport()
	client := NewClient(options)
	feed, err := NewFeed(r.FeedURL(), client)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := NewRegistry(r.URL(), client)
	if err != nil {
		t.Fatal(err)
	}
	return NewFollower(o, feed, registry, r.store, r)
}

func once(o *FollowerOptions) { o.Once = true }

// catchUp follows once and wants that to work.
func (r *rig) catchUp(t *testing.T) Status {
	t.Helper()
	f := r.follower(t, once)
	if err := f.Run(t.Context()); err != nil {
		t.Fatalf("follow once: %v", err)
	}
	return f.Status()
}

// during follows while fn runs.
func (r *rig) during(t *testing.T, fn func(f *Follower)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f := r.follower(t)
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	fn(f)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("follower ended with %v, want %v", err, context.Canceled)
	}
}

// expected is what a record tells of what the registry says there should be.
func expected(p store.Package) registrytest.Expected {
	return registrytest.Expected{
		Status: string(p.Status), Version: p.Version, Description: p.Description, Rev: p.Rev, Deprecated: p.Deprecated,
	}
}

// wantState compares the whole store with the whole registry. Packages that are gone need no record, nor a revision.
func (r *rig) wantState(t *testing.T) {
	t.Helper()
	got, want := map[string]registrytest.Expected{}, r.State()
	err := r.store.Iterate(t.Context(), "", func(p store.Package) error {
		got[p.Name] = expected(p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range want {
		g, ok := got[name]
		switch {
		case w.Status == "active":
		case !ok:
			delete(want, name)
		case g.Status == "deleted" || g.Status == "unpublished":
			g.Rev, w.Rev = "", ""
			if w.Status == "deleted" {
				g.Status = "deleted" // an unpublished package that vanished later is as good
			}
			got[name], want[name] = g, w
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("store differs from registry (-registry +store):\n%s", diff)
	}
}

// wantLetters compares the classes of all dead letters.
func (r *rig) wantLetters(t *testing.T, want map[string]string) {
	t.Helper()
	letters, err := r.store.DeadLetters(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, d := range letters {
		got[d.Name] = d.Class
	}
	if want == nil {
		want = map[string]string{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
}

func (r *rig) get(t *testing.T, name string) store.Package {
	t.Helper()
	p, err := r.store.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (r *rig) exec(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if err := r.Exec(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}
