package search_test

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// first is the earlier of two dates that is known.
func firstKnown(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// valuesOf says once more, over the record alone, which values of a facet a package has.
func valuesOf(f search.Facet, p *store.Package) []string {
	switch f {
	case search.FacetLicense:
		return index.LicenseTerms(p.License)
	case search.FacetKeyword:
		var all []string
		for _, k := range p.Keywords {
			if k = index.Fold(strings.TrimSpace(k)); k != "" {
				all = append(all, k)
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	case search.FacetScope:
		if scope, _, ok := strings.Cut(p.Name, "/"); ok {
			return []string{index.Fold(scope)}
		}
		return []string{"unscoped"}
	case search.FacetTypes:
		return []string{strconv.FormatBool(p.Types)}
	case search.FacetModule:
		if p.Module == "" {
			return nil
		}
		return []string{string(p.Module)}
	case search.FacetMaintenance:
		switch {
		case p.Scores.Maintenance >= 2.0/3:
			return []string{"high"}
		case p.Scores.Maintenance >= 1.0/3:
			return []string{"medium"}
		}
		return []string{"low"}
	}
	at := firstKnown(p.Date, p.LastPublished)
	if at.IsZero() {
		return nil
	}
	var bands []string
	for band, days := range map[string]int{"week": 7, "month": 30, "year": 365} {
		if !at.Before(recordsNow().AddDate(0, 0, -days)) {
			bands = append(bands, band)
		}
	}
	if len(bands) == 0 {
		return []string{"older"}
	}
	return bands
}

// orders says once more, over the records alone, what an order is.
func orders() map[search.Sort]func(a, b *store.Package) int {
	newest := func(a, b time.Time) int { return cmp.Compare(store.Seconds(b), store.Seconds(a)) }
	return map[search.Sort]func(a, b *store.Package) int{
		search.ByDownloads:  func(a, b *store.Package) int { return cmp.Compare(b.Downloads, a.Downloads) },
		search.ByDependents: func(a, b *store.Package) int { return cmp.Compare(b.Dependents, a.Dependents) },
		search.ByUpdated: func(a, b *store.Package) int {
			return newest(firstKnown(a.Date, a.LastPublished), firstKnown(b.Date, b.LastPublished))
		},
		search.ByCreated: func(a, b *store.Package) int {
			return newest(firstKnown(a.Created, a.FirstPublished), firstKnown(b.Created, b.FirstPublished))
		},
		search.ByName: func(a, b *store.Package) int { return strings.Compare(a.Name, b.Name) },
	}
}

// count counts the values of a facet among packages, the most frequent first.
func count(f search.Facet, packages []store.Package) []search.FacetCount {
	counts := map[string]int{}
	for i := range packages {
		for _, v := range valuesOf(f, &packages[i]) {
			counts[v]++
		}
	}
	all := []search.FacetCount{}
	for v, n := range counts {
		all = append(all, search.FacetCount{Value: v, Count: n})
	}
	slices.SortFunc(all, func(a, b search.FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return all
}

// walk follows cursors to the end.
func walk(t testing.TB, s *search.Searcher, req search.Request) (all []store.Package) {
	t.Helper()
	for {
		r, err := s.Search(t.Context(), req)
		if err != nil {
			t.Fatalf("%+v: %v", req, err)
		}
		for _, h := range r.Hits {
			all = append(all, h.Package)
		}
		if r.Next == "" {
			if len(all) != r.Total {
				t.Fatalf("%+v: total %d, a walk to the end finds %d", req, r.Total, len(all))
			}
			return all
		}
		req.From, req.Cursor = 0, r.Next
	}
}

func packageNames(packages []store.Package) []string {
	names := make([]string, len(packages))
	for i := range packages {
		names[i] = packages[i].Name
	}
	return names
}

// compareAnswers checks sorts, facets and choices against the records that match.
func compareAnswers(t *testing.T, s *search.Searcher, texts ...string) {
	t.Helper()
	for _, text := range texts {
		packages := walk(t, s, search.Request{Text: text, Size: search.MaxSize})
		for sort, compare := range orders() {
			got := packageNames(walk(t, s, search.Request{Text: text, Size: search.MaxSize, Sort: sort}))
			slices.SortFunc(packages, func(a, b store.Package) int { return cmp.Or(compare(&a, &b), strings.Compare(a.Name, b.Name)) })
			if diff := gocmp.Diff(packageNames(packages), got); diff != "" {
				t.Errorf("%q by %s (-want +got):\n%.2000s", text, sort, diff)
			}
		}
		for _, size := range []int{3, search.MaxFacetSize} {
			r, err := s.Search(t.Context(), search.Request{Text: text, Facets: search.Facets(), FacetSize: size})
			if err != nil {
				t.Fatal(err)
			}
			if r.Total != len(packages) {
				t.Errorf("%q: total %d with facets, %d without", text, r.Total, len(packages))
			}
			for _, f := range search.Facets() {
				want := count(f, packages)
				if f <= search.FacetScope {
					want = want[:min(len(want), size)]
				}
				if diff := gocmp.Diff(want, r.Facets[f.String()]); diff != "" {
					t.Errorf("%q: facet %s (-want +got):\n%.2000s", text, f, diff)
				}
			}
			if size == 3 {
				compareChoices(t, s, text, packages, r.Facets)
			}
		}
	}
}

// compareChoices chooses every value that was counted, written as a client writes it.
func compareChoices(t *testing.T, s *search.Searcher, text string, packages []store.Package, facets map[string][]search.FacetCount) {
	t.Helper()
	for _, f := range search.Facets() {
		for _, v := range facets[f.String()] {
			c, err := search.ParseChoice(f, `"`+strings.ReplaceAll(v.Value, `"`, `""`)+`"`)
			if err != nil {
				t.Fatalf("%s %q: %v", f, v.Value, err)
			}
			got := packageNames(walk(t, s, search.Request{Text: text, Size: search.MaxSize, Sort: search.ByName, Choices: []search.Choice{c}}))
			var want []string
			for i := range packages {
				if slices.Contains(valuesOf(f, &packages[i]), v.Value) {
					want = append(want, packages[i].Name)
				}
			}
			slices.Sort(want)
			if diff := gocmp.Diff(want, got); diff != "" || len(got) != v.Count {
				t.Errorf("%q with %s %q: %d, counted %d (-want +got):\n%.2000s", text, f, v.Value, len(got), v.Count, diff)
			}
		}
	}
}

func TestAnswersAgreeWithTheSampleRecords(t *testing.T) {
	st, ix := recordsIndex(t)
	importSample(t, ix, recordsNow)
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	compareAnswers(t, search.New(ix, st, search.Options{}), "", "react", "date parser", `"command line" has:types`, "no-such-thing-anywhere")
}

func TestChoicesTogether(t *testing.T) {
	st, ix := recordsIndex(t)
	importSample(t, ix, recordsNow)
	s := search.New(ix, st, search.Options{})
	all := walk(t, s, search.Request{Size: search.MaxSize, Sort: search.ByName})
	asked := map[search.Facet]string{search.FacetLicense: "MIT, isc", search.FacetTypes: "1", search.FacetModule: "cjs,dual"}
	req := search.Request{Size: search.MaxSize, Sort: search.ByName}
	for _, f := range slices.Sorted(maps.Keys(asked)) {
		c, err := search.ParseChoice(f, asked[f])
		if err != nil {
			t.Fatal(err)
		}
		req.Choices = append(req.Choices, c)
	}
	var want []string
	for i := range all {
		any := func(f search.Facet, values ...string) bool {
			return slices.ContainsFunc(valuesOf(f, &all[i]), func(v string) bool { return slices.Contains(values, v) })
		}
		if any(search.FacetLicense, "mit", "isc") && any(search.FacetTypes, "true") && any(search.FacetModule, "cjs", "dual") {
			want = append(want, all[i].Name)
		}
	}
	if diff := gocmp.Diff(want, packageNames(walk(t, s, req))); diff != "" || len(want) == 0 {
		t.Errorf("%d (-want +got):\n%s", len(want), diff)
	}
}
