package search

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// ask searches or fails the test.
func ask(t rapid.TB, s *Searcher, req Request) *Result {
	t.Helper()
	r, err := s.Search(context.Background(), req)
	if err != nil {
		t.Fatalf("%+v: %v", req, err)
	}
	return r
}

// TestWalksCoverEachMatchOnce pages with from and with cursors, from anywhere, in pages of changing size, over
// packages of which many are alike. Both give the same order, whatever segments the packages lie in.
func TestWalksCoverEachMatchOnce(t *testing.T) {
	packages := varied()
	for i := range 60 { // alike in all but the name
		packages = append(packages, pkg(fmt.Sprintf("twin-%02d", i*7%60), "a parser of the date", "date"))
	}
	downloads := map[string]uint64{"p-1": 5e6, "p-2": 5e6, "p-3": math.MaxUint64, "twin-03": 1}
	searchers := []*Searcher{catalog(t, 100, downloads, packages...), catalog(t, 9, downloads, packages...)}
	for _, s := range searchers { // dependents are those of the moment at which a package was written
		if err := s.index.Rescore(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		req := Request{
			Text: rapid.SampledFrom([]string{"", "parser", "date parser", "date parser has:types", "p-3", "twin", "nothing-like-it"}).Draw(rt, "text"),
			Sort: rapid.SampledFrom(Sorts()).Draw(rt, "sort"),
		}
		if rapid.Bool().Draw(rt, "weights") {
			req.Weights = &score.Weights{Popularity: 1, Quality: 0.3}
		}
		if rapid.Bool().Draw(rt, "facets") {
			req.Facets = Facets()
		}
		if rapid.Bool().Draw(rt, "choice") {
			req.Choices = []Choice{{FacetKeyword, []string{"date"}}, {FacetTypes, []string{"false"}}}
		}
		size := rapid.IntRange(1, 40)
		var want []string
		for whole := req; ; { // in one way, with from
			whole.Size, whole.From = size.Draw(rt, "size"), len(want)
			r := ask(rt, searchers[0], whole)
			for _, h := range r.Hits {
				want = append(want, h.Package.Name)
			}
			if (r.Next == "") != (len(want) == r.Total) {
				rt.Fatalf("%d of %d, and the cursor is %q", len(want), r.Total, r.Next)
			}
			if len(r.Hits) == 0 || len(want) == r.Total {
				break
			}
		}
		if sorted := slices.Compact(slices.Sorted(slices.Values(want))); len(sorted) != len(want) {
			rt.Fatalf("%d hits of %d packages", len(want), len(sorted))
		}
		var got []string // in another, with cursors of pages and of hits
		s := searchers[rapid.IntRange(0, 1).Draw(rt, "searcher")]
		for {
			req.Size = size.Draw(rt, "size")
			r := ask(rt, s, req)
			n := len(r.Hits)
			req.Cursor = r.Next
			if n > 1 && rapid.Bool().Draw(rt, "break off") {
				n = rapid.IntRange(1, n-1).Draw(rt, "hits")
				req.Cursor = r.Hits[n-1].Cursor
			}
			for _, h := range r.Hits[:n] {
				got = append(got, h.Package.Name)
			}
			if r.Total != len(want) || len(got) > len(want) {
				rt.Fatalf("%d of %d, want %d", len(got), r.Total, len(want))
			}
			if req.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("with cursors %q\nwith from    %q", got, want)
		}
	})
}

// TestWalkGoesDeeperThanFrom reaches every package of a catalogue larger than MaxFrom.
func TestWalkGoesDeeperThanFrom(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	var packages []store.Package
	for i := range MaxFrom + 300 {
		packages = append(packages, pkg(fmt.Sprintf("deep-%d", i), "a thing"))
	}
	s := catalog(t, 3000, nil, packages...)
	last := ask(t, s, Request{Text: "thing", Size: MaxSize, From: MaxFrom - 100})
	if len(last.Hits) != 100 || last.Next == "" {
		t.Fatalf("the last page has %d hits, cursor %q", len(last.Hits), last.Next)
	}
	for _, size := range []int{0, MaxSize} { // beyond the last page: none of it, but the way on
		end := ask(t, s, Request{Text: "thing", Size: size, From: MaxFrom})
		if len(end.Hits) != 0 || end.Next != last.Next {
			t.Errorf("from %d: %d hits, cursor %q, want none and %q", MaxFrom, len(end.Hits), end.Next, last.Next)
		}
	}
	seen := map[string]bool{}
	for req := (Request{Text: "thing", Size: MaxSize}); ; {
		r := ask(t, s, req)
		for _, h := range r.Hits {
			if seen[h.Package.Name] {
				t.Fatalf("%s comes twice", h.Package.Name)
			}
			seen[h.Package.Name] = true
		}
		if req.Cursor = r.Next; req.Cursor == "" {
			break
		}
	}
	if len(seen) != len(packages) {
		t.Errorf("%d of %d packages", len(seen), len(packages))
	}
}

func TestBadCursors(t *testing.T) {
	s := catalog(t, 100, nil, varied()...)
	req := Request{Text: "parser", Size: 3}
	cursor := ask(t, s, req).Next
	flip := func(at int) string {
		b, _ := base64.RawURLEncoding.DecodeString(cursor)
		b[at] ^= 1
		return base64.RawURLEncoding.EncodeToString(b)
	}
	other := []func(*Request){
		func(r *Request) { r.Text = "date" }, func(r *Request) { r.Sort = ByName },
		func(r *Request) { r.Weights = &score.Weights{Popularity: 1} },
		func(r *Request) { r.Choices = []Choice{{FacetTypes, []string{"true"}}} }, func(r *Request) { r.From = 3 },
	}
	for _, change := range other {
		changed := req
		changed.Cursor = cursor
		change(&changed)
		if _, err := s.Search(t.Context(), changed); !errors.Is(err, ErrBadCursor) {
			t.Errorf("%+v: %v", changed, err)
		}
	}
	for _, bad := range []string{"x", "!", cursor + "=", cursor + "A", cursor[1:], cursor[:len(cursor)-4], " " + cursor, cursor + "\n", "=", strings.Repeat("A", 1<<20),
		flip(0), flip(3), flip(12), flip(18), flip(22)} {
		req.Cursor = bad
		if _, err := s.Search(t.Context(), req); !errors.Is(err, ErrBadCursor) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	req.Cursor, req.Size, req.Facets, req.Explain, req.Highlight = cursor, 1, Facets(), true, true
	req.Weights = &score.Weights{}
	*req.Weights = score.DefaultWeights()
	ask(t, s, req) // what changes neither matches nor order may change
}

// TestCursorSurvivesItsPackage goes on after a package that is gone.
func TestCursorSurvivesItsPackage(t *testing.T) {
	s := catalog(t, 100, nil, pkg("a", "thing"), pkg("b", "thing"), pkg("c", "thing"))
	req := Request{Text: "thing", Size: 2, Sort: ByName}
	req.Cursor = ask(t, s, req).Next
	gone := pkg("b", "")
	gone.Status = store.Unpublished
	if err := s.index.Apply(t.Context(), store.Batch{Packages: []store.Package{gone}}); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, s, req); len(r.Hits) != 1 || r.Hits[0].Package.Name != "c" || r.Next != "" || r.Total != 2 {
		t.Errorf("%+v", r)
	}
}

func TestSortable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.Float64().Draw(rt, "a"), rapid.Float64().Draw(rt, "b")
		if (a < b) != (sortable(a) < sortable(b)) || (a == b) != (sortable(a) == sortable(b)) {
			rt.Fatalf("%g is %x, %g is %x", a, sortable(a), b, sortable(b))
		}
	})
}

func FuzzCursor(f *testing.F) {
	question := Request{Text: "x"}.question()
	f.Add(encodeCursor(question, place{1, []byte("left-pad")}))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		at, err := decodeCursor(cursor, question)
		switch {
		case err == nil && encodeCursor(question, at) != cursor:
			t.Fatalf("%q reads as %+v, which is written otherwise", cursor, at)
		case err != nil && !errors.Is(err, ErrBadCursor):
			t.Fatal(err)
		}
		if own := encodeCursor(question, place{uint64(len(cursor)), []byte(cursor)}); len(cursor) <= maxCursorName {
			if at, err := decodeCursor(own, question); err != nil || string(at.name) != cursor || at.key != uint64(len(cursor)) {
				t.Fatalf("%q comes back as %+v, %v", cursor, at, err)
			}
		}
	})
}
