package ingest

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The precedence that semver.org gives as its example, and what loose parsing adds.
func TestVersionOrder(t *testing.T) {
	ascending := []string{
		"0.0.6pre2", "v0.0.6", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-9007199254740993", "1.0.0-alpha", "1.0.0-alpha.1",
		"1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "2.0.0",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			v, okV := parseVersion(a)
			w, okW := parseVersion(b)
			if got, want := v.compare(&w), sign(i-j); !okV || !okW || got != want {
				t.Errorf("%s against %s: %d, want %d", a, b, got, want)
			}
		}
	}
}

func sign(n int) int { return max(-1, min(n, 1)) }

func versionText() *rapid.Generator[string] {
	return rapid.StringMatching(`[v= ]{0,2}[0-9]{1,3}\.[0-9]{1,2}\.[0-9]{1,2}(-?([0-9]{1,3}|[a-c-]{1,2})(\.([0-9]|[ab])){0,2})?(\+[a-z0-9]{1,3})?`)
}

// A clean version is clean; order is total and agrees with equality.
func TestVersionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []version
		for _, s := range rapid.SliceOfN(versionText(), 3, 3).Draw(t, "versions") {
			v, ok := parseVersion(s)
			if !ok {
				t.Fatalf("%q is no version", s)
			}
			again, ok := parseVersion(v.text)
			if !ok || again != v {
				t.Fatalf("%q is %+v, then %+v", s, v, again)
			}
			list = append(list, v)
		}
		a, b, c := list[0], list[1], list[2]
		if a.compare(&b) != -b.compare(&a) || (a.compare(&b) == 0) != (a.text == b.text) {
			t.Fatalf("%s and %s: %d and %d", a.text, b.text, a.compare(&b), b.compare(&a))
		}
		if a.compare(&b) <= 0 && b.compare(&c) <= 0 && a.compare(&c) > 0 {
			t.Fatalf("%s <= %s <= %s, but not the first and the last", a.text, b.text, c.text)
		}
		slices.SortFunc(list, func(v, w version) int { return v.compare(&w) })
	})
}
