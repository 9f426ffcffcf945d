package index

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestNameTokens(t *testing.T) {
	for name, want := range map[string]string{
		"lodash":             "lodash/1",
		"lodash.get":         "lodash/1 get/2",
		"@babel/core":        "babel/1 core/2",
		"copy-to-clipboard":  "copy/1 to/2 clipboard/3",
		"JSONStream":         "jsonstream/1 json/1 stream/2",
		"ngVue":              "ngvue/1 ng/1 vue/2",
		"base64-js":          "base64/1 base/1 js/2",
		"i18n":               "i18n/1",
		"vue3":               "vue3/1 vue/1",
		"-":                  "",
		"@types/node":        "types/1 node/2",
		"snake_case.and~all": "snake/1 case/2 and/3 all/4",
	} {
		var got []string
		for _, tok := range NameTokens(name) {
			got = append(got, tok.Text+"/"+string(rune('0'+tok.Position)))
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Don't repeat yourself!":   "dont repeat yourself",
		"Crème brûlée für Straße":  "creme brulee fur strasse",
		"Socket.IO, e-mail & HTTP": "socket io e mail http",
		"İstanbul":                 "istanbul",
		"ﬁle ＡＢＣ":                  "file abc",
		"日本語 テスト":                  "日本 本語 テス スト",
		"react日本語":                 "react 日本 本語",
		"Ꭰ ꭰ":                      "ꭰ ꭰ",
		"":                         "",
	} {
		if diff := cmp.Diff(want, strings.Join(Words(text), " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestJoined(t *testing.T) {
	for _, name := range []string{"Socket.IO", "socket.io", "socket-io", "socketio", "SOCKET IO"} {
		if got := Joined(name); got != "socketio" {
			t.Errorf("Joined(%q) = %q", name, got)
		}
	}
}

func TestStem(t *testing.T) {
	for word, want := range map[string]string{"icons": "icon", "parsing": "pars", "react": "react", "js": "js", "naïve": "naïve"} {
		if got := Stem(word); got != want {
			t.Errorf("Stem(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestFoldIgnoresNormalForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		want := Fold(s)
		for form, f := range map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD} {
			if got := Fold(f.String(s)); got != want {
				t.Fatalf("Fold(%s(%q)) = %q, Fold of it as it is = %q", form, s, got, want)
			}
		}
		if again := Fold(want); again != want {
			t.Fatalf("Fold(Fold(%q)) = %q, not %q", s, again, want)
		}
	})
}

func FuzzNameTokens(f *testing.F) {
	for _, s := range []string{"@babel/core", "JSONStream", "-", "é\u0301", "日本", strings.Repeat("aB", 300), "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		last := 1
		for _, tok := range NameTokens(name) {
			if tok.Text == "" || utf8.RuneCountInString(tok.Text) > maxTokenRunes {
				t.Errorf("NameTokens(%q) gives %q", name, tok.Text)
			}
			if tok.Position < last {
				t.Errorf("NameTokens(%q): position goes back from %d to %d", name, last, tok.Position)
			}
			last = tok.Position
		}
		for _, w := range Words(name) {
			if w == "" || utf8.RuneCountInString(w) > maxTokenRunes {
				t.Errorf("Words(%q) gives %q", name, w)
			}
		}
	})
}
