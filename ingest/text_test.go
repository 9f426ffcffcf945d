package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestReadmeIsCutAtACharacter(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{strings.Repeat("y", 65536), strings.Repeat("y", 65536)},
		{strings.Repeat("y", 65537), strings.Repeat("y", 65536)},
		{"x" + strings.Repeat("€", 30000), "x" + strings.Repeat("€", 21845)},
		{strings.Repeat("\r\n", 50000), strings.Repeat("\n", 50000)},
	} {
		if got := readmeText(c.in); got != c.want {
			t.Errorf("%d bytes from %d, want %d", len(got), len(c.in), len(c.want))
		}
	}
}

// A README in decomposed Hangul is three times longer than what is kept of it.
func TestReadmeIsReadFarEnough(t *testing.T) {
	const syllable = "\u1112\u1161\u11ab" // composed: three bytes
	doc := `{"name":"p","versions":{"1.0.0":{}},"readme":"` + strings.Repeat(syllable, 25_000) + `"}`
	p, err := Normalize(strings.NewReader(doc), testNow())
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("\ud55c", maxReadme/3); p.Readme != want {
		t.Errorf("%d bytes, want %d", len(p.Readme), len(want))
	}
}

// Cleaning text twice is cleaning it once.
func TestCleaningIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		for name, f := range map[string]func(string) string{"clean": clean, "oneLine": oneLine, "readmeText": readmeText} {
			once := f(s)
			if twice := f(once); twice != once {
				t.Fatalf("%s: %q, then %q", name, once, twice)
			}
			if strings.ContainsFunc(once, dropped) {
				t.Fatalf("%s left a character in %q", name, once)
			}
		}
		if line := oneLine(s); strings.TrimSpace(line) != line || strings.Contains(line, "  ") || strings.Contains(line, "\n") {
			t.Fatalf("%q is not one line", line)
		}
		if n := utf8.RuneCountInString(clip(oneLine(s), 5)); n > 5 {
			t.Fatalf("clipped to %d", n)
		}
	})
}

func TestMendIsUTF8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "b")
		kept := utf8.Valid(b)
		mended := mend(append([]byte("x"), b...), 1)
		if !utf8.Valid(mended) || mended[0] != 'x' || kept && string(mended[1:]) != string(b) {
			t.Fatalf("%q from %q", mended, b)
		}
	})
}
