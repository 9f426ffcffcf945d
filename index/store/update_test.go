package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestUpdateLogsOnlyChanges(t *testing.T) {
	s := open(t)
	p := sample(1)
	p.Readme = "text"
	steps := []struct {
		what    string
		change  func()
		changed bool
	}{
		{"new", func() {}, true},
		{"equal", func() {}, false},
		{"only the revision", func() { p.Rev = "99-cc" }, false},
		{"the README", func() { p.Readme = "tex" }, true},
		{"no README", func() { p.Readme = "" }, true},
		{"the licence and the revision", func() { p.License, p.Rev = "ISC", "100-dd" }, true},
		{"deleted", func() { p = Package{Name: p.Name, Status: Deleted, Rev: "101-ee"} }, true},
	}
	lln := uint64(0)
	for _, step := range steps {
		step.change()
		done := mustUpdate(t, s, Batch{Packages: []Package{p}})
		var want []string
		if step.changed {
			lln++
			want = []string{p.Name}
		}
		if done.LLN != lln || !slices.Equal(done.Changed, want) {
			t.Errorf("%s: %+v", step.what, done)
		}
		if got := mustGet(t, s, p.Name); got.Rev != p.Rev || got.License != p.License {
			t.Errorf("%s: got %+v", step.what, got)
		}
		if readme, err := s.Readme(context.Background(), p.Name); err != nil || readme != p.Readme {
			t.Errorf("%s: README %q, %v", step.what, readme, err)
		}
	}
	mustCheck(t, s)
}

func TestUpdateRefuses(t *testing.T) {
	s, ctx := open(t), context.Background()
	long := strings.Repeat("a", 1<<16)
	for what, b := range map[string]Batch{
		"package without a name": {Packages: []Package{{Status: Active}}},
		"endless name":           {Packages: []Package{{Name: long}}},
		"downloads of no name":   {Downloads: map[string]uint64{"": 1}},
		"dead letter, no name":   {Dead: []DeadLetter{{}}},
		"feed without a source":  {Feed: &FeedState{}},
		"huge record":            {Packages: []Package{{Name: "a", Description: strings.Repeat("x", maxRecord)}}},
	} {
		b.Packages = append(b.Packages, Package{Name: "good", Status: Active})
		if _, err := s.Update(ctx, b, day(0)); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Update(cancelled, Batch{Packages: samples(0, 1)}, day(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := s.Get(ctx, "good"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), `"good"`) {
		t.Errorf("part of a refused batch: %v", err)
	}
	mustUpdate(t, s, Batch{Packages: []Package{{Name: "odd", Status: Active, Dependencies: map[string]string{"": "1", long: "1"}}}})
	mustCheck(t, s)
}

func TestGetMany(t *testing.T) {
	s := open(t)
	mustUpdate(t, s, Batch{Packages: samples(0, 5)})
	names := []string{sample(3).Name, "missing", sample(0).Name, sample(3).Name}
	got, err := s.GetMany(context.Background(), names)
	if err != nil || len(got) != 3 || got[0].Name != names[0] || got[1].Name != names[2] || got[2].Name != names[3] {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.Readme(context.Background(), "missing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("README of none: %v", err)
	}
}

func TestIterate(t *testing.T) {
	s, ctx := open(t), context.Background()
	packages := make([]Package, 2*pageNames+5)
	for i := range packages {
		packages[i] = Package{Name: fmt.Sprint("p", i), Status: Deleted}
	}
	mustUpdate(t, s, Batch{Packages: packages})
	var names []string
	collect := func(p Package) error {
		if len(names)%100 == 0 { // calls the store while walking
			if got := mustGet(t, s, p.Name); !cmp.Equal(got, p, cmpopts.EquateEmpty()) {
				return fmt.Errorf("%q differs", p.Name)
			}
		}
		names = append(names, p.Name)
		return nil
	}
	if err := s.Iterate(ctx, "", collect); err != nil {
		t.Fatal(err)
	}
	all := names
	if len(all) != 2*pageNames+5 || !slices.IsSorted(all) {
		t.Errorf("%d names, sorted %t", len(all), slices.IsSorted(all))
	}
	names = nil
	if err := s.Iterate(ctx, all[1500], collect); err != nil || !slices.Equal(names, all[1501:]) {
		t.Errorf("from the middle: %d names, %v", len(names), err)
	}
	stop := errors.New("stop")
	if err := s.Iterate(ctx, "", func(Package) error { return stop }); err != stop {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	n := 0
	err := s.Iterate(ctx, "", func(Package) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n > pageNames {
		t.Errorf("cancelled after %d: %v", n, err)
	}
}
