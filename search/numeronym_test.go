package search

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNumeronym(t *testing.T) {
	for word, want := range map[string]string{
		"i18n": "i 18 n", "a11y": "a 11 y", "k8s": "k 8 s", "é12é": "é 12 é", "c7n": "c 7 n",
		"e2e": "", "w3c": "", "mp3": "", "base64": "", "h264": "", "i018n": "", "i18": "", "18n": "", "i+8n": "",
		"i-8n": "", "ab": "", "a": "", "": "", "i18nx": "", "i99n": "", "i99999999999999999999n": "", "\xff8\xff": "", "i١٨n": "",
	} {
		got := ""
		if first, last, between, ok := numeronym(word); ok {
			got = fmt.Sprintf("%c %d %c", first, between, last)
		}
		if got != want {
			t.Errorf("numeronym(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestNumeronymsOfWordsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zé]{7,62}`).Draw(t, "word")
		n := utf8.RuneCountInString(word)
		head, _ := utf8.DecodeRuneInString(word)
		tail, _ := utf8.DecodeLastRuneInString(word)
		first, last, between, ok := numeronym(fmt.Sprintf("%c%d%c", head, n-2, tail))
		if !ok || first != head || last != tail || between != n-2 {
			t.Fatalf("of %q: %c %d %c %v", word, first, between, last, ok)
		}
	})
}
