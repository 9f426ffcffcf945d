package search

import (
	"strings"
	"testing"

	"pkgsearch/index"
)

func TestParseSynonymsRefuses(t *testing.T) {
	for file, want := range map[string]string{
		"a":                                 `f:1: "a" stands alone; write a = b for other names of one thing, a => b for what else to find, ! a to take a word away`,
		"# c\n\na = b\na =":                 `f:4: a side is empty; write a word on each side of = and =>, and commas only between words`,
		"a => b,":                           `f:1: a side is empty`,
		"=> b":                              `f:1: a side is empty`,
		"!":                                 `f:1: a side is empty`,
		"a => b => c":                       `f:1: the line has both = and =>; write a line for each`,
		"a = b => c":                        `f:1: the line has both = and =>`,
		"a = c++":                           `f:1: "c++" has a '+', which searches do not see; use letters, digits, blanks and hyphens`,
		"a = c#":                            `f:1: "c#" has a '#'`,
		"a, b = c":                          `f:1: "a, b" has a ','`,
		"a == b":                            `f:1: a side is empty`,
		"a = b (2)":                         `f:1: weight "2" is not a number above 0 and up to 1; write one such as (0.5)`,
		"a = b (0)":                         `f:1: weight "0" is not`,
		"a = b (NaN)":                       `f:1: weight "NaN" is not`,
		"a = b (much)":                      `f:1: weight "much" is not`,
		"a = b (0.5) c":                     `f:1: "b (0.5) c" has a '('`,
		"! a = b (0.5)":                     `f:1: a line that takes away has no weight; leave out (0.5)`,
		"tests = testing":                   `f:1: "tests" and "testing" are the same to a search, which removes endings; keep one of the two`,
		"a => b, A":                         `f:1: "a" and "a" are the same`,
		"a = b\nb => c\nb = a":              `f:3: "a" for "b" is already in line 1; keep one of the two`,
		"a = b c d e f g":                   `f:1: "b c d e f g" has 6 words, at most 5 are allowed; use a shorter phrase`,
		"a => b\xff":                        `f:1: the line is not UTF-8; save the file in that encoding`,
		"a = b" + strings.Repeat(" ", 1100): `f:1: the line has 1105 bytes, at most 1024 are allowed; cut it in two`,
		"a => b1, b2, b3, b4, b5, b6, b7, b8" + strings.Repeat(",b", 9): `f:1: 17 sides, at most 16 are allowed; cut the line in two`,
		strings.Repeat("\n", maxSynonymLines) + "a = b":                 `f:20001: a file may have 20000 lines; leave out what is rarely asked for`,
		strings.Repeat("#", maxSynonymBytes+1):                          `read synonyms f: more than 1048576 bytes; leave out what is rarely asked for`,
	} {
		_, err := ParseSynonyms(strings.NewReader(file), "f")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: got error %v, want %s", file, err, want)
		}
	}
}

func TestParseSynonymsAccepts(t *testing.T) {
	for file, want := range map[string]string{
		"\ufeffa = b\r\n":           "1:b 1",
		"  A\t=\tB  # both\n":       "1:b 1",
		"a = node.js":               "1:node js 1",
		"a => b, c-d (.25)":         "1:b 0.25, 1:c d 0.25",
		"a => b # (0.3)":            "1:b 0.5",
		"a = Größe":                 "1:große 1",
		"a = x (0.7)\na => y (0.8)": "1:y 0.8, 1:x 0.7",
		"":                          "",
		"#":                         "",
		"! a":                       "",
	} {
		if got, want := expanded(synonyms(t, file), "a", 0), index.Fold(want); got != want {
			t.Errorf("%q: a gives %q, want %q", file, got, want)
		}
	}
}

// Whatever is accepted stays within bounds, and every error names the file.
func FuzzParseSynonyms(f *testing.F) {
	for _, s := range []string{"a = b", "a => b, c (0.5)", "! *", "! a = b", "web socket = websocket", "c# = c", "é = e\u0301x", "日本 = jp", "(", "=", "a = b (", "\xff", "peer to peer = p2p"} {
		f.Add(s, "web socket é")
	}
	f.Fuzz(func(t *testing.T, file, query string) {
		s, err := ParseSynonyms(strings.NewReader(file), "f")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") && !strings.HasPrefix(err.Error(), "read synonyms f:") {
				t.Errorf("error without a place: %v", err)
			}
			return
		}
		words := index.Words(query)
		for at := range words {
			checkExpansions(t, s, words, at)
		}
	})
}
