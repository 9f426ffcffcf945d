package spell

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestATableIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := drawWords(t)
		text := New(words).Append([]byte("before"))
		table, rest, err := Read(append(text, "after"...)[len("before"):])
		if err != nil || string(rest) != "after" {
			t.Fatalf("rest is %q (%v)", rest, err)
		}
		if !bytes.Equal(table.Append(nil), text[len("before"):]) {
			t.Fatal("written again it is another")
		}
		word := rapid.StringMatching(`[abcdé日]{2,10}`).Draw(t, "word")
		if got, want := table.Near(word, 2, 0, 9), compared(words, word, 2, 0, 9); !sameNear(got, want) {
			t.Fatalf("near %q is %v, want %v", word, got, want)
		}
	})
}

func TestATruncatedTableIsRefused(t *testing.T) {
	text := New([]Word{{"lamp", 3}, {"lantern", 300}, {"gate", 70_000}, {"garden", 1}}).Append(nil)
	for n := range text {
		if _, _, err := Read(text[:n]); !errors.Is(err, ErrTable) {
			t.Errorf("%d bytes of %d: %v", n, len(text), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(New([]Word{{"lamp", 3}, {"lantern", 300}, {"gate", 70_000}}).Append(nil), "lanp")
	f.Add([]byte{1, 97, 1, 0, 1, 1, 0, 0}, "aa")
	f.Fuzz(func(t *testing.T, text []byte, word string) {
		table, _, err := Read(text)
		if err != nil {
			return
		}
		for _, n := range table.Near(word, 2, 0, 10) {
			if n.Likely <= 0 || n.Likely >= 1 {
				t.Errorf("%q has the likeness %v", n.Text, n.Likely)
			}
		}
	})
}
