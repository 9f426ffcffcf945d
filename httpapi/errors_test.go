package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

func TestErrors(t *testing.T) {
	var out bytes.Buffer
	api, fake := newTestAPI(Options{Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	for _, c := range []struct {
		err    error
		status int
		code   string
		shown  string
		logged bool
	}{
		{fmt.Errorf("%w: 17 terms, at most 16", search.ErrBadQuery), 400, "bad_query", "at most 16", false},
		{fmt.Errorf("read: %w", store.ErrNotFound), 404, "not_found", "", false},
		{fmt.Errorf("scan: %w", context.DeadlineExceeded), 503, "query_timeout", "", false},
		{fmt.Errorf("search: %w", index.ErrClosed), 503, "closing", "", false},
		{errors.New("secret: /var/lib"), 500, "internal", "internal error", true},
	} {
		out.Reset()
		fake.err = c.err
		for _, target := range []string{"/-/v1/search?text=a", "/api/v1/search?text=a", "/-/v1/suggest?text=a"} {
			body := wantError(t, get(api, target), c.status, c.code)
			if !strings.Contains(body.Error, c.shown) || strings.Contains(body.Error, "secret") {
				t.Errorf("%v is told as %q", c.err, body.Error)
			}
		}
		if logged := strings.Contains(out.String(), "request failed"); logged != c.logged || strings.Contains(out.String(), "secret") != c.logged {
			t.Errorf("%v: log\n%s", c.err, &out)
		}
	}
}

func TestBodies(t *testing.T) {
	api, _ := newTestAPI(Options{})
	post := func(body string) *httptest.ResponseRecorder {
		return do(api, "POST", "/api/v1/packages", strings.NewReader(body))
	}
	names := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("n%d", i)
		}
		b, _ := json.Marshal(map[string]any{"names": list})
		return string(b)
	}
	many := decode[ManyReply](t, post(`{"names":["bare","@scope/full","../x","bare",""]}`))
	if len(many.Packages) != 2 || many.Packages[0].Name != "bare" || !cmp.Equal(many.Missing, []string{"../x", ""}) {
		t.Errorf("reply %+v", many)
	}
	if many := decode[ManyReply](t, post(names(250))); len(many.Missing) != 250 || many.Packages == nil {
		t.Errorf("reply %+v", many)
	}
	if body := wantError(t, post(names(251)), 400, "too_many_names"); body.Limit != 250 {
		t.Errorf("%+v", body)
	}
	if w := post(`{"names":[]}`); w.Code != 200 {
		t.Errorf("no names: %d", w.Code)
	}
	for _, body := range []string{"", "{", "null", "[]", `"x"`, `{}`, `{"names":null}`, `{"names":"bare"}`, `{"names":[1]}`, `{"NAMES":["bare"]}`, `{"names":["bare"]} {}`, `{"names":["bare"]}x`, "\xff", strings.Repeat("[", 20000)} {
		wantError(t, post(body), 400, "bad_body")
	}
	if body := wantError(t, post(`{"names":["`+strings.Repeat("x", 70000)+`"]}`), 413, "body_too_large"); body.Limit != 64<<10 {
		t.Errorf("%+v", body)
	}
	wantError(t, post(`{"names":["bare"]}`+strings.Repeat(" ", 70000)), 413, "body_too_large")
	wantError(t, do(api, "GET", "/-/v1/search", strings.NewReader("x")), 400, "body_not_allowed")
	if body := wantError(t, get(api, "/-/v1/search?unknown="+strings.Repeat("x", 8<<10)), 414, "url_too_long"); body.Limit != 8<<10 {
		t.Errorf("%+v", body)
	}
}

// TestReplyLimit: a page that is too large ends early and says so, names that make too large a reply are refused.
func TestReplyLimit(t *testing.T) {
	api, fake := newTestAPI(Options{Limits: Limits{ReplyBytes: 4000}})
	for range 30 {
		fake.hits = append(fake.hits, fake.hits[0])
	}
	w := get(api, "/-/v1/search")
	if reply := decode[npmReply](t, w); w.Body.Len() > 4000 || len(reply.Objects) == 0 || len(reply.Objects) == 20 || reply.Total != 32 {
		t.Errorf("%d bytes, %d objects of %d", w.Body.Len(), len(reply.Objects), reply.Total)
	}
	for size, cut := range map[string]bool{"1": false, "20": true} {
		w := get(api, "/api/v1/search?size="+size)
		if reply := decode[SearchReply](t, w); reply.Truncated != cut || (w.Header().Get("X-Truncated") == "true") != cut {
			t.Errorf("size %s: %d hits, truncated %t, X-Truncated %q", size, len(reply.Hits), reply.Truncated, w.Header().Get("X-Truncated"))
		}
	}
	if got := w.Header().Get("X-Truncated"); got != "true" {
		t.Errorf("X-Truncated %q of an npm search", got)
	}
	small, _ := newTestAPI(Options{Limits: Limits{ReplyBytes: 100}})
	body := wantError(t, do(small, "POST", "/api/v1/packages", strings.NewReader(`{"names":["bare","@scope/full"]}`)), 400, "reply_too_large")
	if body.Limit != 100 || !strings.Contains(body.Error, "ask for fewer names") {
		t.Errorf("%+v", body)
	}
}
