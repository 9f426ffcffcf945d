package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pkgsearch/index/store"
)

// BenchmarkParse measures what becomes of a text before anything is looked up.
func BenchmarkParse(b *testing.B) {
	for _, text := range []string{
		"react",
		"react hooks for forms",
		`"date picker" router -react keywords:cli,terminal license:mit updated:<30d`,
		strings.Repeat("word ", 50),
	} {
		b.Run(text[:min(len(text), 20)], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSearch measures questions of many kinds over 20,000 made-up packages, of which scored/op were scored.
func BenchmarkSearch(b *testing.B) {
	s, words := madeUpCatalog(b, 20_000)
	common, rare := words[0], words[len(words)-1]
	for _, c := range []struct {
		name string
		req  Request
	}{
		{"common", Request{Text: common}},
		{"rare", Request{Text: rare}},
		{"three", Request{Text: strings.Join(words[:3], " ")}},
		{"ten", Request{Text: strings.Join(words[:10], " ")}},
		{"slip", Request{Text: common[:2] + "q" + common[2:] + " " + words[5]}},
		{"letter", Request{Text: common[:1]}},
		{"phrase", Request{Text: `"` + words[0] + " " + words[1] + `"`}},
		{"without", Request{Text: common + " -" + words[1]}},
		{"filtered", Request{Text: common + " keywords:" + words[2]}},
		{"sorted", Request{Text: common, Sort: ByDownloads}},
		{"facets", Request{Text: common, Facets: []Facet{FacetKeyword}}},
		{"explained", Request{Text: common, Explain: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.req.Size = 10
			b.ReportAllocs()
			scored := 0
			for b.Loop() {
				found, err := s.Search(context.Background(), c.req)
				if err != nil {
					b.Fatal(err)
				}
				scored = found.Stats.Scored
			}
			b.ReportMetric(float64(scored), "scored/op")
		})
	}
}

// BenchmarkSuggest measures a keystroke, records included, over 20,000 made-up packages.
func BenchmarkSuggest(b *testing.B) {
	s, words := madeUpCatalog(b, 20_000)
	w := words[3]
	for _, c := range []struct{ name, text string }{{"letter", w[:1]}, {"word", w}, {"slip", w[:2] + "q" + w[2:]}, {"words", words[0] + " " + w}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Suggest(context.Background(), c.text, 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// madeUpCatalog has n packages of made-up words, as few of which are common as in a registry, and lists the words, the
// most frequent first.
func madeUpCatalog(b *testing.B, n int) (*Searcher, []string) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 3000)
	for i := range vocabulary {
		seed := rand.New(rand.NewPCG(uint64(i), 0))
		for range 2 + seed.IntN(3) {
			vocabulary[i] += string([]byte{"bcdfghklmnprstvz"[seed.IntN(16)], "aeiou"[seed.IntN(5)]})
		}
	}
	zipf := rand.NewZipf(r, 1.1, 30, uint64(len(vocabulary)-1))
	counts := map[string]int{}
	some := func(n int) []string {
		words := make([]string, n)
		for i := range words {
			words[i] = vocabulary[zipf.Uint64()]
			counts[words[i]]++
		}
		return words
	}
	packages, downloads := make([]store.Package, n), map[string]uint64{}
	for i := range packages {
		name := fmt.Sprintf("%s-%d", strings.Join(some(1+r.IntN(3)), "-"), i)
		packages[i] = pkg(name, strings.Join(some(8), " "), some(3)...)
		downloads[name] = uint64(r.ExpFloat64() * r.ExpFloat64() * 10_000)
	}
	var words []string
	for w := range counts {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return (counts[b]-counts[a])*2 + strings.Compare(a, b) })
	return catalog(b, 5000, downloads, packages...), words
}
