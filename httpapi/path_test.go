package httpapi

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pkgsearch/index/store"
	"pkgsearch/ingest"
)

// namedPackages notes each name it is asked for; every name exists.
type namedPackages struct {
	fakePackages
	asked []string
}

func (n *namedPackages) Get(_ context.Context, name string) (store.Package, error) {
	n.asked = append(n.asked, name)
	return store.Package{Name: name, Status: store.Active}, nil
}

// separators joined up to three times, empty included.
func separators() []string {
	parts := []string{"/", "%2f", "%2F", "%252f", ".", "%2e", "..", `\`, "%5c", ";", "//", "%00", "%25"}
	all := []string{""}
	for start := 0; len(all) < 1+13+13*13+13*13*13; {
		end := len(all)
		for _, prefix := range all[start:end] {
			for _, p := range parts {
				all = append(all, prefix+p)
			}
		}
		start = end
	}
	return all
}

// TestPathTricks joins a scope and a name, and climbs towards the admin routes, in every way: only the
// canonical spellings reach a handler, and nothing is redirected.
func TestPathTricks(t *testing.T) {
	reindex := &fakeReindexer{}
	admin := NewAdmin(AdminOptions{}, reindex, nil)
	for _, sep := range separators() {
		names := &namedPackages{}
		api := New(Options{}, &fakeSearcher{}, names)
		w := get(api, "/api/v1/packages/@scope"+sep+"full")
		// Dots at the end of a scope are letters of another name, not a way up.
		dots := sep[:len(sep)-len(strings.TrimLeft(sep, "."))]
		if slash := sep[len(dots):]; slash == "/" || strings.EqualFold(slash, "%2f") {
			if w.Code != 200 || len(names.asked) != 1 || names.asked[0] != "@scope"+dots+"/full" {
				t.Errorf("separator %q: %d, asked %q", sep, w.Code, names.asked)
			}
		} else if w.Code != 400 || len(names.asked) != 0 {
			t.Errorf("separator %q: %d, asked %q, want 400", sep, w.Code, names.asked)
		}
		for _, target := range []string{"/x" + sep + "-/admin/reindex", "/" + sep + "admin/reindex", "/admin" + sep + "reindex", "/x" + sep + "admin/reindex"} {
			path := target == "/admin/reindex"
			w := do(admin, "POST", target, nil)
			if path != (w.Code == 202) || w.Code/100 == 3 {
				t.Errorf("POST %q on the admin listener: %d", target, w.Code)
			}
			if w := do(api, "POST", target, nil); w.Code != 400 && w.Code != 404 {
				t.Errorf("POST %q: %d, want 400 or 404", target, w.Code)
			}
		}
		for _, target := range []string{"/-" + sep + "v1/search", "/" + sep + "-/v1/search", "/-/v1/search" + sep} {
			if w := get(api, target); (w.Code == 200) != (target == "/-/v1/search") || w.Code/100 == 3 {
				t.Errorf("GET %q: %d", target, w.Code)
			}
		}
	}
	if reindex.started != 2 { // nothing in "/"+"admin/reindex", "/" in "/admin"+"reindex"
		t.Errorf("reindex was started %d times", reindex.started)
	}
}

func TestDotSegmentsAreRefused(t *testing.T) {
	api, _ := newTestAPI(Options{})
	for _, slash := range []string{"/", "%2f", "%2F"} {
		for _, dots := range []string{".", "..", "%2e", "%2e.", ".%2E", ""} {
			for _, target := range []string{"/x" + slash + dots + slash + "-/v1/search", "/x/" + dots + slash + "healthz", "/api/v1/packages/@s" + slash + dots + "/n"} {
				wantError(t, get(api, target), 400, "bad_path")
			}
		}
	}
	for _, target := range []string{"/.", "/..", "/healthz/..", "/healthz%2f.."} {
		wantError(t, get(api, target), 400, "bad_path")
	}
}

func TestPackageNames(t *testing.T) {
	long := strings.Repeat("n", 214)
	for path, want := range map[string]string{
		"bare": "bare", "-": "-", "JSONStream": "JSONStream", "a.b_c~d": "a.b_c~d", "x!'()*": "x!'()*", "x%21%27%28%29%2a%7e": "x!'()*~",
		"@s/n": "@s/n", "@s%2fn": "@s/n", "@s%2Fn": "@s/n", "%40s%2Fn": "@s/n", "%40s/n": "@s/n", long: long, "n": "n", "retry": "retry", "@-/-": "@-/-", "@_s/n": "@_s/n",
		strings.Repeat("n", 512): strings.Repeat("n", 512),
	} {
		names := &namedPackages{}
		w := get(New(Options{}, &fakeSearcher{}, names), "/api/v1/packages/"+path)
		if w.Code != 200 || len(names.asked) != 1 || names.asked[0] != want {
			t.Errorf("%s: %d, asked %q, want %q", path, w.Code, names.asked, want)
		}
	}
	for _, path := range []string{".hidden", "_private", "@s", "@s/", "@/n", "@s/.n", "@s/_n", "node_modules", "Favicon.ICO", "@s/n/m", "@s%2fn%2fm", "a/b", "a%2fb", "@@s/n", "s@n", "a:b", "a,b", "a=b", "a+b", "a&b", "a$b", strings.Repeat("n", 513)} {
		names := &namedPackages{}
		w := get(New(Options{}, &fakeSearcher{}, names), "/api/v1/packages/"+path)
		if body := wantError(t, w, 400, "bad_name"); body.Limit != 512 || len(names.asked) != 0 {
			t.Errorf("%s: %+v, asked %q", path, body, names.asked)
		}
	}
	for _, path := range []string{"a%20b", "%C3%A9", "é", "a%0Ab", "%61", "a%2525", `a"b`, "a|b"} {
		r := httptest.NewRequest("GET", "/api/v1/packages/x", nil)
		u, err := r.URL.Parse("/api/v1/packages/" + path)
		if err != nil {
			t.Fatal(err)
		}
		r.URL = u
		w := httptest.NewRecorder()
		New(Options{}, &fakeSearcher{}, &namedPackages{}).ServeHTTP(w, r)
		wantError(t, w, 400, "bad_path")
	}
}

// TestNamesAreThoseOfIngest: what can be taken in can be asked for, and nothing else.
func TestNamesAreThoseOfIngest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(
			rapid.StringMatching(`@?[a_.]{0,2}(/[a_.]{0,2})?`),
			rapid.StringMatching(`[@/._ ~!'()*%\\a-cé-]{0,6}`),
			rapid.SampledFrom([]string{"node_modules", "NODE_modules", "favicon.ico", "@s/node_modules", strings.Repeat("n", 512), strings.Repeat("n", 513)}),
		).Draw(t, "name")
		if got, want := validName(name), ingest.ValidName(name); got != want {
			t.Fatalf("validName(%q) = %t, ingest.ValidName %t", name, got, want)
		}
	})
}

func FuzzName(f *testing.F) {
	for _, seed := range []string{"bare", "@s/n", "@s%2fn", "..%2f..", "%2e%2e/x", "a//b", `a\b`, "%00", "%252f", "@s%2F", ";", "é"} {
		f.Add(seed)
	}
	names := &namedPackages{}
	api := New(Options{}, &fakeSearcher{}, names)
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := r.URL.Parse("http://127.0.0.1/api/v1/packages/x")
		if err != nil {
			t.Fatal(err)
		}
		u, err = u.Parse("http://127.0.0.1/api/v1/packages/" + path)
		if err != nil || u.Fragment != "" {
			return
		}
		r.URL = u
		names.asked = nil
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		switch w.Code {
		case 200, 400, 404, 414:
		default:
			t.Fatalf("%q: status %d", path, w.Code)
		}
		for _, name := range names.asked {
			if !validName(name) || strings.Contains(name, "%") {
				t.Fatalf("%q reached the store as %q", path, name)
			}
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"text=react&size=20", "text=a&text=b", "size=-1", "quality=0.65&popularity=0.98&maintenance=0.5", "a;b", "%zz", "text=%ff", "from=5000&size=250", "quality=NaN"} {
		f.Add(seed)
	}
	api, fake := newTestAPI(Options{})
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/-/v1/search", "/api/v1/search", "/-/v1/suggest"} {
			r := httptest.NewRequest("GET", path, nil)
			r.URL.RawQuery = query
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			if w.Code != 200 && w.Code != 400 && w.Code != 414 {
				t.Fatalf("%s?%q: status %d", path, query, w.Code)
			}
		}
		q := fake.asked
		if q.Size < 0 || q.Size > 250 || q.From < 0 || q.From+q.Size > 5000 || len(q.Text) > 1024 {
			t.Fatalf("%q asked for %+v", query, q)
		}
		if w := q.Weights; w != nil && !(w.Quality >= 0 && w.Quality <= 1 && w.Popularity >= 0 && w.Popularity <= 1 && w.Maintenance >= 0 && w.Maintenance <= 1) {
			t.Fatalf("%q asked for weights %+v", query, *w)
		}
	})
}
