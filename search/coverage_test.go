package search

import (
	"testing"

	"pgregory.net/rapid"

	"pkgsearch/index/store"
)

func TestDetailGrowsFromTwoWords(t *testing.T) {
	if detailOf(0) != 0 || detailOf(1) != 0 || detailOf(2) != 0 {
		t.Error("a name is taken for a description")
	}
	for words := 3; words < 100; words++ {
		if d := detailOf(words); d <= detailOf(words-1) || d >= 1 {
			t.Fatalf("%d words: %v", words, d)
		}
	}
}

// A part of the score has a bound before it is known.
func TestShareIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found, words, least := rapid.IntRange(0, 100).Draw(t, "found"), rapid.IntRange(0, 100).Draw(t, "words"), rapid.IntRange(1, 5).Draw(t, "least")
		switch s := shareOf(float64(found), words, least); {
		case s < 0 || s > 1:
			t.Fatalf("%v", s)
		case found >= max(words, least) && s != 1:
			t.Fatalf("%v of all", s)
		}
	})
}

func TestLongTextsPreferWhatSaysLittleElse(t *testing.T) {
	packages := []store.Package{
		pkg("aa-comet", "Sharpens blunt pencils quickly, and whittles oars, spoons, flutes, ladles"),
		pkg("zz-comet", "Sharpens blunt pencils quickly"),
		pkg("aa-anvil-forge-bellows", "Smithy"),
		pkg("zz-anvil", "Smithy"),
	}
	s := catalog(t, len(packages), nil, packages...)
	for text, want := range map[string]string{
		"sharpens blunt pencils without fuss": "zz-comet",
		"anvil for smithy work":               "zz-anvil",
	} {
		if got := found(t, s, text); len(got) < 2 || got[0] != want {
			t.Errorf("%s: %v, want %s first", text, got, want)
		}
	}
	for text, want := range map[string]bool{"sharpens blunt": false, "sharpens blunt pencils": true} {
		got := false
		for _, part := range ask(t, s, Request{Text: text, Size: 1, Explain: true}).Hits[0].Explain {
			got = got || part.Label == "description covered"
		}
		if got != want {
			t.Errorf("%s: covered by the text counts: %v", text, got)
		}
	}
}

// Lacking a word must cost a text of many words less than its share to the power that it costs two words.
func TestLackingAWordCostsLongTextsLess(t *testing.T) {
	cover := func(text string) float64 {
		s := catalog(t, 1, nil, pkg("comet", "Sharpens pencils"))
		for _, part := range ask(t, s, Request{Text: text, Size: 1, Explain: true}).Hits[0].Explain {
			if part.Label == "all words" {
				return part.Value
			}
		}
		return 0
	}
	two, four := cover("sharpens axes"), cover("sharpens pencils axes knives")
	if two == 0 || four <= two {
		t.Errorf("with half of two words %v, of four %v", two, four)
	}
}

func TestCoveredWordsCountHalvesOfACompound(t *testing.T) {
	m := newMatch(3)
	m.tell(&term{slots: []int{1}})
	m.tell(&term{slots: []int{2}})
	m.tell(&term{slots: []int{0}, soft: true})
	m.tell(&term{slots: []int{0, 1}})
	m.tell(&term{slots: []int{0}, again: true})
	if n := m.toldWords(); n != 2 {
		t.Errorf("%v words", n)
	}
	if m.clear(); m.toldWords() != 0 {
		t.Error("the next document has what the last one had")
	}
}
