package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRanksAreThoseOfWhatIsIndexed(t *testing.T) {
	s := open(t)
	var batch Batch
	want := map[string]uint64{}
	batch.Downloads = map[string]uint64{}
	for i := range pageNames + 3 {
		p := Package{Name: fmt.Sprintf("p%06d", i), Status: Active, Version: "1.0.0"}
		batch.Downloads[p.Name] = uint64(i)
		if i%7 == 0 {
			p.Status = Deleted
		} else {
			want[p.Name] = uint64(i)
		}
		batch.Packages = append(batch.Packages, p)
	}
	if _, err := s.Update(t.Context(), batch, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	walked, last := map[string]uint64{}, ""
	err := s.WalkRanks(t.Context(), func(name string, r Rank) error {
		if name <= last {
			t.Errorf("%s comes after %s", name, last)
		}
		walked[name], last = r.Downloads, name
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, walked); diff != "" {
		t.Errorf("walked (-want +got):\n%s", diff)
	}
	looked, names := map[string]uint64{}, []string{"nowhere"}
	for _, p := range batch.Packages {
		names = append(names, p.Name)
	}
	err = s.LookRanks(t.Context(), names, func(i int, r Rank, ok bool) {
		if ok {
			looked[names[i]] = r.Downloads
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, looked); diff != "" {
		t.Errorf("looked up (-want +got):\n%s", diff)
	}
}
