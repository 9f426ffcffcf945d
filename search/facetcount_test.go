package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/store"
)

// TestFacetsOverManySegments: the most frequent values are found however the counts are spread over segments.
func TestFacetsOverManySegments(t *testing.T) {
	var packages []store.Package
	for i := range 90 {
		p := pkg(fmt.Sprintf("p-%d", i), []string{"odd thing", "even thing"}[i%2])
		for k := range 1 + i%5 {
			p.Keywords = append(p.Keywords, fmt.Sprintf("k%02d", (i*i+k*7)%(3+i%23)))
		}
		packages = append(packages, p)
	}
	many, one := catalog(t, 5, nil, packages...), catalog(t, 90, nil, packages...)
	view := many.index.Acquire()
	if n := len(view.Segments()); n < 2 {
		t.Errorf("%d segments", n)
	}
	view.Release()
	for _, text := range []string{"", "thing", "odd", "p-7", "none-such"} {
		all := ask(t, one, Request{Text: text, Size: MaxSize})
		counts := map[string]int{}
		for _, h := range all.Hits {
			for _, k := range slices.Compact(slices.Sorted(slices.Values(h.Package.Keywords))) {
				counts[k]++
			}
		}
		want := []FacetCount{}
		for v, n := range counts {
			want = append(want, FacetCount{v, n})
		}
		slices.SortFunc(want, FacetCount.compare)
		for size := 1; size <= 30; size++ {
			req := Request{Text: text, Facets: []Facet{FacetKeyword}, FacetSize: size}
			for _, s := range []*Searcher{many, one} {
				if diff := cmp.Diff(want[:min(size, len(want))], ask(t, s, req).Facets["keyword"]); diff != "" {
					t.Fatalf("%q, %d values (-want +got):\n%s", text, size, diff)
				}
			}
		}
	}
}

func TestLargest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		numbers, n := rapid.SliceOf(rapid.Uint32Range(0, 9)).Draw(rt, "numbers"), rapid.IntRange(1, 5).Draw(rt, "n")
		sorted := slices.Sorted(slices.Values(numbers))
		want := uint32(0)
		if len(sorted) >= n {
			want = sorted[len(sorted)-n]
		}
		if got := largest(numbers, n); got != want {
			rt.Fatalf("%d, want %d", got, want)
		}
	})
}

// TestChoicesReadWhatTheyWrite: any list of values can be written, as CSV is.
func TestChoicesReadWhatTheyWrite(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.StringMatching(`[a ,"\n]{0,4}`), 1, 4).Draw(rt, "values")
		var quoted []string
		for _, v := range values {
			quoted = append(quoted, `"`+strings.ReplaceAll(v, `"`, `""`)+`"`)
		}
		got, err := splitValues(strings.Join(quoted, rapid.SampledFrom([]string{",", ", ", " ,"}).Draw(rt, "comma")))
		if err != nil || !slices.Equal(got, values) {
			rt.Fatalf("%q, %v; want %q", got, err, values)
		}
		if _, err := splitValues(rapid.String().Draw(rt, "anything")); err != nil && err.Error() == "" {
			rt.Fatal("no message")
		}
	})
}

func TestBadAnswers(t *testing.T) {
	s := catalog(t, 100, nil, varied()...)
	seventeen := Choice{FacetKeyword, strings.Split(strings.Repeat("k ", 16)+"k", " ")}
	for says, req := range map[string]Request{
		"between 0 and 100": {FacetSize: 101},
		"between 0 and":     {FacetSize: -1},
		"at most 16":        {Choices: []Choice{seventeen}},
		"in order":          {Choices: []Choice{{FacetScope, []string{"@a"}}, {FacetScope, []string{"@b"}}}},
		"twice":             {Facets: []Facet{FacetTypes, FacetTypes}},
	} {
		if _, err := s.Search(t.Context(), req); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v does not say %q", req, err, says)
		}
	}
}
