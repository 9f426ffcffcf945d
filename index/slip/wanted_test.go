package slip

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestWantedLeavesNothingOut steps with every letter: one that is not wanted finds nothing and goes no further, and
// nothing found later is likelier than was told before.
func TestWantedLeavesNothingOut(t *testing.T) {
	letters := rapid.SliceOfN(rapid.SampledFrom([]byte("aabsd-")), 3, 10)
	rapid.Check(t, func(t *rapid.T) {
		typed, limit := letters.Draw(t, "typed"), rapid.IntRange(1, 2).Draw(t, "limit")
		text := letters.Draw(t, "text")
		p := NewPrefix(typed, limit)
		var bounds []float64
		for d, letter := range text {
			wanted, any := p.Wanted(d, nil)
			for _, other := range []byte("absd-x") {
				if _, found, open := p.Step(d, other); (found || open) && !any && bytes.IndexByte(wanted, other) < 0 {
					t.Fatalf("%q for %q: %q is wanted after %d letters, but not by Wanted, which says %q", typed, text, other, d, wanted)
				}
			}
			bounds = append(bounds, p.Likeness(d))
			slips, found, open := p.Step(d, letter)
			for i, bound := range bounds {
				if found && slips.Likeness() > bound {
					t.Fatalf("%q for %q: likeness %g after %d letters; after %d it was at most %g", typed, text, slips.Likeness(), d+1, i, bound)
				}
			}
			if !open {
				break
			}
		}
	})
}
