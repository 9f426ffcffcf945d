package slip

import (
	"testing"

	"pgregory.net/rapid"
)

// distance is the definition: fewest slips, then cheapest, from typed to meant.
func distance(typed, meant []byte, limit int) Slips {
	rows := make([][]Slips, len(meant)+1)
	for d := range rows {
		rows[d] = make([]Slips, len(typed)+1)
		for i := range rows[d] {
			best := never
			if d == 0 && i == 0 {
				best = 0
			}
			if i > 0 {
				best = min(best, rows[d][i-1]+slipped(extra(typed, i-1), limit, i == 1))
			}
			if d > 0 {
				best = min(best, rows[d-1][i]+slipped(extra(meant, d-1), limit, d == 1))
			}
			if i > 0 && d > 0 && typed[i-1] == meant[d-1] {
				best = min(best, rows[d-1][i-1])
			} else if i > 0 && d > 0 {
				best = min(best, rows[d-1][i-1]+slipped(replaced(rune(typed[i-1]), rune(meant[d-1]), i == 1), limit, i == 1))
			}
			if i > 1 && d > 1 && typed[i-1] == meant[d-2] && typed[i-2] == meant[d-1] {
				best = min(best, rows[d-2][i-2]+slipped(transposed, limit, false))
			}
			rows[d][i] = best
		}
	}
	return rows[len(meant)][len(typed)]
}

func TestPrefixFindsTheFewestSlips(t *testing.T) {
	letters := rapid.SliceOfN(rapid.SampledFrom([]byte("aabsd-é")), 3, 12)
	rapid.Check(t, func(t *rapid.T) {
		typed, limit := letters.Draw(t, "typed"), rapid.IntRange(1, 2).Draw(t, "limit")
		p := NewPrefix(typed, limit)
		for range 3 { // one walk may go down several branches
			text := letters.Draw(t, "text")
			want, got := never, never
			for d := range len(text) + 1 {
				if s := distance(typed, text[:d], limit); s.Count() <= limit {
					want = min(want, s)
				}
			}
			for d, open := 0, true; open && d < len(text); d++ {
				var slips Slips
				var found bool
				if slips, found, open = p.Step(d, text[d]); found {
					got = slips
				}
			}
			if limit < len(typed) && got != want {
				t.Fatalf("%q for %q: %d slips, cost %d; want %d, %d", typed, text, got.Count(), got%oneSlip, want.Count(), want%oneSlip)
			}
		}
	})
}

func TestLikeness(t *testing.T) {
	likelier := [][3]string{ // what is likelier typed for the first than the third is
		{"react", "react", "raect"},
		{"react", "raect", "reakt"},   // a swap than another letter
		{"react", "rwact", "rpact"},   // the key beside than one far away
		{"react", "reakt", "teact"},   // a letter inside than the first
		{"react", "reactt", "reactx"}, // a letter twice than another one
	}
	for _, l := range likelier {
		if a, b := Likeness(l[1], l[0]), Likeness(l[2], l[0]); a <= b {
			t.Errorf("%s for %s is %.2f, no more than %s with %.2f", l[1], l[0], a, l[2], b)
		}
	}
	if got := Likeness("same", "same"); got != 1 {
		t.Errorf("likeness of equal words is %v", got)
	}
}
