package store

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// model is the store written plainly, with maps.
type model struct {
	packages  map[string]Package
	downloads map[string]uint64
	ranks     map[string]Rank
	facts     map[string]Facts
	dead      map[string]DeadLetter
	feeds     map[string]FeedState
	changes   []Change
}

func newModel() *model {
	return &model{map[string]Package{}, map[string]uint64{}, map[string]Rank{}, map[string]Facts{}, map[string]DeadLetter{}, map[string]FeedState{}, nil}
}

func (m *model) dependents(name string) (n uint64) {
	for _, p := range m.packages {
		if _, ok := p.Dependencies[name]; ok && p.Indexed() && p.Name != name {
			n++
		}
	}
	return n
}

func (m *model) apply(b Batch, now time.Time) Applied {
	puts := map[string]Package{}
	for _, p := range b.Packages {
		puts[p.Name] = p
	}
	var done Applied
	rank := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(puts)) {
		p, old := puts[name], m.packages[name]
		old.Rev = p.Rev
		if !cmp.Equal(old, p, cmpopts.EquateEmpty()) {
			done.Changed = append(done.Changed, name)
			m.changes = append(m.changes, Change{uint64(len(m.changes) + 1), name})
		}
		m.packages[name], rank[name] = p, true
		delete(m.dead, name)
	}
	for name, n := range b.Downloads {
		if m.downloads[name] = n; n == 0 {
			delete(m.downloads, name)
		}
	}
	for name := range rank {
		p, ok := m.packages[name]
		p.Downloads, p.Dependents = m.downloads[name], m.dependents(name)
		delete(m.ranks, name)
		delete(m.facts, name)
		if ok && p.Indexed() {
			m.ranks[name], m.facts[name] = p.rank(now), p.facts()
		}
	}
	for _, name := range b.Revive {
		delete(m.dead, name)
	}
	for _, d := range b.Dead {
		m.dead[d.Name] = d
	}
	if b.Feed != nil {
		m.feeds[b.Feed.Source] = *b.Feed
	}
	done.LLN = uint64(len(m.changes))
	return done
}

func (m *model) contents() everything {
	all := everything{Packages: map[string]Package{}, Ranks: map[string]Rank{}, Facts: map[string]Facts{}, Changes: m.changes}
	all.Stats = Stats{Packages: len(m.packages), Downloads: len(m.downloads), DeadLetters: len(m.dead), LLN: uint64(len(m.changes)), DeadByClass: map[string]int{}}
	for name, p := range m.packages {
		if p.Indexed() {
			all.Stats.Indexed++
		} else {
			all.Stats.Tombstones++
		}
		p.Downloads, p.Dependents, p.Scores = m.downloads[name], m.dependents(name), m.ranks[name].Scores
		all.Packages[name], all.Ranks[name], all.Facts[name] = p, m.ranks[name], m.facts[name]
	}
	for _, name := range slices.Sorted(maps.Keys(m.dead)) {
		d := m.dead[name]
		all.Stats.DeadByClass[d.Class]++
		all.Dead = append(all.Dead, d)
		if !d.NextTry.IsZero() {
			all.Due = append(all.Due, d)
		}
	}
	slices.SortStableFunc(all.Due, func(a, b DeadLetter) int { return a.NextTry.Compare(b.NextTry) })
	for _, source := range slices.Sorted(maps.Keys(m.feeds)) {
		all.Feeds = append(all.Feeds, m.feeds[source])
	}
	return all
}

func genBatch(t *rapid.T) Batch {
	name := rapid.SampledFrom([]string{"a", "b", "@s/c", "d.js", "E", "é"})
	few := rapid.SampledFrom([]string{"", "x", "y"})
	pkg := rapid.Custom(func(t *rapid.T) Package {
		return Package{
			Name: name.Draw(t, "name"), Rev: few.Draw(t, "rev"), Description: few.Draw(t, "description"), Readme: few.Draw(t, "readme"),
			Status:       rapid.SampledFrom([]Status{Active, Active, SecurityHeld, Deleted}).Draw(t, "status"),
			Dependencies: rapid.MapOfN(name, few, 0, 3).Draw(t, "dependencies"),
		}
	})
	letter := rapid.Custom(func(t *rapid.T) DeadLetter {
		d := DeadLetter{Name: name.Draw(t, "name"), Class: rapid.SampledFrom([]string{"fetch", "stale"}).Draw(t, "class"), Attempts: rapid.IntRange(0, 3).Draw(t, "attempts")}
		if n := rapid.IntRange(0, 9).Draw(t, "next"); n > 0 {
			d.NextTry = day(n).Add(123456789)
		}
		return d
	})
	b := Batch{
		Packages:  rapid.SliceOfN(pkg, 0, 6).Draw(t, "packages"),
		Downloads: rapid.MapOfN(name, rapid.Uint64Range(0, 3), 0, 3).Draw(t, "downloads"),
		Dead:      rapid.SliceOfN(letter, 0, 3).Draw(t, "dead"),
		Revive:    rapid.SliceOfN(name, 0, 2).Draw(t, "revive"),
	}
	if rapid.Bool().Draw(t, "feed") {
		b.Feed = &FeedState{
			Source: "http://" + few.Draw(t, "source"), Cursor: few.Draw(t, "cursor"), Epoch: rapid.Uint64().Draw(t, "epoch"),
			Progress: day(1).Add(1), Checkpoints: []Checkpoint{{At: day(2), Cursor: few.Draw(t, "earlier")}},
		}
	}
	return b
}

// TestModel applies random batches to the store and to maps; both must hold and answer the same, also after a reopen.
func TestModel(t *testing.T) {
	dir, run := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		path := filepath.Join(dir, fmt.Sprint(run))
		defer os.Remove(path)
		reopen := func(s *Store) *Store {
			if s != nil && s.Close() != nil {
				rt.Fatal("close")
			}
			s, err := Open(path, Options{NoSync: true}) // fast; the killing is done elsewhere
			if err != nil {
				rt.Fatal(err)
			}
			return s
		}
		m, s := newModel(), reopen(nil)
		defer func() { _ = s.Close() }()
		for n := range rapid.IntRange(1, 8).Draw(rt, "batches") {
			b := genBatch(rt)
			got, err := s.Update(context.Background(), b, day(n))
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(m.apply(b, day(n)), got, cmpopts.EquateEmpty()); diff != "" {
				rt.Fatal(diff)
			}
			if n%3 == 2 {
				s = reopen(s)
			}
		}
		if err := s.Check(context.Background()); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(m.contents(), contents(t, s), cmpopts.EquateEmpty()); diff != "" {
			rt.Fatal(diff)
		}
	})
}
