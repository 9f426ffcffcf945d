package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestMethods(t *testing.T) {
	api, _ := newTestAPI(Options{})
	admin := NewAdmin(AdminOptions{}, &fakeReindexer{}, &fakeLetters{})
	for _, c := range []struct {
		h      http.Handler
		target string
		allow  string
	}{
		{api, "/", "GET, HEAD"},
		{api, "/-/v1/search", "GET, HEAD"},
		{api, "/-/v1/suggest?text=a", "GET, HEAD"},
		{api, "/api/v1/search", "GET, HEAD"},
		{api, "/api/v1/packages", "POST"},
		{api, "/api/v1/packages/bare", "GET, HEAD"},
		{api, "/api/v1/packages/@scope/full", "GET, HEAD"},
		{api, "/api/v1/status", "GET, HEAD"},
		{api, "/healthz", "GET, HEAD"},
		{api, "/readyz", "GET, HEAD"},
		{admin, "/metrics", "GET, HEAD"},
		{admin, "/admin/reindex", "GET, HEAD, POST"},
		{admin, "/admin/dead-letters", "GET, HEAD"},
		{admin, "/admin/dead-letters/x/retry", "POST"},
		{admin, "/debug/pprof/", "GET, HEAD"},
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"} {
			w := do(c.h, method, c.target, nil)
			if allowed := strings.Contains(c.allow+",", method+","); allowed == (w.Code == 405) {
				t.Errorf("%s %s: %d", method, c.target, w.Code)
			} else if !allowed {
				if got := w.Header().Get("Allow"); got != c.allow {
					t.Errorf("%s %s: Allow %q, want %q", method, c.target, got, c.allow)
				}
				if method == "HEAD" {
					continue
				}
				if body := wantError(t, w, 405, "method_not_allowed"); !strings.Contains(body.Error, c.allow) {
					t.Errorf("message %q", body.Error)
				}
			}
		}
	}
}

func TestCompression(t *testing.T) {
	api, fake := newTestAPI(Options{})
	for range 20 {
		fake.hits = append(fake.hits, fake.hits[0])
	}
	plain := get(api, "/-/v1/search")
	for accept, want := range map[string]string{"gzip": "gzip", "gzip, deflate, br": "gzip", "*;q=0, gzip": "gzip", "identity": "", "gzip;q=0": "", "br": "", "zstd": ""} {
		w := get(api, "/-/v1/search", "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %s: %q", accept, got)
		}
		if vary := strings.Join(w.Header().Values("Vary"), ", "); !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("Vary %q", vary)
		}
		var body io.Reader = w.Body
		if want == "gzip" {
			if w.Body.Len() > plain.Body.Len()/2 {
				t.Errorf("%d bytes of %d", w.Body.Len(), plain.Body.Len())
			}
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, plain.Body.Bytes()) {
			t.Errorf("Accept-Encoding %s: another body (%v)", accept, err)
		}
	}
	if enc := get(api, "/healthz", "Accept-Encoding", "gzip").Header().Get("Content-Encoding"); enc != "" {
		t.Errorf("a short reply is %s", enc)
	}
}

func TestCORS(t *testing.T) {
	api, _ := newTestAPI(Options{})
	for _, target := range []string{"/-/v1/search", "/-/v1/search?size=x", "/nothing", "/api//x"} {
		h := get(api, target, "Origin", "https://site.example").Header()
		if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", target, h)
		}
	}
	for method, allowed := range map[string]bool{"GET": true, "HEAD": true, "POST": false, "DELETE": false} {
		w := do(api, "OPTIONS", "/-/v1/search", nil, "Origin", "https://site.example", "Access-Control-Request-Method", method)
		if got := w.Header().Get("Access-Control-Allow-Methods"); w.Code != 204 || (got == method) != allowed {
			t.Errorf("preflight of %s: %d %q", method, w.Code, got)
		}
		if age := w.Header().Get("Access-Control-Max-Age"); allowed && age != "600" {
			t.Errorf("max age %q", age)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	api, _ := newTestAPI(Options{})
	for _, h := range []http.Handler{api, NewAdmin(AdminOptions{}, nil, nil)} {
		for _, target := range []string{"/", "/nothing", "/a//b"} {
			got := get(h, target).Header()
			if got.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("%s: %v", target, got)
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	api, _ := newTestAPI(Options{})
	for _, id := range []string{"abc", "A-b_c.9", strings.Repeat("x", 64)} {
		if got := get(api, "/healthz", "X-Request-Id", id).Header().Get("X-Request-Id"); got != id {
			t.Errorf("%q became %q", id, got)
		}
	}
	seen := map[string]bool{}
	for _, id := range []string{"", strings.Repeat("x", 65), "a b", "a\nb", "é", `{"level":"x"}`, "a/b"} {
		w := get(api, "/nothing", "X-Request-Id", id)
		got := w.Header().Get("X-Request-Id")
		if got == id || len(got) < 20 || seen[got] {
			t.Errorf("%q became %q", id, got)
		}
		if body := decode[ErrorBody](t, w); body.RequestID != got {
			t.Errorf("the body says %q, the header %q", body.RequestID, got)
		}
		seen[got] = true
	}
}

// logLines are the records that an API wrote.
func logLines(t *testing.T, b *bytes.Buffer) (lines []map[string]any) {
	t.Helper()
	for line := range strings.Lines(b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		lines = append(lines, m)
	}
	return lines
}

func TestAccessLog(t *testing.T) {
	var out bytes.Buffer
	api, _ := newTestAPI(Options{Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	for _, target := range []string{"/-/v1/search?text=canary%0A%7B%22level%22", "/api/v1/packages/canary", "/canary", "/api/v1/packages/@s%2fcanary?text=canary", "/healthz"} {
		get(api, target, "User-Agent", "canary\n{", "Authorization", "Bearer canary")
	}
	do(api, "CANARY", "/", nil)
	lines := logLines(t, &out)
	if len(lines) != 5 || strings.Contains(strings.ToLower(out.String()), "canary") {
		t.Errorf("%d lines, want 5 without what was sent:\n%s", len(lines), &out)
	}
	first := lines[0]
	if first["msg"] != "request" || first["route"] != "/-/v1/search" || first["status"] != 200.0 || first["text"] != 15.0 || first["id"] == "" || first["bytes"].(float64) < 100 {
		t.Errorf("first line %v", first)
	}
}

func TestPanics(t *testing.T) {
	var out bytes.Buffer
	f := newFront(slog.New(slog.NewJSONHandler(&out, nil)), nil, Limits{}.withDefaults())
	run := func(h http.HandlerFunc) (w *httptest.ResponseRecorder, panicked any) {
		out.Reset()
		w = httptest.NewRecorder()
		defer func() { panicked = recover() }()
		f.observe(secure(compress(f.handle("/x", func(w http.ResponseWriter, r *http.Request) error { h(w, r); return nil })))).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
		return w, nil
	}
	w, panicked := run(func(http.ResponseWriter, *http.Request) { panic("secret detail") })
	wantError(t, w, 500, "internal")
	lines := logLines(t, &out)
	if panicked != nil || strings.Contains(w.Body.String(), "secret") || len(lines) != 2 || lines[0]["msg"] != "panic" || !strings.Contains(fmt.Sprint(lines[0]["stack"]), "TestPanics") || lines[1]["status"] != 500.0 {
		t.Errorf("panicked %v, log:\n%s", panicked, &out)
	}
	// The stack of an aborted handler is nobody's business.
	_, panicked = run(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if lines := logLines(t, &out); panicked != http.ErrAbortHandler || len(lines) != 1 || lines[0]["msg"] != "request" {
		t.Errorf("panicked %v, log:\n%s", panicked, &out)
	}
	// Half a reply cannot become an error: the connection is cut.
	_, panicked = run(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(bytes.Repeat([]byte("x"), 5000))
		panic("late")
	})
	if lines := logLines(t, &out); panicked != http.ErrAbortHandler || len(lines) != 2 || lines[0]["panic"] != "late" {
		t.Errorf("panicked %v, log:\n%s", panicked, &out)
	}
}

// TestMetricsHaveClosedLabels: strangers cannot make series.
func TestMetricsHaveClosedLabels(t *testing.T) {
	reg := prometheus.NewRegistry()
	api, _ := newTestAPI(Options{Registerer: reg})
	series := func() (n int) {
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			n += len(f.Metric)
		}
		return n
	}
	ask := func(i int) {
		get(api, fmt.Sprintf("/-/v1/search?text=t%d", i))
		get(api, fmt.Sprintf("/api/v1/packages/n%d", i))
		get(api, fmt.Sprintf("/p%d", i))
		get(api, fmt.Sprintf("/p%d//", i))
		do(api, fmt.Sprintf("M%d", i), "/", nil)
	}
	ask(0)
	before := series()
	for i := range 500 {
		ask(i)
	}
	if after := series(); after != before || before < 4 {
		t.Errorf("%d series became %d", before, after)
	}
}
