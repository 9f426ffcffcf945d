package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestChangesAndTrim(t *testing.T) {
	s, ctx := open(t), context.Background()
	state := func() (oldest, last uint64, n int) {
		oldest, err := s.Oldest()
		last, err2 := s.LLN()
		changes, err3 := s.Changes(ctx, 0, 1e6)
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatal(err)
		}
		return oldest, last, len(changes)
	}
	expect := func(what string, oldest, last uint64, n int) {
		t.Helper()
		if o, l, c := state(); o != oldest || l != last || c != n {
			t.Errorf("%s: oldest %d, last %d, %d entries", what, o, l, c)
		}
	}
	expect("new", 0, 0, 0)
	mustUpdate(t, s, Batch{Packages: samples(0, 10)})
	mustUpdate(t, s, Batch{Packages: []Package{{Name: sample(0).Name, Status: Deleted}}})
	expect("loaded", 1, 11, 11)
	got, err := s.Changes(ctx, 9, 5)
	if diff := cmp.Diff([]Change{{10, got[0].Name}, {11, sample(0).Name}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := s.Changes(ctx, ^uint64(0), 1); err != nil || len(got) != 0 {
		t.Errorf("behind the end: %v, %v", got, err)
	}
	for _, step := range []struct {
		upTo         uint64
		keep         int
		oldest, left uint64
	}{{3, 0, 4, 8}, {2, 0, 4, 8}, {100, 6, 6, 6}, {100, 100, 6, 6}, {100, 0, 0, 0}} {
		if err := s.Trim(ctx, step.upTo, step.keep); err != nil {
			t.Fatal(err)
		}
		expect("trimmed", step.oldest, 11, int(step.left))
	}
	if done := mustUpdate(t, s, Batch{Packages: samples(20, 21)}); done.LLN != 12 {
		t.Errorf("number %d after 11", done.LLN)
	}
	mustCheck(t, s)
}

func TestTrimManyPages(t *testing.T) {
	s := openAt(t, storePath(t), Options{NoSync: true})
	for n := range 3 {
		packages := make([]Package, 4000)
		for i := range packages {
			packages[i] = Package{Name: fmt.Sprint("p", i), Status: Deleted, VersionsCount: n}
		}
		mustUpdate(t, s, Batch{Packages: packages})
	}
	if err := s.Trim(context.Background(), 1e9, 10); err != nil {
		t.Fatal(err)
	}
	if oldest, err := s.Oldest(); err != nil || oldest != 3*4000-9 {
		t.Errorf("oldest %d, %v", oldest, err)
	}
}

func TestDeadLetters(t *testing.T) {
	s, ctx := open(t), context.Background()
	letter := func(name, class string, next time.Time) DeadLetter {
		return DeadLetter{Name: name, Class: class, Reason: "because", First: day(1), Last: day(2), NextTry: next, Attempts: 3}
	}
	a, b, c := letter("a", "fetch", day(5)), letter("b", "stale", day(3)), letter("c", "oversize", time.Time{})
	mustUpdate(t, s, Batch{Dead: []DeadLetter{a, b, c}})
	names := func(list []DeadLetter, err error) (out []string) {
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			out = append(out, d.Name)
		}
		return out
	}
	same := func(what string, want, got []string) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	same("all", []string{"a", "b", "c"}, names(s.DeadLetters(ctx, "", 0)))
	same("page", []string{"b"}, names(s.DeadLetters(ctx, "a", 1)))
	same("due, in order", []string{"b", "a"}, names(s.Due(ctx, day(9), 0)))
	same("due, limited", []string{"b"}, names(s.Due(ctx, day(9), 1)))
	same("due to the moment", []string{"b"}, names(s.Due(ctx, day(3), 0)))
	same("none due", nil, names(s.Due(ctx, day(3).Add(-time.Millisecond), 0)))
	got, err := s.DeadLetter("a")
	if diff := cmp.Diff(a, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	b.NextTry = day(7)
	mustUpdate(t, s, Batch{Dead: []DeadLetter{b}})
	same("put off", []string{"a", "b"}, names(s.Due(ctx, day(9), 0)))
	mustUpdate(t, s, Batch{Packages: []Package{{Name: "a", Status: Active}, {Name: "b", Status: Active}}, Dead: []DeadLetter{b}, Revive: []string{"c", "unknown"}})
	same("put clears, unless dead again", []string{"b"}, names(s.DeadLetters(ctx, "", 0)))
	if _, err := s.DeadLetter("a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("cleared: %v", err)
	}
	stats, err := s.Stats(ctx)
	if diff := cmp.Diff(map[string]int{"stale": 1}, stats.DeadByClass); err != nil || diff != "" || stats.DeadLetters != 1 {
		t.Errorf("%v %s", err, diff)
	}
	mustCheck(t, s)
}

func TestFeedAndGenerations(t *testing.T) {
	s := open(t)
	if _, err := s.Feed("http://feed.example"); !errors.Is(err, ErrNotFound) {
		t.Errorf("never followed: %v", err)
	}
	want := FeedState{Source: "http://feed.example", Engine: "e", DBID: "d", Epoch: 2, Cursor: "42-x", Head: "50-y", Progress: day(3), Checkpoints: []Checkpoint{{day(1), "1"}, {day(2), "2"}}}
	mustUpdate(t, s, Batch{Feed: &want})
	got, err := s.Feed(want.Source)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	g, err := s.Generations("public")
	if err != nil || g != (Generations{}) {
		t.Errorf("none set: %+v, %v", g, err)
	}
	set := Generations{Active: "3", Building: "4", Previous: "2", Schema: "s"}
	if err := s.SetGenerations("public", set); err != nil {
		t.Fatal(err)
	}
	if g, err := s.Generations("public"); err != nil || g != set {
		t.Errorf("got %+v, %v", g, err)
	}
	if err := s.SetGenerations("", set); err == nil {
		t.Error("a domain without a name")
	}
}
