package store

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestParseVersion(t *testing.T) {
	const top = versionNumber
	for text, want := range map[string][2]Version{
		"1":                      {VersionOf(1, 0, 0), VersionOf(1, top, top)},
		" v1.2 ":                 {VersionOf(1, 2, 0), VersionOf(1, 2, top)},
		"1.2.3":                  {VersionOf(1, 2, 3), VersionOf(1, 2, 3)},
		"1.2.3-beta.1":           {VersionOf(1, 2, 3), VersionOf(1, 2, 3)},
		"1.2.3+build":            {VersionOf(1, 2, 3), VersionOf(1, 2, 3)},
		"1.x":                    {VersionOf(1, 0, 0), VersionOf(1, top, top)},
		"1.2.*":                  {VersionOf(1, 2, 0), VersionOf(1, 2, top)},
		"*":                      {0, MaxVersion},
		"x.X.*":                  {0, MaxVersion},
		"20240101.0.0":           {VersionOf(top, 0, 0), VersionOf(top, 0, 0)},
		"99999999999999999999.1": {VersionOf(top, 1, 0), VersionOf(top, 1, top)},
		"0.0.0":                  {0, 0},
	} {
		from, to, ok := ParseVersion(text)
		if !ok || from != want[0] || to != want[1] {
			t.Errorf("%q: %v to %v, %t; want %v to %v", text, from, to, ok, want[0], want[1])
		}
	}
	for _, text := range []string{"", "v", ".", "1.", "1.2.", "1.2.3.4", "1beta", "1.2-x", "latest", "-1", "1..2", "x.1", "1.2.3 4", "１"} {
		if from, to, ok := ParseVersion(text); ok {
			t.Errorf("%q: %v to %v", text, from, to)
		}
	}
}

func TestVersionsSortAsTheirNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SliceOfN(rapid.Uint64Range(0, versionNumber), 6, 6).Draw(t, "numbers")
		a, b := VersionOf(n[0], n[1], n[2]), VersionOf(n[3], n[4], n[5])
		want := n[0] < n[3] || n[0] == n[3] && (n[1] < n[4] || n[1] == n[4] && n[2] < n[5])
		if a < b != want {
			t.Fatalf("%v < %v is %t", a, b, a < b)
		}
		if got := fmt.Sprintf("%d.%d.%d", n[0], n[1], n[2]); got != a.String() {
			t.Fatalf("%s is written %s", got, a)
		}
	})
}
