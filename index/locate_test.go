package index

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLocate(t *testing.T) {
	for text, want := range map[string][]Located{
		"":                   nil,
		"Don't  parse":       {{"dont", 0, 5}, {"parse", 7, 12}},
		"'quoted’ text":      {{"quoted", 1, 7}, {"text", 11, 15}},
		"Crème brûlée":       {{"creme", 0, 6}, {"brulee", 7, 15}},
		"日本語 x":              {{"日本", 0, 6}, {"本語", 3, 9}, {"x", 10, 11}},
		"api日本go":            {{"api", 0, 3}, {"日本", 3, 9}, {"go", 9, 11}},
		"ｶﾞｷﾞｸﾞ":             {{"ガギ", 0, 12}, {"ギグ", 6, 18}}, // half width, with its voice marks apart
		"Straße ＡＢＣ":         {{"strasse", 0, 7}, {"abc", 8, 17}},
		"\u0301 a\u0301b cd": {{"ab", 3, 7}, {"cd", 8, 10}},
	} {
		if diff := cmp.Diff(want, LocateWords(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	for name, want := range map[string][]Located{
		"@Scope/fooBar-x": {{"scope", 1, 6}, {"foobar", 7, 13}, {"foo", 7, 10}, {"bar", 10, 13}, {"x", 14, 15}},
		"base64_js":       {{"base64", 0, 6}, {"base", 0, 4}, {"js", 7, 9}},
		"HTTPServer":      {{"httpserver", 0, 10}, {"http", 0, 4}, {"server", 4, 10}},
		"it'sFine":        {{"itsfine", 0, 8}, {"its", 0, 4}, {"fine", 4, 8}},
	} {
		if diff := cmp.Diff(want, LocateName(name)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

// located fails the test unless locating finds the index's own words, at places that are between characters.
func located(t testing.TB, text string) {
	t.Helper()
	var tokens []string
	for _, token := range NameTokens(text) {
		tokens = append(tokens, token.Text)
	}
	for kind, pair := range map[string]struct {
		found []Located
		want  []string
	}{"words": {LocateWords(text), Words(text)}, "name": {LocateName(text), tokens}} {
		var texts []string
		from := 0
		for _, l := range pair.found {
			texts = append(texts, l.Text)
			if l.From < from || l.To <= l.From || l.To > len(text) || !utf8.RuneStart(text[l.From]) || l.To < len(text) && !utf8.RuneStart(text[l.To]) {
				t.Fatalf("%s of %q: %q stands at %d to %d", kind, text, l.Text, l.From, l.To)
			}
			from = l.From
		}
		if !slices.Equal(texts, pair.want) {
			t.Fatalf("%s of %q: %q, the index has %q", kind, text, texts, pair.want)
		}
	}
}

func TestLocateFindsTheWordsOfTheIndex(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"foo", "Bar", "HTTP", "64", "'", "’", "-", " ", "@", "/", "é", "e\u0301", "\u0301", "日", "本", "語", "ｶﾞ", "ภาษา", "한", "\u1112\u1161\u11ab", "ß", "İ", "Σ", "ﬁ", "Ꭰ", "٣", "😀", "㌀"})
	rapid.Check(t, func(rt *rapid.T) {
		text := ""
		for _, p := range rapid.SliceOfN(pieces, 0, 12).Draw(rt, "pieces") {
			text += p
		}
		located(t, text)
	})
}

func FuzzLocate(f *testing.F) {
	for _, text := range []string{"fooBar don't", "日本語ab", "e\u0301\u0327\u0301", "\u1112\u1161\u11ab 한"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("records are UTF-8")
		}
		located(t, text)
	})
}
