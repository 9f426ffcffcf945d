package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pkgsearch/index/store"
)

// repeated makes packages that share some words, so that these are familiar ones.
func repeated(words string, n int) []store.Package {
	var packages []store.Package
	for i := range n {
		packages = append(packages, pkg(fmt.Sprintf("%s-%d", strings.ReplaceAll(words, " ", "-"), i), words))
	}
	return packages
}

// topOf gives the first hits of many.
func topOf(t *testing.T, s *Searcher, text string) []string {
	t.Helper()
	r, err := s.Search(t.Context(), Request{Text: text, Size: 20})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	names := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		names[i] = h.Package.Name
	}
	return names
}

func TestWordsOfOneMeaningFindTheSame(t *testing.T) {
	s := catalog(t, 50, nil, pkg("speak", "Tools for internationalization"), pkg("polyglot", "i18n without pain"), pkg("bridge", "internationalisation for bridges"),
		pkg("paint", "Colour mixing"), pkg("brush", "color of brushes"), pkg("pot", "drag and drop for pots"), pkg("grab", "dnd"), pkg("drop", "a drop of water"))
	for _, group := range [][]string{{"i18n", "internationalization", "internationalisation"}, {"color", "colour"}, {"dnd", "drag and drop"}} {
		var want []string
		for i, text := range group {
			got := found(t, s, text)
			slices.Sort(got)
			if i == 0 {
				want = got
			}
			for _, name := range want {
				if !slices.Contains(got, name) {
					t.Errorf("%q finds %v, without %s that %q finds", text, got, name, group[0])
				}
			}
		}
		if len(want) < 2 {
			t.Errorf("%q finds only %v", group[0], want)
		}
	}
}

// TestNumeronyms: one that no list knows stands for the commonest word of its shape.
func TestNumeronyms(t *testing.T) {
	s := catalog(t, 50, nil, append(repeated("photosynthesis kit", 3), pkg("photographs", "Of another length"))...)
	if got := found(t, s, "p12s"); len(got) != 3 {
		t.Errorf("p12s finds %v", got)
	}
}

// TestGroupsNeedAllTheirWords: what stands for "dnd" is drag and drop together.
func TestGroupsNeedAllTheirWords(t *testing.T) {
	s := catalog(t, 50, nil, pkg("pot", "drag and drop for pots"), pkg("leak", "a drop of water"))
	if got := found(t, s, "dnd"); len(got) != 1 || got[0] != "pot" {
		t.Errorf("dnd finds %v", got)
	}
}

func TestCompounds(t *testing.T) {
	s := catalog(t, 50, nil, append(append(repeated("garden tool", 60), repeated("hose reel", 60)...),
		pkg("water-thing", "A gardenhose for all"), pkg("long-thing", "The garden hose"))...)
	for text, want := range map[string]string{"gardenhose": "long-thing", "garden hose": "water-thing"} {
		if got := topOf(t, s, text); !slices.Contains(got, want) {
			t.Errorf("%q does not find %s: %v", text, want, got)
		}
	}
}

// TestCamelCase: what is written in camelCase is also looked for as its parts, if these are the commoner ones, and the
// word as it stands comes first.
func TestCamelCase(t *testing.T) {
	s := catalog(t, 50, nil, append(repeated("query", 9), pkg("parts", "We do it and go to tea"), pkg("half", "go and be merry"), pkg("leaf", "of tea"),
		pkg("go-do-tea", "Parts in the name"), pkg("whole", "A gotea of its own"), pkg("jquery", "One word"), pkg("other", "With jquery"), pkg("third", "On jquery"),
		pkg("pair", "the query of j"))...)
	for text, want := range map[string][]string{
		"goTea":      {"go-do-tea", "parts", "whole"},
		"gotea":      {"whole"},
		"goTeaParty": {},
		"jQuery":     {"jquery", "other", "third"},
	} {
		got := topOf(t, s, text)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", text, got, want)
		}
	}
	if got := topOf(t, s, "goTea"); got[0] != "whole" {
		t.Errorf("goTea finds %s first", got[0])
	}
}

func TestWordsSideBySideComeFirst(t *testing.T) {
	s := catalog(t, 50, nil, pkg("a", "copper pipe for a kitchen sink"), pkg("b", "kitchen for copper and another pipe"), pkg("c", "pipe dreams of a kitchen in copper"))
	if got := found(t, s, "copper pipe"); got[0] != "a" {
		t.Errorf("%v", got)
	}
}

// TestAlternatives: words and names that keep the same company stand for each other once that is learned,
// and the package itself and what is built for it are no alternatives to it.
func TestAlternatives(t *testing.T) {
	var packages []store.Package
	for trade, tools := range [][]string{{"hammer", "mallet", "sledge"}, {"kettle", "teapot", "samovar"}, {"violin", "cello", "fiddle"}} {
		for i := range 600 {
			about := fmt.Sprintf("%s with part%d%d and part%d%d", tools[i%3], trade, i%30, trade, i/3%30)
			packages = append(packages, pkg(fmt.Sprintf("x%d-%d", trade, i), about))
		}
	}
	for i := range 200 { // a vocabulary large enough to learn from
		packages = append(packages, repeated(fmt.Sprintf("filler%d other%d", i, i%50), 9)...)
	}
	packages = append(packages, pkg("hammer", "Drives nails into part00 and part01"), pkg("mallet", "For part00"), pkg("hammer-mallet", "Both"), pkg("teapot", "For part11"))
	s := catalog(t, 5000, map[string]uint64{"hammer": 1e7, "mallet": 1e6, "teapot": 1e6}, packages...)
	if err := s.index.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"hammer alternative", "alternatives to hammer", "like hammer", "similar to hammer"} {
		if got := topOf(t, s, text); got[0] != "mallet" || slices.Contains(got, "hammer") {
			t.Errorf("%q finds %v", text, got[:3])
		}
	}
	for text, meant := range map[string]string{"hamner alternative": "hammer alternative", "Alternatives to hamner": "alternatives to hammer",
		"like hamner not:deprecated": "like hammer not:deprecated", "hammer alternative": "", "like sledge mallet": ""} {
		r, err := s.Search(t.Context(), Request{Text: text, Size: 20})
		if err != nil {
			t.Fatal(err)
		}
		if r.Correction != meant {
			t.Errorf("%q is taken for %q, want %q", text, r.Correction, meant)
		}
		if meant != "" && r.Hits[0].Package.Name != "mallet" {
			t.Errorf("%q finds %s first", text, r.Hits[0].Package.Name)
		}
	}
	if got := found(t, s, "unheard alternative"); len(got) != 0 {
		t.Errorf("an alternative to nothing: %v", got)
	}
}
