package search

import (
	"fmt"
	"testing"

	"pkgsearch/index/store"
)

// TestScoresDoNotDependOnThePage asks for pages of one size and of another: a score is that of the package, however
// many better ones there are on the page. Cursors, which carry scores, rest on it.
func TestScoresDoNotDependOnThePage(t *testing.T) {
	var packages []store.Package
	downloads := map[string]uint64{}
	for i := range 12 { // better in all but the name
		p := pkg(fmt.Sprintf("a-picker-date-%02d", i), "date picker of the date picker", "date", "picker", "date picker")
		p.Downloads = 50_000_000
		downloads[p.Name] = p.Downloads
		packages = append(packages, p)
	}
	packages = append(packages, pkg("date-picker", "a date picker")) // the last to be looked at
	s := catalog(t, len(packages), downloads, packages...)
	scores := map[string]float64{}
	r := ask(t, s, Request{Text: "date-picker", Size: MaxSize})
	for _, h := range r.Hits {
		scores[h.Package.Name] = h.Score
	}
	if len(scores) != len(packages) {
		t.Fatalf("%d hits", len(scores))
	}
	for size := 1; size <= len(packages); size++ {
		for _, h := range ask(t, s, Request{Text: "date-picker", Size: size, Explain: true}).Hits {
			if h.Score != scores[h.Package.Name] {
				t.Errorf("on a page of %d, %s has the score %v, else %v", size, h.Package.Name, h.Score, scores[h.Package.Name])
			}
		}
	}
	seen := map[string]bool{}
	for req := (Request{Text: "date-picker", Size: 1}); ; {
		r := ask(t, s, req)
		for _, h := range r.Hits {
			if seen[h.Package.Name] {
				t.Fatalf("a walk sees %s again", h.Package.Name)
			}
			seen[h.Package.Name] = true
		}
		if req.Cursor = r.Next; req.Cursor == "" {
			break
		}
	}
	if len(seen) != len(packages) {
		t.Errorf("a walk sees %d of %d packages", len(seen), len(packages))
	}
}
