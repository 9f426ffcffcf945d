package search

import (
	"errors"
	"slices"
	"testing"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

func TestWeighing(t *testing.T) {
	ask := score.Weights{Quality: 1, Popularity: 1, Maintenance: 0}
	for text, want := range map[string]score.Weights{
		"a":                    ask,
		"a score-effect:3":     ask,
		"a quality-weight:2":   {Quality: 2, Popularity: 1, Maintenance: 0},
		"-popularity-weight:5": {Quality: 1, Popularity: 0, Maintenance: 0},
		"maintenance-weight:1 MAINTENANCE-weight:.5 quality-weight:100": {Quality: 100, Popularity: 1, Maintenance: 0.5},
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Weighing.over(&ask); *got != want {
			t.Errorf("%s: %+v, want %+v", text, *got, want)
		}
		if ask != (score.Weights{Quality: 1, Popularity: 1, Maintenance: 0}) {
			t.Fatal("the request was changed")
		}
	}
	if q, _ := Parse("quality-weight:2"); *q.Weighing.over(nil) != (score.Weights{Quality: 2, Popularity: 0.98, Maintenance: 0.5}) {
		t.Error("the others do not have their usual weights")
	}
	for _, text := range []string{"quality-weight:101", "score-effect:26", "score-effect:-1", "score-effect:NaN", "score-effect:Inf", "score-effect:0x1p2",
		"quality-weight:1e1", "quality-weight:.", "quality-weight:1_0", "quality-weight:much"} {
		if _, err := Parse(text); !errors.Is(err, ErrBadQuery) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWeighingMovesPackages(t *testing.T) {
	used, kept := pkg("used-comet", "A comet"), pkg("kept-comet", "A comet")
	kept.Date, kept.LastPublished, kept.ReadmeBytes, kept.License, kept.TestScript = testNow, testNow, 9000, "MIT", true
	s := catalog(t, 1, map[string]uint64{"used-comet": 5e6}, used, kept, store.Package{Name: "bare-comet", Status: store.Active, Version: "1.0.0", Description: "A comet"})
	for text, want := range map[string][]string{
		"comet":                              {"used-comet", "kept-comet", "bare-comet"},
		"comet score-effect:0":               {"bare-comet", "kept-comet", "used-comet"}, // by name: the words say the same of each
		"comet popularity-weight:0":          {"kept-comet", "bare-comet", "used-comet"},
		"comet -popularity-weight:1":         {"kept-comet", "bare-comet", "used-comet"},
		"popularity-weight:0 score-effect:1": {"kept-comet", "bare-comet", "used-comet"},
	} {
		if got := found(t, s, text); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestWeighingKeepsCursors: weights in the text are part of the question.
func TestWeighingKeepsCursors(t *testing.T) {
	s := catalog(t, 1, map[string]uint64{"b-comet": 5e6}, pkg("a-comet", ""), pkg("b-comet", ""), pkg("c-comet", ""))
	req := Request{Text: "comet popularity-weight:0", Size: 1}
	var names []string
	for range 3 {
		r, err := s.Search(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, r.Hits[0].Package.Name)
		req.Cursor = r.Next
	}
	if want := found(t, s, req.Text); !slices.Equal(names, want) || req.Cursor != "" {
		t.Errorf("%v and the cursor %q, want %v and none", names, req.Cursor, want)
	}
}
