package httpapi

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeadIsGetWithoutBody(t *testing.T) {
	api, _ := newTestAPI(Options{Position: func() Position { return Position{Generation: "g"} }})
	for _, target := range []string{"/", "/-/v1/search?text=a", "/-/v1/suggest?text=b", "/api/v1/search", "/api/v1/packages/bare", "/api/v1/packages/none", "/api/v1/status", "/healthz", "/readyz", "/nothing", "/-/v1/search?size=x"} {
		full := get(api, target, "X-Request-Id", "same")
		head := do(api, "HEAD", target, nil, "X-Request-Id", "same")
		if head.Code != full.Code || head.Body.Len() != 0 {
			t.Errorf("HEAD %s: %d with %d bytes, GET %d", target, head.Code, head.Body.Len(), full.Code)
		}
		if diff := cmp.Diff(full.Header(), head.Header()); diff != "" {
			t.Errorf("HEAD %s: headers differ:\n%s", target, diff)
		}
	}
}

func TestETag(t *testing.T) {
	at := Position{Database: "d", Generation: "g1", LLN: 7}
	api, fake := newTestAPI(Options{Position: func() Position { return at }})
	const target = "/-/v1/search?text=a&size=20&from=0"
	tag := get(api, target).Header().Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("ETag %q", tag)
	}
	for _, header := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, `W/"x",` + tag} {
		before := fake.calls
		w := get(api, target, "If-None-Match", header)
		if w.Code != 304 || w.Body.Len() != 0 || fake.calls != before {
			t.Errorf("If-None-Match %s: %d with %d bytes, %d searches", header, w.Code, w.Body.Len(), fake.calls-before)
		}
		for name, want := range map[string]string{"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"} {
			if got := strings.Join(w.Header().Values(name), ", "); !strings.Contains(got, want) {
				t.Errorf("%s %q of a 304, want %q", name, got, want)
			}
		}
	}
	for _, header := range []string{"", "*", `W/"x"`, `"`, strings.ToUpper(tag)} {
		if w := get(api, target, "If-None-Match", header); w.Code != 200 {
			t.Errorf("If-None-Match %s: %d", header, w.Code)
		}
	}
	// Equal questions share a tag, whatever the spelling; others do not.
	for query, same := range map[string]bool{
		"from=0&size=20&text=a": true, "text=a": true, "text=%61": true, "text=a&unknown=1": true, "text=a&quality=0&popularity=0&maintenance=0": true,
		"text=A": false, "text=a&size=21": false, "text=a&from=1": false, "text=a&quality=1": false, "": false,
	} {
		if got := get(api, "/-/v1/search?"+query).Header().Get("ETag"); (got == tag) != same {
			t.Errorf("%s: tag %s, first was %s", query, got, tag)
		}
	}
	tags := map[string]string{tag: target}
	for _, other := range []string{"/api/v1/search?text=a", "/api/v1/search?text=a&explain=1", "/-/v1/suggest?text=a", "/api/v1/packages/bare", "/api/v1/packages/@scope/full"} {
		got := get(api, other).Header().Get("ETag")
		if tags[got] != "" || got == "" {
			t.Errorf("%s has the tag %q of %q", other, got, tags[got])
		}
		tags[got] = other
		if w := get(api, other, "If-None-Match", got); w.Code != 304 {
			t.Errorf("%s with its tag: %d", other, w.Code)
		}
	}
	for _, moved := range []Position{{"d", "g1", 8, 0}, {"d", "g2", 7, 0}, {"e", "g1", 7, 0}, {"d", "g1", 7, 1}} {
		at = moved
		if w := get(api, target, "If-None-Match", tag); w.Code != 200 {
			t.Errorf("after a move to %+v: %d", moved, w.Code)
		}
	}
	// Errors carry no tag, whatever was set before them.
	fake.err = errors.New("broken")
	if w := get(api, target); w.Header().Get("ETag") != "" {
		t.Error("an error has an ETag")
	}
	if w := get(api, "/api/v1/packages/none", "If-None-Match", tag); w.Code != 404 {
		t.Errorf("unknown package: %d", w.Code)
	}
}
