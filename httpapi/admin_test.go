package httpapi

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"pkgsearch/index/store"
)

type fakeReindexer struct {
	running bool
	started int
}

func (f *fakeReindexer) Start() error {
	if f.running {
		return ErrReindexRunning
	}
	f.started++
	return nil
}

func (f *fakeReindexer) Status() ReindexStatus {
	return ReindexStatus{State: "running", Done: 5, Total: 9, Started: noon}
}

type fakeLetters struct {
	all     []store.DeadLetter
	retried []string
}

func (f *fakeLetters) DeadLetters(_ context.Context, after string, limit int) (out []store.DeadLetter, _ error) {
	for _, d := range f.all {
		if d.Name > after && len(out) < limit {
			out = append(out, d)
		}
	}
	return out, nil
}

func (f *fakeLetters) Retry(_ context.Context, name string) error {
	for _, d := range f.all {
		if d.Name == name {
			f.retried = append(f.retried, name)
			return nil
		}
	}
	return store.ErrNotFound
}

const token = "0123456789abcdef0123456789abcdef"

func TestAdminReindex(t *testing.T) {
	re := &fakeReindexer{}
	admin := NewAdmin(AdminOptions{}, re, nil)
	w := do(admin, "POST", "/admin/reindex", nil)
	if got := decode[ReindexStatus](t, w); w.Code != 202 || !cmp.Equal(got, re.Status()) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(admin, "/admin/reindex"); w.Code != 200 || re.started != 1 {
		t.Errorf("%d %s, started %d times", w.Code, w.Body, re.started)
	}
	re.running = true
	wantError(t, do(admin, "POST", "/admin/reindex", nil), 409, "reindex_running")
	wantError(t, get(NewAdmin(AdminOptions{}, nil, nil), "/admin/reindex"), 501, "not_offered")
	wantError(t, get(NewAdmin(AdminOptions{}, nil, nil), "/admin/dead-letters"), 501, "not_offered")
}

func TestAdminDeadLetters(t *testing.T) {
	letters := &fakeLetters{all: []store.DeadLetter{{Name: "@s/n", Class: "fetch", Reason: "500", Attempts: 2, First: noon}, {Name: "b"}, {Name: "c"}}}
	admin := NewAdmin(AdminOptions{}, nil, letters)
	var names []string
	for after := ""; ; {
		page := decode[LettersReply](t, get(admin, "/admin/dead-letters?size=2&after="+after))
		for _, d := range page.DeadLetters {
			names = append(names, d.Name)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"@s/n", "b", "c"}, names); diff != "" {
		t.Error(diff)
	}
	golden(t, "dead-letters", get(admin, "/admin/dead-letters?size=1").Body.Bytes())
	for _, path := range []string{"@s/n", "@s%2fn", "b"} {
		if w := do(admin, "POST", "/admin/dead-letters/"+path+"/retry", nil); w.Code != 202 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if diff := cmp.Diff([]string{"@s/n", "@s/n", "b"}, letters.retried); diff != "" {
		t.Error(diff)
	}
	wantError(t, do(admin, "POST", "/admin/dead-letters/none/retry", nil), 404, "not_found")
	wantError(t, do(admin, "POST", "/admin/dead-letters/@s/retry", nil), 400, "bad_name")
	wantError(t, get(admin, "/admin/dead-letters?size=x"), 400, "bad_size")
	wantError(t, get(admin, "/admin/dead-letters?after="+strings.Repeat("x", 513)), 400, "bad_name")
}

// TestAdminToken asks each route with each kind of credential.
func TestAdminToken(t *testing.T) {
	reg := prometheus.NewRegistry()
	reg.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "pkgsearch_test_things"}))
	admin := NewAdmin(AdminOptions{Token: token, Gatherer: reg}, &fakeReindexer{}, &fakeLetters{})
	for _, target := range []string{"/", "/metrics", "/admin/reindex", "/admin/dead-letters", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline", "/debug/pprof/symbol"} {
		for _, credential := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Bearer " + token + "x", "Bearer " + token[1:], "Basic " + token, token} {
			w := get(admin, target, "Authorization", credential)
			wantError(t, w, 401, "unauthorized")
			if w.Header().Get("WWW-Authenticate") == "" {
				t.Error("no challenge")
			}
		}
		for _, credential := range []string{"Bearer " + token, "bearer " + token} {
			if w := get(admin, target, "Authorization", credential); w.Code != 200 {
				t.Errorf("GET %s with the token: %d %s", target, w.Code, w.Body)
			}
		}
	}
	wantError(t, get(admin, "/nothing"), 401, "unauthorized")
	wantError(t, get(admin, "/nothing", "Authorization", "Bearer "+token), 404, "unknown_path")
	if w := get(admin, "/metrics", "Authorization", "Bearer "+token); !strings.Contains(w.Body.String(), "pkgsearch_test_things 0") {
		t.Errorf("metrics: %s", w.Body)
	}
	if origin := get(admin, "/", "Authorization", "Bearer "+token, "Origin", "https://other.example").Header().Get("Access-Control-Allow-Origin"); origin != "" {
		t.Errorf("CORS header %q on the admin listener", origin)
	}
}

// TestAdminFromBrowsers: pages of other sites reach nothing, by request or by a host name of theirs.
func TestAdminFromBrowsers(t *testing.T) {
	re := &fakeReindexer{}
	admin := NewAdmin(AdminOptions{}, re, nil)
	wantError(t, do(admin, "POST", "/admin/reindex", nil, "Sec-Fetch-Site", "cross-site"), 403, "cross_origin")
	wantError(t, do(admin, "POST", "/admin/reindex", nil, "Origin", "https://other.example"), 403, "cross_origin")
	for host, status := range map[string]int{"rebound.example": 403, "rebound.example:8081": 403, "127.0.0.1:8081": 200, "[::1]:8081": 200, "localhost": 200} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.Host = host
		w := httptest.NewRecorder()
		admin.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("host %s: %d, want %d", host, w.Code, status)
		}
	}
	if re.started != 0 {
		t.Error("a reindex was started")
	}
}

func TestCheckAdminListen(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:8081", "127.9.9.9:0", "[::1]:8081", "localhost:8081", "[::ffff:127.0.0.1]:1"} {
		if err := CheckAdminListen(addr, ""); err != nil {
			t.Error(err)
		}
	}
	for _, addr := range []string{":8081", "0.0.0.0:8081", "[::]:8081", "10.0.0.1:8081", "registry.example:8081", "localhost.registry.example:1"} {
		if err := CheckAdminListen(addr, ""); err == nil || !strings.Contains(err.Error(), addr) {
			t.Errorf("%s without a token: %v", addr, err)
		}
		if err := CheckAdminListen(addr, token); err != nil {
			t.Error(err)
		}
	}
	for _, addr := range []string{"127.0.0.1:8081", "0.0.0.0:8081"} {
		if err := CheckAdminListen(addr, "short"); err == nil {
			t.Errorf("%s takes a short token", addr)
		}
	}
	if err := CheckAdminListen("nonsense", ""); err == nil {
		t.Error("an address without a port is taken")
	}
}
