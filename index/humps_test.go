package index

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestHumps(t *testing.T) {
	for text, want := range map[string][]Hump{
		"":                     nil,
		"plain text base64":    nil,
		"fooBarBaz":            {{"foobarbaz", []string{"foo", "bar", "baz"}}},
		"a parseJSON, HTTPÉté": {{"parsejson", []string{"parse", "json"}}, {"httpete", []string{"http", "ete"}}},
		"ALLCAPS Capital":      nil,
	} {
		if diff := cmp.Diff(want, Humps(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestHumpsAreTokensOfNames: what a query is split into is what a name of the same letters is found by.
func TestHumpsAreTokensOfNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zA-Z0-9]{0,20}`).Draw(t, "text")
		tokens := map[string]bool{}
		for _, token := range NameTokens(text) {
			tokens[token.Text] = true
		}
		for _, h := range Humps(text) {
			if strings.Join(h.Parts, "") != h.Word {
				t.Fatalf("%q gives %q", text, h)
			}
			for _, w := range append(h.Parts, h.Word) {
				if !tokens[w] {
					t.Fatalf("%q is not a token of the name %q", w, text)
				}
			}
		}
	})
}
