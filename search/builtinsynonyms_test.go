package search

import (
	"slices"
	"strings"
	"testing"

	"pkgsearch/index"
)

// The parser refuses duplicates and contradictions, so reading the file is the test of those.
func TestBuiltinSynonymsRead(t *testing.T) {
	if _, err := ParseSynonyms(strings.NewReader(builtinSynonyms), "synonyms.txt"); err != nil {
		t.Fatal(err)
	}
}

func TestBuiltinSynonymsLeaveRoom(t *testing.T) {
	for key, list := range DefaultSynonyms().alternatives {
		if len(list) > maxAlternatives/2 {
			t.Errorf("%q has %d alternatives, of %d that an operator's file may fill up", key, len(list), maxAlternatives)
		}
	}
}

// A stop word in a query says nothing, so it may not drag anything in.
func TestBuiltinSynonymsExpandNoStopWords(t *testing.T) {
	rules, err := readRules(strings.NewReader(builtinSynonyms), "synonyms.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if r.remove {
			t.Errorf("line %d takes away", r.line)
		}
		for _, from := range r.from {
			if len(from.words) == 1 && index.IsStopWord(from.words[0]) {
				t.Errorf("line %d: %q is a stop word", r.line, from)
			}
		}
		for _, side := range slices.Concat(r.from, r.to) {
			if len(side.String()) == 1 {
				t.Errorf("line %d: %q says too little", r.line, side)
			}
		}
	}
}

func TestBuiltinNumeronymsCount(t *testing.T) {
	s := DefaultSynonyms()
	for key, list := range s.alternatives {
		first, last, between, ok := numeronym(key)
		if !ok {
			continue
		}
		fits := slices.ContainsFunc(list, func(a alternative) bool {
			runes := []rune(strings.Join(a.words, ""))
			return len(runes) == between+2 && runes[0] == first && runes[len(runes)-1] == last
		})
		if !fits {
			t.Errorf("%s: none of its alternatives has %c, %d letters and %c", key, first, between, last)
		}
	}
}

func TestBuiltinSynonymsMeet(t *testing.T) {
	s := DefaultSynonyms()
	for query, want := range map[string]string{
		"i18n":                 "internationalization",
		"internationalisation": "i18n",
		"Command Line":         "cli",
		"colour":               "color",
		"regular expressions":  "regex",
		"drag-n-drop":          "dnd",
		"Web Sockets":          "websocket",
		"2FA":                  "two factor",
		"parser":               "parse",
	} {
		words := index.Words(query)
		found := slices.ContainsFunc(s.Expand(words, 0), func(e Expansion) bool {
			return e.Span == len(words) && strings.Join(e.Words, " ") == want
		})
		if !found {
			t.Errorf("%q does not find %q", query, want)
		}
	}
	for query, unwanted := range map[string]string{
		"test":   "mock",   // about testing is not about mocks
		"mocks":  "test",   // nor the other way round
		"parse":  "lexer",  // nothing is chained
		"string": "number", // nor alike
	} {
		for _, e := range s.Expand(index.Words(query), 0) {
			if strings.Join(e.Words, " ") == unwanted {
				t.Errorf("%q finds %q", query, unwanted)
			}
		}
	}
}
