package bench

import (
	"context"
	"strings"
	"testing"
)

const smaps = `55d0c0000000-55d0c0400000 r-xp 00000000 08:01 42 /opt/data/../bin/pkgsearch
Size:               4096 kB
Rss:                 100 kB
VmFlags: rd ex mr mw me
c000000000-c004000000 rw-p 00000000 00:00 0
Rss:                2000 kB
7f0000000000-7f0000100000 r--s 00000000 08:01 43 /srv/my data/index/0001.zap (deleted)
Rss:                  64 kB
7f0000200000-7f0000300000 r--s 00000000 08:01 44 /srv/my data/store.db
Rss:                  16 kB
7f0000400000-7f0000500000 r--s 00000000 08:01 45 /srv/my database
Rss:                   1 kB
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]
Rss:                   8 kB
`

func TestMappingsAreSplitByWhereTheyComeFrom(t *testing.T) {
	all, err := parseMappings(strings.NewReader(smaps))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := split(all, "/srv/my data"), (Resident{Data: 80 << 10, Program: 101 << 10, Anonymous: 2008 << 10}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if m := all[2]; m.from != 0x7f0000000000 || m.to != 0x7f0000100000 || m.perms != "r--s" {
		t.Errorf("got %+v", m)
	}
	for _, broken := range []string{"zz-10 r--s 0 0 0\n", "10-zz r--s 0 0 0\n", "10-20 r--s 0 0 0\nRss: many kB\n"} {
		if _, err := parseMappings(strings.NewReader(broken)); err == nil {
			t.Errorf("%q is read", broken)
		}
	}
}

func FuzzParseMappings(f *testing.F) {
	f.Add(smaps)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parseMappings(strings.NewReader(text))
		if err == nil && len(all) > strings.Count(text, "\n")+1 {
			t.Fatalf("%d mappings", len(all))
		}
	})
}

func TestAllocationsAreCountedByFamily(t *testing.T) {
	source := allocating{"small": 1 << 10, "large": 1 << 20, "typed": 1 << 16}
	questions := []Question{{Family: "f", Text: "small"}, {Family: "g", Text: "large"}, {Family: "f", Text: "typed", Suggest: true}}
	got, err := Allocations(t.Context(), source, questions)
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]float64{"f": (1<<10 + 1<<16) / 2, "g": 1 << 20, AllSearches: (1<<10 + 1<<20) / 2, AllSuggestions: 1 << 16}
	for _, a := range got {
		if slack := 32_000.0; a.Bytes < least[a.Family] || a.Bytes > least[a.Family]+slack || a.Objects < 1 {
			t.Errorf("%s: %+v, want at least %v bytes and little more", a.Family, a, least[a.Family])
		}
		delete(least, a.Family)
	}
	if len(least) > 0 {
		t.Errorf("nothing of %v", least)
	}
}

// allocating allocates so many bytes for a text.
type allocating map[string]int

func (s allocating) Ask(_ context.Context, q Question) (Answer, error) {
	return Answer{Scores: make([]float64, s[q.Text]/8), Scored: Unknown}, nil
}
