package slip

import (
	"strings"
	"testing"
)

func TestKeysLieAsOnAKeyboard(t *testing.T) {
	for y, row := range []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		for r := rune(0); r < 200; r++ {
			want := strings.IndexRune(row, r)
			if x, gotY, ok := key(r); ok && gotY == y && x != want || want >= 0 && (!ok || gotY != y) {
				t.Errorf("%q lies at %d in row %d (%v), want %d in row %d", r, x, gotY, ok, want, y)
			}
		}
	}
}

func TestLongTextsHaveALikenessToo(t *testing.T) {
	long := strings.Repeat("ab", shortText)
	if v := Likeness(long, long+"x"); v != likeness(other) {
		t.Errorf("one letter more makes the likeness %v, want %v", v, likeness(other))
	}
	if v := Likeness(long, "ab"); v >= likeness(other*shortText) {
		t.Errorf("the likeness to a part is %v", v)
	}
}

func TestComparingAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Likeness("lantern", "lnatern") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestNothingIsCloserThanClosest(t *testing.T) {
	for _, pair := range [][2]string{{"lamp", "laamp"}, {"lamp", "lmap"}, {"lamp", "lanp"}, {"lamp", "lam"}} {
		if v := Likeness(pair[0], pair[1]); v > Closest {
			t.Errorf("%v have the likeness %v, more than %v", pair, v, Closest)
		}
	}
}

func BenchmarkLikeness(b *testing.B) {
	for b.Loop() {
		Likeness("configuration", "confgiurtaion")
	}
}
