package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// fakeSearcher pages over a fixed list and notes what it was asked.
type fakeSearcher struct {
	hits   []search.Hit
	err    error
	before func(context.Context) // runs first
	asked  search.Request
	calls  int
}

func (f *fakeSearcher) Search(ctx context.Context, req search.Request) (*search.Result, error) {
	f.asked, f.calls = req, f.calls+1
	if f.before != nil {
		f.before(ctx)
	}
	from := min(req.From, len(f.hits))
	page := f.hits[from:min(from+req.Size, len(f.hits))]
	return &search.Result{Hits: page, Total: len(f.hits), Generation: "g1", LLN: 7, Took: 1500 * time.Microsecond}, f.err
}

func (f *fakeSearcher) Suggest(_ context.Context, text string, size int) (*search.Suggestions, error) {
	out := &search.Suggestions{}
	if len(f.hits) > 0 {
		out.Completions = []string{text + " more"}
	}
	for _, hit := range f.hits {
		if strings.HasPrefix(hit.Package.Name, text) && len(out.Names) < size {
			out.Names = append(out.Names, search.Suggestion{Name: hit.Package.Name})
		}
	}
	return out, f.err
}

// fakePackages holds records by name.
type fakePackages map[string]store.Package

func (f fakePackages) Get(_ context.Context, name string) (store.Package, error) {
	p, ok := f[name]
	if !ok {
		return p, store.ErrNotFound
	}
	return p, nil
}

func (f fakePackages) GetMany(_ context.Context, names []string) (out []store.Package, _ error) {
	for _, name := range names {
		if p, ok := f[name]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

var noon = time.Date(2026, 5, 16, 12, 0, 0, 123e6, time.UTC)

// fullPackage has every field.
func fullPackage() store.Package {
	return store.Package{
		Name: "@scope/full", Status: store.Active, Version: "2.1.0", VersionsCount: 3,
		DistTags:    map[string]string{"latest": "2.1.0", "next": "3.0.0-rc.1"},
		Description: "Renders <b> & other \"markup\"", Keywords: []string{"markup", "render"}, License: "MIT",
		Author:      &store.Person{Name: "Ada Example", Email: "ada@registry.example", URL: "https://ada.example"},
		Publisher:   &store.User{Username: "ada", Email: "ada@registry.example"},
		Maintainers: []store.User{{Username: "ada", Email: "ada@registry.example"}, {Username: "bob"}},
		Repository:  "https://code.example/scope/full", Homepage: "https://full.example", Bugs: "https://code.example/scope/full/issues",
		Date: noon.AddDate(0, -1, 0), Created: noon.AddDate(-3, 0, 0), Modified: noon.AddDate(0, 0, -1),
		Deprecated: true, DeprecatedMessage: "use @scope/fuller",
		Dependencies: map[string]string{"left": "^1.0.0"}, PeerDependencies: map[string]string{"right": ">=2"},
		Engines: map[string]string{"node": ">=20"}, Bin: []string{"full"}, Types: true, Module: store.Dual,
		InstallScript: true, Provenance: true, UnpackedSize: 4096,
		FirstPublished: noon.AddDate(-3, 0, 0), LastPublished: noon.AddDate(0, -1, 0), ReadmeBytes: 900,
		Downloads: 3000, Dependents: 13,
		Scores: score.Scores{Popularity: 0.3, Quality: 0.6, Maintenance: 0.9},
	}
}

// minimalPackage has nothing but what makes it a package.
func minimalPackage() store.Package {
	return store.Package{Name: "bare", Status: store.Active, Version: "0.0.1"}
}

// newTestAPI is an API over one full and one minimal package.
func newTestAPI(o Options) (*API, *fakeSearcher) {
	full, bare := fullPackage(), minimalPackage()
	s := &fakeSearcher{hits: []search.Hit{
		{Package: full, Score: 12.5, Final: 0.61, Explain: []search.Part{{Label: "name", Value: 12.5}}},
		{Package: bare, Score: 0.25},
	}}
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	return New(o, s, fakePackages{full.Name: full, bare.Name: bare}), s
}

// get asks a handler; header holds pairs of name and value.
func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	return do(h, "GET", target, nil, header...)
}

func do(h http.Handler, method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	r.Host = "127.0.0.1"
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// decode reads a JSON reply.
func decode[T any](t testing.TB, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("reply %q: %v", w.Body, err)
	}
	return v
}

// wantError checks the status, the code and the form of an error reply.
func wantError(t testing.TB, w *httptest.ResponseRecorder, status int, code string) ErrorBody {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/json; charset=utf-8" {
		t.Errorf("content type %q", ct)
	}
	if cc := w.Header().Get("Cache-Control"); cc != "no-store" {
		t.Errorf("cache control %q of an error", cc)
	}
	body := decode[ErrorBody](t, w)
	if body.Code != code || body.Error == "" || body.RequestID == "" {
		t.Errorf("error body %+v, want code %s, a message and a request id", body, code)
	}
	return body
}
