package httpapi

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestHealth(t *testing.T) {
	var why error
	api, fake := newTestAPI(Options{Ready: func() error { return why }})
	if w := get(api, "/readyz"); w.Code != 200 || fake.calls != 1 {
		t.Errorf("ready: %d after %d queries", w.Code, fake.calls)
	}
	why = errors.New("replaying 12 changes")
	if body := wantError(t, get(api, "/readyz"), 503, "not_ready"); body.Error != why.Error() {
		t.Errorf("reason %q", body.Error)
	}
	why, fake.err = nil, errors.New("secret")
	if body := wantError(t, get(api, "/readyz"), 503, "not_ready"); strings.Contains(body.Error, "secret") {
		t.Errorf("reason %q", body.Error)
	}
	fake.err = nil
	api.Drain()
	wantError(t, get(api, "/readyz"), 503, "draining")
	for _, target := range []string{"/healthz", "/-/v1/search"} {
		if w := get(api, target); w.Code != 200 {
			t.Errorf("%s while draining: %d", target, w.Code)
		}
	}
}

func TestEntrance(t *testing.T) {
	api, fake := newTestAPI(Options{})
	e := NewEntrance(Options{Prefix: "/npm"})
	for _, target := range []string{"/readyz", "/npm/readyz", "/", "/-/v1/search?text=a", "/api/v1/packages/bare", "/api/v1/status", "/nothing", "//"} {
		w := get(e, target)
		wantError(t, w, 503, "starting")
		if w.Header().Get("Retry-After") != "1" {
			t.Errorf("%s: Retry-After %q", target, w.Header().Get("Retry-After"))
		}
	}
	for _, target := range []string{"/healthz", "/npm/healthz"} {
		if w := get(e, target); w.Code != 200 || decode[health](t, w).Status != "ok" {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	e.Open(api)
	for _, target := range []string{"/healthz", "/readyz", "/-/v1/search?text=a"} {
		if w := get(e, target); w.Code != 200 {
			t.Errorf("%s once opened: %d %s", target, w.Code, w.Body)
		}
	}
	if fake.calls != 2 {
		t.Errorf("%d queries", fake.calls)
	}
}

func TestStatus(t *testing.T) {
	api, _ := newTestAPI(Options{
		Version:  "1.2.3",
		Position: func() Position { return Position{"d", "g1", 42, 0} },
		Counts: func(context.Context) (Counts, error) {
			return Counts{Packages: 10, Indexed: 8, Tombstones: 2, DeadLetters: 1, DeadByClass: map[string]int{"fetch": 1}}, nil
		},
		Feed: func() FeedStatus {
			return FeedStatus{State: "following", Source: "https://user:secret@feed.example/registry?token=secret", Cursor: "9", Head: "11", Progress: noon.Add(-90 * time.Second)}
		},
	})
	golden(t, "status", get(api, "/api/v1/status").Body.Bytes())
	bare, _ := newTestAPI(Options{Ready: func() error { return errors.New("starting") }})
	if got := decode[StatusReply](t, get(bare, "/api/v1/status")); got.Ready || got.Reason != "starting" || got.Feed != nil {
		t.Errorf("status %+v", got)
	}
	golden(t, "home", get(api, "/").Body.Bytes())
}
