package search

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// TestExhaustiveScoresEveryMatch and answers as a search that may take short cuts does, to the last digit.
func TestExhaustiveScoresEveryMatch(t *testing.T) {
	var packages []store.Package
	downloads := map[string]uint64{}
	for i := range 60 {
		p := pkg(fmt.Sprintf("%s-picker-%02d", []string{"date", "time", "color"}[i%3], i), "a picker of dates and colors", "picker")
		packages, downloads[p.Name] = append(packages, p), uint64(i*i*i*1000)
	}
	s := catalog(t, 20, downloads, packages...)
	for _, text := range []string{"picker", "date picker", "colour picker -time", "pickr", `"picker of dates" color`, "keywords:picker", "nothing"} {
		req := Request{Text: text, Size: 5}
		got := ask(t, s, req)
		req.Exhaustive = true
		want := ask(t, s, req)
		if want.Stats.Scored != want.Total {
			t.Errorf("%s: %d of %d matches are scored", text, want.Stats.Scored, want.Total)
		}
		if got.Stats.Scored < len(got.Hits) {
			t.Errorf("%s: %d are scored for %d hits", text, got.Stats.Scored, len(got.Hits))
		}
		if diff := cmp.Diff(scores(want), scores(got)); diff != "" {
			t.Errorf("%s (-exhaustive +got):\n%s", text, diff)
		}
	}
}

func scores(r *Result) []string {
	var all []string
	for _, h := range r.Hits {
		all = append(all, fmt.Sprintf("%s %.17g", h.Package.Name, h.Score))
	}
	return all
}
