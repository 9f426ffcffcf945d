package store

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRanksFollowTheirSignals(t *testing.T) {
	s, ctx := open(t), context.Background()
	lib, app := Package{Name: "lib", Status: Active, Version: "0.3.0", Deprecated: true}, Package{Name: "app", Status: Active, Version: "1.0.0"}
	app.Dependencies = map[string]string{"lib": "^0.3.0", "app": "*"}
	mustUpdate(t, s, Batch{Packages: []Package{lib}})
	rank := func(name string) (out Rank) {
		if err := s.Ranks(ctx, []string{name}, func(_ int, r Rank, _ Facts) { out = r }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := func(p Package, downloads, dependents uint64) Rank {
		p.Downloads, p.Dependents = downloads, dependents
		return p.rank(day(0))
	}
	same := func(what string, name string, want Rank) {
		t.Helper()
		if diff := cmp.Diff(want, rank(name)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	same("put", "lib", want(lib, 0, 0))
	if rank("lib").Flags != FlagDeprecated|FlagUnstable {
		t.Errorf("flags %b", rank("lib").Flags)
	}
	mustUpdate(t, s, Batch{Packages: []Package{app}})
	same("a dependent waits for Rescore", "lib", want(lib, 0, 0))
	if got := mustGet(t, s, "lib"); got.Dependents != 1 {
		t.Errorf("dependents %d", got.Dependents)
	}
	if err := s.Rescore(ctx, day(0), func(done, total int) {
		if done != 2 || total != 2 {
			t.Errorf("progress %d of %d", done, total)
		}
	}); err != nil {
		t.Fatal(err)
	}
	same("rescored", "lib", want(lib, 0, 1))
	same("itself does not count", "app", want(app, 0, 0))
	mustUpdate(t, s, Batch{Downloads: map[string]uint64{"lib": 1_000_000, "unknown": 5}})
	same("downloads wait for Rescore", "lib", want(lib, 0, 1))
	if err := s.Rescore(ctx, day(0), nil); err != nil {
		t.Fatal(err)
	}
	same("downloads", "lib", want(lib, 1_000_000, 1))
	same("no record, no rank", "unknown", Rank{})
	mustUpdate(t, s, Batch{Packages: []Package{{Name: "app", Status: Unpublished}}})
	same("tombstone", "app", Rank{})
	if got := mustGet(t, s, "lib"); got.Dependents != 0 || got.Downloads != 1_000_000 || got.Scores != rank("lib").Scores {
		t.Errorf("got %+v", got)
	}
	mustCheck(t, s)
}

func TestRanksInPages(t *testing.T) {
	s := open(t)
	mustUpdate(t, s, Batch{Packages: samples(0, 50)})
	var names []string
	for n := range 2*pageNames + 7 {
		names = append(names, sample(n%60).Name)
	}
	next := 0
	err := s.Ranks(context.Background(), names, func(i int, r Rank, _ Facts) {
		if i != next {
			t.Fatalf("index %d in place of %d", i, next)
		}
		if known := i%60 < 50; known != (r != Rank{}) {
			t.Fatalf("%d: %+v", i, r)
		}
		next++
	})
	if err != nil || next != len(names) {
		t.Errorf("%d of %d, %v", next, len(names), err)
	}
}

func TestIsLoose(t *testing.T) {
	for r, want := range map[string]bool{
		"": true, "*": true, "x": true, " X ": true, "latest": true, "next": true, ">=1": true, ">1.0.0": true, "^1 || >=3": true, "npm:other": true, "npm:@s/o@*": true, "npm:@s/other": true,
		"1.2.3": false, "^1.2.3": false, "~1": false, "1.x": false, ">=1 <2": false, "1 - 2": false, "<2": false, "^1 || ^2": false, "npm:@s/o@^1": false,
		"git+https://code.example/a.git": false, "file:../a": false, "workspace:*": false, "user/repo": false, "2.0.0-beta.1": false,
	} {
		if isLoose(r) != want {
			t.Errorf("%q: %t", r, !want)
		}
	}
}

func TestFlags(t *testing.T) {
	for version, want := range map[string]Flag{"": FlagUnstable, "0.9.0": FlagUnstable, "1.0.0-rc.1": FlagUnstable, "1.0.0": 0, "10.0.0+build-1": 0} {
		if got := (&Package{Status: Active, Version: version}).flags(); got != want {
			t.Errorf("%q: %b", version, got)
		}
	}
	if got := (&Package{Status: SecurityHeld, Version: "1.0.0"}).flags(); got != FlagSecurityHeld {
		t.Errorf("held: %b", got)
	}
}
