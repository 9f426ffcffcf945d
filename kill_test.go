package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

// More kills: go test . -run TestKill -kills 500 -killseed 7. The default is what a change can wait for.
var (
	kills    = flag.Int("kills", 16, "how often TestKill kills the follower of each dialect")
	killSeed = flag.Uint64("killseed", 0, "seed of TestKill; 0 takes another one each time and logs it")
)

// TestKill follows a busy registry with the real program and kills it again and again, in the middle of whatever it does. After
// the last restart registry, store and index must agree on every name.
func TestKill(t *testing.T) {
	for _, dialect := range []registrytest.Dialect{registrytest.Couch, registrytest.Replicate} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			seed := *killSeed
			if seed == 0 {
				seed = rand.Uint64()
			}
			t.Logf("-killseed %d", seed)
			s := newStory(t, dialect, rand.New(rand.NewPCG(seed, 0)))
			for range *kills {
				s.followAndKill()
			}
			s.followOnce()
			s.compare()
		})
	}
}

// story is one registry with its follower.
type story struct {
	t       *testing.T
	dialect registrytest.Dialect
	random  *rand.Rand
	reg     *registrytest.Registry
	dir     string
	follow  []string
	version int
	unnamed bool              // there was a reset that only numbers tell of
	erased  map[string]string // revisions of deletions whose rows a reset has taken from the feed
}

func newStory(t *testing.T, dialect registrytest.Dialect, random *rand.Rand) *story {
	s := &story{t: t, dialect: dialect, random: random, erased: map[string]string{}, dir: filepath.Join(t.TempDir(), "data"), reg: registrytest.New(registrytest.Options{Dialect: dialect})}
	s.reg.Start(t)
	s.follow = []string{"follow", "--data", s.dir, "--feed", s.reg.FeedURL(), "--registry", s.reg.URL(), "--reset-wait", "2s", "--log-level", "warn"}
	for range 200 {
		s.change()
	}
	return s
}

// change does one thing that registries do.
func (s *story) change() {
	s.version++
	name := fmt.Sprintf("pkg-%d", s.random.IntN(150))
	if s.random.IntN(5) == 0 {
		name = "@scope/" + name
	}
	version := fmt.Sprintf("1.0.%d", s.version)
	manifest := map[string]any{
		"description":  fmt.Sprintf("release %d of a package", s.version),
		"keywords":     []string{"story", fmt.Sprintf("k%d", s.random.IntN(20))},
		"dependencies": map[string]any{fmt.Sprintf("pkg-%d", s.random.IntN(150)): "^1.0.0"},
	}
	switch n := s.random.IntN(100); {
	case n < 70:
		s.reg.Publish(name, version, manifest)
	case n < 80:
		s.known(name, func() { s.reg.Deprecate(name, "use another one") })
	case n < 85:
		s.known(name, func() { s.reg.Deprecate(name, "") })
	case n < 90:
		s.known(name, func() { s.reg.Unpublish(name, []int{200, 404}[s.random.IntN(2)]) })
	case n < 95:
		s.known(name, func() { s.reg.Delete(name) })
	default: // comes back under its old name
		s.known(name, func() {
			s.reg.Unpublish(name, 404)
			s.reg.Publish(name, version, manifest)
		})
	}
}

// known does something to a package that is there, and publishes nothing new otherwise.
func (s *story) known(name string, do func()) {
	if s.reg.State()[name].Status == "active" {
		do()
	}
}

// followAndKill lets the follower work on a stream of changes, and kills it.
func (s *story) followAndKill() {
	s.t.Helper()
	switch n := s.random.IntN(12); {
	case n < 2 && s.dialect == registrytest.Couch:
		s.reset(true, s.random.IntN(2) == 0)
	case n == 2:
		s.resetUnnamed()
	}
	p := s.launch()
	// Between a start that has not opened its data yet and a follower that has caught up more than once.
	deadline := time.After(time.Duration(s.random.IntN(600)) * time.Millisecond)
	for {
		select {
		case <-deadline:
			s.kill(p)
			return
		case <-time.After(time.Duration(s.random.IntN(4)) * time.Millisecond):
			s.change()
		}
	}
}

func (s *story) launch() *process {
	s.t.Helper()
	p, err := launch(s.t.TempDir(), os.Environ(), s.follow...)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func (s *story) kill(p *process) {
	s.t.Helper()
	p.kill()
	if out := p.stderr.String(); strings.Contains(out, "panic") || strings.HasPrefix(out, "pkgsearch:") {
		s.t.Fatalf("the follower did not wait to be killed:\n%s", out)
	}
}

// reset starts the feed's numbers again. It no longer tells then of what was deleted before.
func (s *story) reset(newID, newRevs bool) {
	s.reg.Reset(newID, newRevs)
	for name, e := range s.reg.State() {
		if e.Status == "deleted" {
			s.erased[name] = e.Rev
		}
	}
}

// resetUnnamed is a reset that shows only in numbers: the feed ends before the place that was reached. So nothing changes
// until the follower has noticed, and that place has to be far enough.
func (s *story) resetUnnamed() {
	s.t.Helper()
	if s.unnamed || s.reached() < 16*(len(s.reg.State())+10) {
		return
	}
	s.unnamed = true // once is enough, since the follower makes sure for ten seconds
	s.reset(false, false)
	p := s.launch()
	if _, err := p.stderr.after("feed was reset"); err != nil {
		s.t.Fatal(err)
	}
	<-time.After(time.Duration(s.random.IntN(100)) * time.Millisecond)
	s.kill(p)
}

// reached is the number in the cursor that is stored, 0 for none.
func (s *story) reached() int {
	s.t.Helper()
	st, err := store.Open(filepath.Join(s.dir, "store.db"), store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer st.Close()
	feed, err := st.Feed(s.reg.FeedURL())
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		s.t.Fatal(err)
	}
	number, _, _ := strings.Cut(feed.Cursor, "-")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0 // none yet, or in the middle of a walk
	}
	return n
}

// followOnce catches up in peace.
func (s *story) followOnce() {
	s.t.Helper()
	out, err := exec.Command("pkgsearch", append(s.follow, "--once")...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("pkgsearch follow --once: %v\n%s", err, out)
	}
}

// compare compares all there is to know of all names.
func (s *story) compare() {
	s.t.Helper()
	ctx := context.Background()
	st, err := store.Open(filepath.Join(s.dir, "store.db"), store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer st.Close()
	if err := st.Check(ctx); err != nil {
		s.t.Error(err)
	}
	ix, err := index.Open(ctx, filepath.Join(s.dir, "index"), st, index.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer ix.Close()
	differences, err := ix.Check(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range differences {
		s.t.Errorf("index: %s: %s", d.Name, d.What)
	}

	got := map[string]registrytest.Expected{}
	active := 0
	err = st.Iterate(ctx, "", func(p store.Package) error {
		got[p.Name] = registrytest.Expected{Status: string(p.Status), Version: p.Version, Description: p.Description, Rev: p.Rev, Deprecated: p.Deprecated}
		if p.Indexed() {
			active++
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	want := s.reg.State()
	s.forgive(want, got)
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("registry and store differ (-registry +store):\n%s", diff)
	}
	view := ix.Acquire()
	defer view.Release()
	if view.Count() != active {
		s.t.Errorf("the index has %d packages, the store %d", view.Count(), active)
	}
	s.t.Logf("%d names compared, %d of them active, after %d changes", len(want), active, s.version)
}

// forgive takes out what no follower can know: a package that came and went unseen, and the last revision of one whose
// deletion a reset has erased from the feed. That it is gone has to be known all the same.
func (s *story) forgive(want, got map[string]registrytest.Expected) {
	for name, e := range want {
		if e.Status != "deleted" {
			continue
		}
		stored, known := got[name]
		withdrawn := stored.Status == "deleted" || stored.Status == "unpublished"
		if !known || withdrawn && s.erased[name] == e.Rev {
			delete(want, name)
			delete(got, name)
		}
	}
}
