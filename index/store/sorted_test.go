package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSortedByDownloads(t *testing.T) {
	s := open(t)
	b := Batch{Downloads: map[string]uint64{}}
	var want []string
	for i := range rankPage + 500 {
		p := Package{Name: fmt.Sprintf("p-%05d", i), Status: Active}
		b.Packages = append(b.Packages, p)
		b.Downloads[p.Name] = uint64(i*7919%500) + 1
		want = append(want, p.Name)
	}
	b.Packages = append(b.Packages, Package{Name: "gone", Status: Deleted})
	mustUpdate(t, s, b)
	slices.SortStableFunc(want, func(x, y string) int { return int(b.Downloads[y]) - int(b.Downloads[x]) })
	order, err := s.Sorted(t.Context(), func(r Rank) float64 { return float64(r.Downloads) })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, order.Names(0, order.Len())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[100:200], order.Names(100, 200)); diff != "" {
		t.Errorf("a part (-want +got):\n%s", diff)
	}
}

func TestEachReadsPackagesWithTheirRanks(t *testing.T) {
	s := open(t)
	packages := samples(0, 20)
	mustUpdate(t, s, Batch{Packages: packages, Downloads: map[string]uint64{packages[3].Name: 77}})
	names := []string{"nobody"}
	for i := len(packages) - 1; i >= 0; i-- {
		names = append(names, packages[i].Name)
	}
	at := len(packages)
	err := s.Each(t.Context(), names, func(p *Ranked) error {
		at--
		stored := mustGet(t, s, packages[at].Name)
		if p.Name != stored.Name || p.Description != stored.Description || p.Rank.Scores != stored.Scores {
			t.Errorf("got %s, want %s", p.Name, stored.Name)
		}
		if p.Indexed() && p.Rank.Downloads != stored.Downloads {
			t.Errorf("%s has %d downloads, want %d", p.Name, p.Rank.Downloads, stored.Downloads)
		}
		return nil
	})
	if err != nil || at != 0 {
		t.Errorf("%d packages were not read: %v", at, err)
	}
	enough := errors.New("enough")
	if err := s.Each(t.Context(), names, func(*Ranked) error { return enough }); err != enough {
		t.Errorf("got %v", err)
	}
}
