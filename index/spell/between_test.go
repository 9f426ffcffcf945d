package spell

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestBetweenFindsWhatAComparisonWithAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := drawWords(t)
		first, last := rapid.SampledFrom([]rune("abcdé日")).Draw(t, "first"), rapid.SampledFrom([]rune("abcdé日")).Draw(t, "last")
		between := rapid.IntRange(0, 5).Draw(t, "between")
		var want []string
		for _, w := range words {
			if r := []rune(w.Text); len(r) == between+2 && r[0] == first && r[len(r)-1] == last {
				want = append(want, w.Text)
			}
		}
		slices.Sort(want)
		var got []string
		for _, w := range New(words).Between(first, last, between) {
			got = append(got, w.Text)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
