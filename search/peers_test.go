package search

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pkgsearch/index/store"
)

// TestAlternativesWithoutCommonWords: packages that others name in the same company stand for each other, though
// what they say of themselves has no word in common; the explanation says so and adds up.
func TestAlternativesWithoutCommonWords(t *testing.T) {
	packages := []store.Package{pkg("hammer", "Drives nails"), pkg("mallet", "Wooden thing"), pkg("anvil", "Drives nails too")}
	for i := range 24 {
		tool := []string{"hammer", "mallet"}[i%2]
		packages = append(packages, pkg(fmt.Sprintf("x%d", i), fmt.Sprintf("workbench %s carpenters%d", tool, i%3)),
			pkg(fmt.Sprintf("y%d", i), fmt.Sprintf("other words%d entirely", i)))
	}
	s := catalog(t, len(packages), map[string]uint64{"hammer": 1e7, "mallet": 1e6, "anvil": 1e5}, packages...)
	if got := found(t, s, "hammer alternative"); slices.Contains(got, "mallet") && got[0] == "mallet" {
		t.Errorf("%v before anything is learned", got)
	}
	if err := s.index.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	first := ask(t, s, Request{Text: "hammer alternative", Size: 10, Explain: true}).Hits[0]
	if first.Package.Name != "mallet" {
		t.Fatalf("%s comes first", first.Package.Name)
	}
	score, peer := 0.0, 0.0
	for _, p := range first.Explain {
		switch {
		case p.Factor:
			score *= p.Value
		default:
			score += p.Value
		}
		if p.Label == "peer of hammer" {
			peer = p.Value
		}
	}
	if peer <= 0 || peer > s.ranking.LikePeer || math.Abs(score-first.Score) > 1e-12 {
		t.Errorf("the score %v is explained by %v", first.Score, first.Explain)
	}
	for _, text := range []string{"mallet", "workbench mallet"} {
		for _, h := range ask(t, s, Request{Text: text, Size: 10, Explain: true}).Hits {
			for _, p := range h.Explain {
				if p.Label == "peer of mallet" || p.Label == "peer of hammer" {
					t.Errorf("%q asks for no peers: %v", text, h.Explain)
				}
			}
		}
	}
}
