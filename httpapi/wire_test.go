package httpapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/store"
	"pkgsearch/search"
)

var update = flag.Bool("update", false, "rewrite the golden replies")

// golden compares a JSON reply, key order included, with a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, got, "", "  "); err != nil {
		t.Fatalf("reply %q: %v", got, err)
	}
	path := filepath.Join("testdata", "wire", name+".json")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestGoldenReplies(t *testing.T) {
	api, _ := newTestAPI(Options{SiteURL: "https://registry.example/package/{name}"})
	for name, target := range map[string]string{
		"npm-search":    "/-/v1/search?text=full&size=20&from=0&quality=0.65&popularity=0.98&maintenance=0.5",
		"npm-empty":     "/-/v1/search?text=full&from=2",
		"suggest":       "/-/v1/suggest?text=b",
		"api-search":    "/api/v1/search?text=full&explain=1",
		"unknown-name":  "/api/v1/packages/nothing",
		"unknown-route": "/search",
	} {
		golden(t, name, get(api, target, "X-Request-Id", "test").Body.Bytes())
	}
	bare, _ := newTestAPI(Options{})
	full := fullPackage()
	doc := documentOf(&full, "", noon)
	doc.Scores = ScoreParts{} // package score tests its own numbers
	body, err := encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "package", body)
	golden(t, "npm-search-no-site", get(bare, "/-/v1/search?text=full&size=1").Body.Bytes())
}

// TestDetailOfAPackage looks at the fields whose numbers are made by the scores.
func TestDetailOfAPackage(t *testing.T) {
	api, _ := newTestAPI(Options{})
	doc := decode[Document](t, get(api, "/api/v1/packages/@scope/full"))
	full := fullPackage()
	if diff := cmp.Diff(documentOf(&full, "", noon), doc); diff != "" {
		t.Errorf("document differs from what it was made of (-want +got):\n%s", diff)
	}
	for name, s := range map[string]ScorePart{"popularity": doc.Scores.Popularity, "quality": doc.Scores.Quality, "maintenance": doc.Scores.Maintenance} {
		if len(s.Parts) == 0 {
			t.Errorf("%s has no parts", name)
		}
		var sum, weight float64
		for _, p := range s.Parts {
			sum, weight = sum+p.Value*p.Weight, weight+p.Weight
		}
		if got := sum / weight; got-float64(s.Score) > 1e-6 || float64(s.Score)-got > 1e-6 {
			t.Errorf("%s is %v but its parts make %v", name, s.Score, got)
		}
	}
}

// TestClientsCanReadEveryHit draws packages with any field absent or odd and checks what npm 6 to 12, pnpm
// and typed clients dereference.
func TestClientsCanReadEveryHit(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "x", "Ünï", "\x00", "a\xffb"})
	user := rapid.Custom(func(t *rapid.T) store.User {
		return store.User{Username: text.Draw(t, "user"), Email: text.Draw(t, "email")}
	})
	when := rapid.SampledFrom([]time.Time{{}, noon, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)})
	iso := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

	rapid.Check(t, func(t *rapid.T) {
		p := store.Package{
			Name: rapid.SampledFrom([]string{"a", "@s/n", "-"}).Draw(t, "name"), Status: store.Active, Version: text.Draw(t, "version"),
			Description: text.Draw(t, "description"), Keywords: rapid.SliceOfN(text, 0, 3).Draw(t, "keywords"), License: text.Draw(t, "license"),
			Maintainers: rapid.SliceOfN(user, 0, 3).Draw(t, "maintainers"), Date: when.Draw(t, "date"), Modified: when.Draw(t, "modified"),
			Deprecated: rapid.Bool().Draw(t, "deprecated"), DeprecatedMessage: text.Draw(t, "message"), Downloads: rapid.Uint64().Draw(t, "downloads"),
		}
		if rapid.Bool().Draw(t, "has author") {
			p.Author = &store.Person{Name: text.Draw(t, "author"), Email: text.Draw(t, "author email")}
		}
		if rapid.Bool().Draw(t, "has publisher") {
			p.Publisher = new(user.Draw(t, "publisher"))
		}
		body, err := encode(npmShape(search.Hit{Package: p}, ""))
		if err != nil {
			t.Fatal(err)
		}
		var o map[string]any
		if err := json.Unmarshal(body, &o); err != nil {
			t.Fatal(err)
		}
		pkg := o["package"].(map[string]any)
		for _, key := range []string{"name", "version", "description", "sanitized_name", "scope"} {
			_ = pkg[key].(string)
		}
		for _, keyword := range pkg["keywords"].([]any) {
			_ = keyword.(string)
		}
		for _, m := range pkg["maintainers"].([]any) {
			if m.(map[string]any)["username"].(string) == "" {
				t.Fatal("a maintainer without a username")
			}
		}
		_ = pkg["publisher"].(map[string]any)["username"].(string)
		_ = pkg["links"].(map[string]any)
		for _, date := range []any{pkg["date"], o["updated"]} {
			if date != nil && !iso.MatchString(date.(string)) {
				t.Fatalf("date %v", date)
			}
		}
		if author := pkg["author"]; author != nil && author.(map[string]any)["name"].(string) == "" {
			t.Fatal("an author without a name")
		}
		flags := o["flags"].(map[string]any)
		_ = flags["insecure"].(float64)
		if p.Deprecated && flags["deprecated"].(string) == "" {
			t.Fatal("deprecated without a message")
		}
		detail := o["score"].(map[string]any)["detail"].(map[string]any)
		_ = detail["quality"].(float64) + detail["popularity"].(float64) + detail["maintenance"].(float64) + o["searchScore"].(float64) + o["dependents"].(float64)
		downloads := o["downloads"].(map[string]any)
		if downloads["weekly"].(float64) > downloads["monthly"].(float64) {
			t.Fatal("a week has more downloads than its month")
		}
	})
}

func TestDateIsGivenWheneverOneIsKnown(t *testing.T) {
	for _, p := range []store.Package{{Date: noon}, {LastPublished: noon}, {Modified: noon}, {Created: noon}} {
		if got := npmShape(search.Hit{Package: p}, "").Package.Date; got != "2026-05-16T12:00:00.123Z" {
			t.Errorf("date %q of %+v", got, p)
		}
	}
}

func TestUnstable(t *testing.T) {
	for version, want := range map[string]bool{"1.0.0": false, "0.9.0": true, "2.0.0-rc.1": true, "1.0.0+build-5": false, "10.0.0": false} {
		if got := unstable(version); got != want {
			t.Errorf("unstable(%q) = %t", version, got)
		}
	}
}

func TestTombstonesAreNotShown(t *testing.T) {
	names := map[store.Status]string{store.Unpublished: "unpublished", store.Deleted: "deleted", store.Empty: "no_versions"}
	records := fakePackages{"held": {Name: "held", Status: store.SecurityHeld}}
	for status := range names {
		records[string(status)] = store.Package{Name: string(status), Status: status}
	}
	api := New(Options{}, &fakeSearcher{}, records)
	for status, code := range names {
		wantError(t, get(api, "/api/v1/packages/"+string(status)), 404, code)
	}
	many := decode[ManyReply](t, do(api, "POST", "/api/v1/packages", strings.NewReader(`{"names":["deleted","held","unpublished","no","held"]}`)))
	if diff := cmp.Diff([]string{"deleted", "unpublished", "no"}, many.Missing); diff != "" {
		t.Error(diff)
	}
	if len(many.Packages) != 1 || many.Packages[0].Name != "held" || !many.Packages[0].SecurityHeld {
		t.Errorf("packages %+v, want the held one once", many.Packages)
	}
}
