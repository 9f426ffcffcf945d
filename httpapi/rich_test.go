package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/search"
)

// richSearcher adds to a fake's answers what the richer route can show.
type richSearcher struct{ *fakeSearcher }

func (s richSearcher) Search(ctx context.Context, req search.Request) (*search.Result, error) {
	r, err := s.fakeSearcher.Search(ctx, req)
	if r == nil || err != nil {
		return r, err
	}
	r.Next = "bmV4dA"
	r.Facets = map[string][]search.FacetCount{}
	for _, f := range req.Facets {
		r.Facets[f.String()] = []search.FacetCount{{Value: "most", Count: 2}, {Value: "less", Count: 1}}
	}
	for i := range r.Hits {
		r.Hits[i].Cursor = fmt.Sprint("after-", i)
		if req.Highlight {
			r.Hits[i].Highlights = &search.Highlights{Name: []search.Highlight{{7, 4}}, Description: []search.Highlight{}, Keywords: [][]search.Highlight{{}, {{0, 6}}}}
		}
	}
	return r, nil
}

func newRichAPI(o Options) (*API, *fakeSearcher) {
	_, fake := newTestAPI(o)
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	return New(o, richSearcher{fake}, fakePackages{}), fake
}

func TestRichReply(t *testing.T) {
	api, _ := newRichAPI(Options{})
	golden(t, "api-rich", get(api, "/api/v1/search?text=full&highlight=1&facets=license,module&size=1").Body.Bytes())
	for _, target := range []string{"/-/v1/search?text=full&facets=license&highlight=1", "/-/v1/search?text=full&sort=name&cursor=x&license=%22"} {
		if body := get(api, target).Body.String(); strings.Contains(body, "facets") || strings.Contains(body, "highlights") || strings.Contains(body, "next") {
			t.Errorf("npm's own route answers %s", body)
		}
	}
}

func TestRichParameters(t *testing.T) {
	api, fake := newRichAPI(Options{})
	choice := func(f search.Facet, values ...string) search.Choice { return search.Choice{Facet: f, Values: values} }
	for query, want := range map[string]search.Request{
		"":                                {Size: 20},
		"sort=relevance":                  {Size: 20},
		"sort=downloads&size=3":           {Size: 3, Sort: search.ByDownloads},
		"sort=name&from=7":                {Size: 20, From: 7, Sort: search.ByName},
		"cursor=abc&size=999":             {Size: 250, Cursor: "abc"},
		"cursor=abc&from=0":               {Size: 20, Cursor: "abc"},
		"cursor=&sort=&facets=&license=":  {Size: 20},
		"facets=updated,%20license,types": {Size: 20, Facets: []search.Facet{search.FacetUpdated, search.FacetLicense, search.FacetTypes}},
		"facets=scope&facetSize=500":      {Size: 20, Facets: []search.Facet{search.FacetScope}, FacetSize: 100},
		"highlight=1":                     {Size: 20, Highlight: true},
		"license=MIT,Apache+2,mit":        {Size: 20, Choices: []search.Choice{choice(search.FacetLicense, "apache-2.0", "mit")}},
		"keyword=" + url.QueryEscape(`CLI, "a, ""b""",`): {Size: 20, Choices: []search.Choice{choice(search.FacetKeyword, `a, "b"`, "cli")}},
		"scope=Babel,@types,unscoped&types=1&module=esm,dual&maintained=high&updated=month": {Size: 20, Choices: []search.Choice{
			choice(search.FacetScope, "@babel", "@types", "unscoped"), choice(search.FacetTypes, "true"), choice(search.FacetModule, "dual", "esm"),
			choice(search.FacetMaintenance, "high"), choice(search.FacetUpdated, "month"),
		}},
	} {
		if w := get(api, "/api/v1/search?"+query); w.Code != 200 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		} else if diff := cmp.Diff(want, fake.asked); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func TestRichParameterErrors(t *testing.T) {
	api, fake := newRichAPI(Options{})
	for query, want := range map[string][2]string{ // the code, and what the message must say
		"sort=best":                   {"bad_sort", "relevance, downloads, dependents, updated, created, name"},
		"sort=Name":                   {"bad_sort", "relevance"},
		"facets=license,colour":       {"bad_facets", "license, keyword, scope, types, module, maintenance, updated"},
		"facets=license;types":        {"bad_query_string", ""},
		"facets=types&facetSize=0":    {"bad_facet_size", "1 to 100"},
		"facets=types&facetSize=many": {"bad_facet_size", "1 to 100"},
		"types=maybe":                 {"bad_types", "true, false"},
		"module=umd":                  {"bad_module", "esm, cjs, dual"},
		"maintained=0.5":              {"bad_maintained", "high, medium, low"},
		"updated=2025":                {"bad_updated", "week, month, year, older"},
		"keyword=%22open":             {"bad_keyword", "quote"},
		"license=%22a%22b":            {"bad_license", "quote"},
		"highlight=please":            {"bad_highlight", "1 or 0"},
		"cursor=x&from=20":            {"bad_cursor", "one of them"},
		"sort=name&sort=name":         {"duplicate_parameter", "once"},
		"license=mit&license=isc":     {"duplicate_parameter", "once"},
	} {
		if body := wantError(t, get(api, "/api/v1/search?"+query), 400, want[0]); !strings.Contains(body.Error, want[1]) {
			t.Errorf("%s: %q does not say %q", query, body.Error, want[1])
		} else if strings.Contains(body.Error, "bad query") {
			t.Errorf("%s: %q says twice that it is wrong", query, body.Error)
		}
	}
	if fake.calls != 0 {
		t.Errorf("%d searches", fake.calls)
	}
	fake.err = fmt.Errorf("%w: it belongs to another question", search.ErrBadCursor)
	if body := wantError(t, get(api, "/api/v1/search?cursor=x"), 400, "bad_cursor"); !strings.Contains(body.Error, "another question") {
		t.Error(body.Error)
	}
	fake.err = errors.New("disk on fire")
	wantError(t, get(api, "/api/v1/search?cursor=x"), 500, "internal")
}

// TestTruncatedPageGoesOnAfterItsLastRow: what was cut off comes with the next page.
func TestTruncatedPageGoesOnAfterItsLastRow(t *testing.T) {
	api, _ := newRichAPI(Options{Limits: Limits{ReplyBytes: 1000}})
	reply := decode[SearchReply](t, get(api, "/api/v1/search?text=full"))
	if !reply.Truncated || len(reply.Hits) != 1 || reply.Next != "after-0" {
		t.Errorf("%d hits, truncated %t, next %q", len(reply.Hits), reply.Truncated, reply.Next)
	}
}

func TestETagOfRichQuestions(t *testing.T) {
	now := noon
	api, _ := newRichAPI(Options{Position: func() Position { return Position{} }, Now: func() time.Time { return now }})
	tag := func(query string) string { return get(api, "/api/v1/search?"+query).Header().Get("ETag") }
	seen := map[string]string{}
	for _, query := range []string{"", "sort=name", "sort=created", "cursor=x", "facets=types", "facets=types,license", "facets=types&facetSize=3",
		"highlight=1", "license=mit", "license=isc", "keyword=mit", "license=isc,mit", "types=true", "updated=week", "facets=updated"} {
		if other, ok := seen[tag(query)]; ok || tag(query) == "" {
			t.Errorf("%q has the tag of %q", query, other)
		}
		seen[tag(query)] = query
	}
	for a, b := range map[string]string{"license=mit,isc": "license=ISC,MIT", "sort=relevance": "", "types=1": "types=true", "cursor=": ""} {
		if tag(a) != tag(b) {
			t.Errorf("%q and %q ask the same", a, b)
		}
	}
	before := map[string]string{}
	for _, query := range []string{"text=a", "updated=week", "facets=updated"} {
		before[query] = tag(query)
	}
	now = now.AddDate(0, 0, 1) // and packages are a day older
	for query, old := range before {
		if moved := tag(query) != old; moved != strings.Contains(query, "updated") {
			t.Errorf("%q: a day later the tag has changed: %t", query, moved)
		}
	}
}

// TestDocumentation names every parameter, order, facet and value.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../docs/search-api.md")
	if err != nil {
		t.Fatal(err)
	}
	words := richParams()
	for _, s := range search.Sorts() {
		words = append(words, s.String())
	}
	for _, f := range search.Facets() {
		words = append(words, f.String(), filterParam(f)+"=")
	}
	for _, w := range words {
		if !strings.Contains(string(page), "`"+w) {
			t.Errorf("%s is not explained", w)
		}
	}
}
