package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	gocmp "github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// openMapped opens an index in which even the smallest base has its columns in files.
func openMapped(t *testing.T, dir string, st *store.Store) *Index {
	t.Helper()
	opts := testOptions()
	opts.MapFrom = 20
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return ix
}

// filled is an index with a base of so many packages, of unlike ranks and facts.
func filled(t *testing.T, dir string, st *store.Store, n int) *Index {
	t.Helper()
	ix := openMapped(t, dir, st)
	b := store.Batch{Downloads: map[string]uint64{}}
	for i := range n {
		p := pkg(fmt.Sprintf("p-%03d", i), fmt.Sprintf("number %d of the text", i%7), "key")
		p.UnpackedSize, p.Engines = int64(i), map[string]string{"node": fmt.Sprintf(">=%d", i%5)}
		p.Dependencies = map[string]string{fmt.Sprintf("p-%03d", i/2): "1"}
		b.Packages = append(b.Packages, p)
		b.Downloads[p.Name] = uint64(i*7919%n) * 1000
	}
	if err := ix.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := ix.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return ix
}

// columnRow is all that the columns say of each package.
type columnRow struct {
	Rank  store.Rank
	Prior float64
	Facts store.Facts
}

func columns(ix *Index) map[string]columnRow {
	v := ix.Acquire()
	defer v.Release()
	out := map[string]columnRow{}
	for _, s := range v.Segments() {
		for doc := range uint32(s.Len()) {
			if !s.Deleted(doc) {
				out[s.Name(doc)] = columnRow{s.Rank(doc), s.Prior(doc), s.Facts(doc)}
			}
		}
	}
	return out
}

func TestBaseStandsInTheOrderOfPriors(t *testing.T) {
	dir := t.TempDir()
	ix := filled(t, dir, openStore(t, dir), 300)
	v := ix.Acquire()
	defer v.Release()
	if n := len(v.segments); n != 1 {
		t.Fatalf("%d segments, want 1", n)
	}
	s := v.segments[0]
	for doc := uint32(1); doc < uint32(s.Len()); doc++ {
		if order := cmp.Or(cmp.Compare(s.Prior(doc), s.Prior(doc-1)), cmp.Compare(s.Name(doc-1), s.Name(doc))); order >= 0 {
			t.Fatalf("%s (%g) stands before %s (%g)", s.Name(doc-1), s.Prior(doc-1), s.Name(doc), s.Prior(doc))
		}
	}
	if _, onDisk := s.names.(*mappedParts); !onDisk {
		t.Error("the columns are not in files")
	}
	agree(t, ix)
}

func TestAnEmptyStoreHasAnIndex(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	if err := ix.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	apply(t, ix, pkg("a", ""))
	agree(t, ix)
}

// TestAPartMayEndUpEmpty withdraws all packages after they have been put in order.
func TestAPartMayEndUpEmpty(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("a", ""), pkg("b", ""))
	order, err := byPrior(t.Context(), ix.store)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, ix, store.Package{Name: "a", Status: store.Deleted}, store.Package{Name: "b", Status: store.Deleted})
	path := filepath.Join(dir, "base")
	if err := ix.newBase(path, order, nil, 1).build(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	g, err := openGeneration(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := g.bleve.DocCount(); n != 0 || err != nil {
		t.Errorf("%d documents (%v), want none", n, err)
	}
	if err := g.release(); err != nil {
		t.Error(err)
	}
}

// TestColumnFilesAreMended harms each file in each way: what is read must be what the store says.
func TestColumnFilesAreMended(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := filled(t, dir, st, 100)
	want := columns(ix)
	var other []byte
	for _, kind := range []string{"*.facts", "*.ranks"} {
		for what, harm := range map[string]func(string) error{
			"gone":  os.Remove,
			"cut":   func(f string) error { return os.Truncate(f, 200) },
			"empty": func(f string) error { return os.Truncate(f, 0) },
			"flipped": func(f string) error {
				b, err := os.ReadFile(f)
				if err != nil {
					return err
				}
				b[len(b)/2] ^= 4
				return os.WriteFile(f, b, 0o600)
			},
			"another's": func(f string) error { return os.WriteFile(f, other, 0o600) },
		} {
			if err := ix.Close(); err != nil {
				t.Fatal(err)
			}
			each(t, dir, kind, harm)
			ix = openMapped(t, dir, st)
			if diff := gocmp.Diff(want, columns(ix)); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", kind, what, diff)
			}
			agree(t, ix)
			each(t, dir, kind, func(f string) (err error) { // written anew
				other, err = os.ReadFile(f)
				return err
			})
			if ix.generation.name != "gen-000002" {
				t.Fatalf("%s %s: generation %s, all was built anew", kind, what, ix.generation.name)
			}
		}
	}
}

// TestRanksStayOverARestart: the store has newer ranks, but packages were neither written nor rescored.
func TestRanksStayOverARestart(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := filled(t, dir, st, 100)
	before := columns(ix)
	if err := ix.Apply(t.Context(), store.Batch{Downloads: map[string]uint64{"p-001": 5e6}}); err != nil {
		t.Fatal(err)
	}
	ix.Close()
	ix = openMapped(t, dir, st)
	if diff := gocmp.Diff(before, columns(ix)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	held := ix.Acquire()
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := columns(ix)["p-001"].Rank.Downloads; got != 5e6 {
		t.Errorf("%d downloads after rescoring", got)
	}
	for doc := range uint32(held.segments[0].Len()) {
		if s := held.segments[0]; s.Rank(doc) != before[s.Name(doc)].Rank {
			t.Fatalf("%s has another rank in a view from before", s.Name(doc))
		}
	}
	held.Release()
	rescored := columns(ix)
	ix.Close()
	if diff := gocmp.Diff(rescored, columns(openMapped(t, dir, st))); diff != "" {
		t.Errorf("a restart after rescoring (-before +after):\n%s", diff)
	}
}

func TestBulkLoadsBuildOnce(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	opts := testOptions()
	opts.Bulk, opts.LogTail = true, 100
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { ix.Close() }()
	load := func(from, n int) {
		t.Helper()
		var part []store.Package
		for i := range n {
			part = append(part, pkg(fmt.Sprintf("p-%05d", from+i), ""))
		}
		apply(t, ix, part...)
	}
	for i := range 6 {
		load(1000*i, 1000)
	}
	if n := len(names(ix)); n != 0 {
		t.Errorf("%d packages are indexed before the end of a load", n)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	agree(t, ix)
	if v := ix.view.Load(); v.Generation != "gen-000002" || len(v.segments) != 1 {
		t.Errorf("%d segments of %s, want one of a new generation", len(v.segments), v.Generation)
	}
	load(6000, 50) // few: brought up
	if err := ix.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	agree(t, ix)
	if v := ix.view.Load(); v.Generation != "gen-000002" {
		t.Errorf("generation %s was built for few changes", v.Generation)
	}
	load(6050, 300) // few, but the log is trimmed
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ix = openIndex(t, dir, st)
	agree(t, ix)
}

// TestReplayServesWhereARebuildCannot stops the rebuild of an index that is far behind, as a full disk would.
func TestReplayServesWhereARebuildCannot(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	opts := testOptions()
	opts.Bulk, opts.BatchSize = true, 2000
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		t.Fatal(err)
	}
	var load []store.Package
	for i := range fewChanges + 1 {
		load = append(load, pkg(fmt.Sprintf("p-%05d", i), ""))
	}
	apply(t, ix, load...)
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(ix.dir, "gen-000002.parts"), nil, 0o600); err != nil { // where its spills would lie
		t.Fatal(err)
	}
	opts.Bulk = false
	if ix, err = Open(t.Context(), filepath.Join(dir, "index"), st, opts); err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if g := ix.view.Load().Generation; g != "gen-000001" {
		t.Errorf("generation %s, want the first", g)
	}
	agree(t, ix)
}

func TestWhenToFold(t *testing.T) {
	type segment struct{ docs, deleted int }
	for name, c := range map[string]struct {
		segments []segment
		want     bool
	}{
		"nothing":                      {nil, false},
		"a base":                       {[]segment{{1_000_000, 0}}, false},
		"few beside it":                {[]segment{{1_000_000, 10_000}, {10_000, 0}}, false},
		"many beside it":               {[]segment{{1_000_000, 0}, {30_000, 0}, {30_000, 0}}, true},
		"many deleted":                 {[]segment{{1_000_000, 60_000}}, true},
		"many deleted beside it":       {[]segment{{1_000_000, 0}, {60_000, 59_000}}, true},
		"a small share, but very many": {[]segment{{4_000_000, 0}, {100_001, 0}}, true},
		"a large share of little":      {[]segment{{100, 50}, {100, 0}, {100, 0}}, false},
	} {
		v := &View{}
		for _, s := range c.segments {
			gone := roaring.New()
			gone.AddRange(0, uint64(s.deleted))
			v.segments = append(v.segments, &Segment{column: &column{names: &heapNames{ends: make([]uint32, s.docs)}}, deleted: gone})
			v.live += s.docs - s.deleted
		}
		if got := v.scattered(); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestFolding(t *testing.T) {
	dir := t.TempDir()
	ix := filled(t, dir, openStore(t, dir), 100)
	f := folder{index: ix}
	apply(t, ix, pkg("p-001", "written again"), pkg("new", ""), store.Package{Name: "p-002", Status: store.Deleted})
	f.look(t.Context())
	stopped, stop := context.WithCancel(t.Context())
	stop()
	f.fold(stopped)
	if g := ix.view.Load().Generation; g != "gen-000002" || !f.next.IsZero() {
		t.Fatalf("generation %s was built for nothing; the next may come at %s", g, f.next)
	}
	before := columns(ix)
	f.fold(t.Context())
	v := ix.Acquire()
	defer v.Release()
	if len(v.segments) != 1 || v.segments[0].Len() != v.Count() || v.Generation == "gen-000002" {
		t.Errorf("%d segments of %s after folding", len(v.segments), v.Generation)
	}
	if diff := gocmp.Diff(before, columns(ix)); diff != "" {
		t.Errorf("folding changed ranks or facts (-before +after):\n%s", diff)
	}
	agree(t, ix)
	if f.next.IsZero() {
		t.Error("the next fold may come at once")
	}
}

func TestCancelledRebuildLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ix := filled(t, dir, openStore(t, dir), 50)
	ctx, cancel := context.WithCancel(t.Context())
	err := ix.Rebuild(ctx, func(int, int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	left, err := filepath.Glob(filepath.Join(ix.dir, "gen-*"))
	if err != nil || !slices.Equal(left, []string{ix.generation.path}) {
		t.Errorf("left %v (%v)", left, err)
	}
	agree(t, ix)
}
