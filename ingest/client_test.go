package ingest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pkgsearch/ingest/registrytest"
)

func serve(t *testing.T, handler http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// tripFunc carries requests by itself.
type tripFunc func(*http.Request) (*http.Response, error)

func (f tripFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func fetch(t *testing.T, c *Client, u *url.URL, limit int64) (string, error) {
	t.Helper()
	resp, err := c.get(t.Context(), u, false, limit)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestTokenStaysAtItsOrigin(t *testing.T) {
	seen := map[string]string{}
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen["other"+r.URL.Path] = r.Header.Get("Authorization")
	})
	var own *url.URL
	own = serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen["own"+r.URL.Path] = r.Header.Get("Authorization")
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.JoinPath("landed").String(), http.StatusFound)
		case "/around":
			http.Redirect(w, r, own.JoinPath("again").String(), http.StatusFound)
		}
	})
	c := NewClient(ClientOptions{Token: "secret", TokenURL: own.String() + "/some/path/"})
	for _, u := range []*url.URL{own, other} { // both are configured, one has a token
		c.trust(u)
	}
	for _, u := range []*url.URL{own.JoinPath("away"), own.JoinPath("around"), other.JoinPath("direct")} {
		if _, err := fetch(t, c, u, 100); err != nil {
			t.Fatal(err)
		}
	}
	for place, want := range map[string]string{
		"own/away": "Bearer secret", "own/around": "Bearer secret", "own/again": "Bearer secret", "other/landed": "", "other/direct": "",
	} {
		if got, ok := seen[place]; !ok || got != want {
			t.Errorf("%s saw %q (%t), want %q", place, got, ok, want)
		}
	}
}

func TestRedirects(t *testing.T) {
	var u *url.URL
	u = serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := len(r.URL.Query().Get("n"))
		if n > 0 {
			http.Redirect(w, r, u.String()+"?n="+strings.Repeat("x", n-1), http.StatusFound)
		}
	})
	c := NewClient(ClientOptions{})
	c.trust(u)
	for n, ok := range []bool{true, true, true, true, false} {
		at := *u
		at.RawQuery = "n=" + strings.Repeat("x", n)
		if _, err := fetch(t, c, &at, 100); (err == nil) != ok {
			t.Errorf("%d redirects: %v", n, err)
		}
	}
}

// A redirect must not reach into the network that we run in.
func TestRedirectToPrivateAddress(t *testing.T) {
	reached := false
	inside := serve(t, func(http.ResponseWriter, *http.Request) { reached = true })
	outside := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.String(), http.StatusFound)
	})
	c := NewClient(ClientOptions{})
	c.trust(outside)
	_, err := fetch(t, c, outside, 100)
	if !errors.Is(err, errForbidden) || reached {
		t.Errorf("error %v, reached %t", err, reached)
	}
}

func TestPublicOnly(t *testing.T) {
	for address, ok := range map[string]bool{
		"93.184.216.34:443": true, "[2606:2800:220:1::1]:443": true,
		"127.0.0.1:80": false, "10.1.2.3:80": false, "192.168.0.1:80": false, "172.16.0.1:80": false, "169.254.169.254:80": false,
		"100.64.0.1:80": false, "0.0.0.0:80": false, "224.0.0.1:80": false, "[::1]:80": false, "[fe80::1]:80": false, "[fd00::1]:80": false,
		"[::ffff:169.254.169.254]:80": false, "[::ffff:10.0.0.1]:80": false, "nonsense": false,
		"198.18.0.1:80": false, "198.19.255.255:80": false, "198.20.0.1:80": true, "240.0.0.1:80": false, "255.255.255.255:80": false,
		"[64:ff9b::a9fe:a9fe]:80": false, "[64:ff9b::5db8:d822]:80": true, "[64:ff9b:1::1]:80": false, // private and public IPv4 by NAT64
		"[2002:a9fe:a9fe::1]:80": false, "[2002:5db8:d822::1]:80": true, // and by 6to4
	} {
		if err := publicOnly(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestBodyIsBounded(t *testing.T) {
	reg := registrytest.New(registrytest.Options{})
	reg.Start(t)
	reg.Publish("a", "1.0.0", nil)
	c := NewClient(ClientOptions{})
	registry, err := NewRegistry(reg.URL(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fetch(t, c, registry.address("a"), 20); !errors.Is(err, errOversize) {
		t.Errorf("plain body over its limit: %v", err)
	}
	reg.Inject(registrytest.Fault{Kind: registrytest.Bomb, On: "docs", At: 1 << 24})
	if _, err := fetch(t, c, registry.address("a"), 1<<20); !errors.Is(err, errOversize) {
		t.Errorf("gzip bomb: %v", err)
	}
	reg.Inject(registrytest.Fault{Kind: registrytest.Bomb, On: "docs", At: 1 << 12})
	if body, err := fetch(t, c, registry.address("a"), 1<<12); err != nil || len(body) != 1<<12 {
		t.Errorf("gzip body within its limit: %d bytes, %v", len(body), err)
	}
}

// Over a real connection, too, a body that is cut short is never taken for whole.
func TestTruncatedBody(t *testing.T) {
	reg := registrytest.New(registrytest.Options{})
	reg.Start(t)
	reg.Publish("a", "1.0.0", nil)
	registry, err := NewRegistry(reg.URL(), NewClient(ClientOptions{Rate: 10000}))
	if err != nil {
		t.Fatal(err)
	}
	for at := range 100 {
		reg.Inject(registrytest.Fault{Kind: registrytest.Truncate, On: "docs/a", At: at})
		if doc, err := registry.Packument(t.Context(), "a", false); err == nil || !isUpstream(err) {
			t.Fatalf("cut after %d bytes: %v, %v", at, doc, err)
		}
	}
}

func TestUnaskedEncodingIsRefused(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
			t.Errorf("Accept-Encoding %q", got)
		}
		w.Header().Set("Content-Encoding", "br")
		fmt.Fprint(w, "…")
	})
	c := NewClient(ClientOptions{})
	c.trust(u)
	if _, err := fetch(t, c, u, 100); err == nil || !strings.Contains(err.Error(), `"br"`) {
		t.Errorf("error %v", err)
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, c := range []struct {
		status int
		text   string
		want   time.Duration // 0: none
	}{
		{429, "5", 5 * time.Second},
		{503, "5", 5 * time.Second},
		{500, "5", 0},
		{200, "5", 0},
		{429, "", 0},
		{429, "soon", 0},
		{429, "-3", 0},
		{429, "0", minRetryAfter},
		{429, "86400", maxRetryAfter},
		{429, "184467440737095516160", maxRetryAfter},
		{429, "Wed, 04 Mar 2026 05:07:07 GMT", time.Minute},
		{429, "Wed, 04 Mar 2026 05:00:00 GMT", minRetryAfter},
		{429, "Wed, 04 Mar 2099 05:00:00 GMT", maxRetryAfter},
	} {
		resp := &http.Response{StatusCode: c.status, Header: http.Header{"Retry-After": {c.text}}}
		if got, ok := retryAfter(resp, now); got != c.want || ok != (c.want > 0) {
			t.Errorf("%d, Retry-After: %s: %s, %t; want %s", c.status, c.text, got, ok, c.want)
		}
	}
}

// Of two pauses that an upstream asks for, the one that ends later is kept.
func TestALaterPauseStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClient(ClientOptions{Retries: -1, Transport: tripFunc(func(req *http.Request) (*http.Response, error) {
			after := map[string]string{"/long": "600", "/short": "1"}[req.URL.Path]
			status := http.StatusOK
			if after != "" {
				status = http.StatusTooManyRequests
			}
			if after == "1" {
				time.Sleep(time.Second) // asked at the same time, answered last
			}
			return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {after}}, Body: http.NoBody, Request: req}, nil
		})})
		base, err := c.parseBase("registry", "https://registry.example")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var asked sync.WaitGroup
		for _, path := range []string{"long", "short"} {
			asked.Go(func() { fetch(t, c, base.JoinPath(path), 100) })
		}
		asked.Wait()
		if _, err := fetch(t, c, base.JoinPath("next"), 100); err != nil {
			t.Error(err)
		}
		if d := time.Since(began); d < 10*time.Minute {
			t.Errorf("asked again after %s", d)
		}
	})
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	for attempt := range 200 {
		d := backoff(minPause, maxPause, attempt, nil)
		if d < minPause/2 || d > maxPause+minPause/2 || attempt == 0 && d > 2*minPause {
			t.Errorf("attempt %d: %s", attempt, d)
		}
	}
}

func TestAddresses(t *testing.T) {
	c := NewClient(ClientOptions{})
	for _, bad := range []string{"", "registry.example", "ftp://registry.example", "https://", "https://me:secret@registry.example", "https://registry.example/?a=b", "https://registry.example/#a", "http://a b"} {
		if _, err := NewRegistry(bad, c); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for address, want := range map[string]string{ // no secret is repeated, wherever it was put
		"https://npm_secret@registry.example/npm":     `"https://registry.example/npm"`,
		"https://me:secret@registry.example":          `"https://registry.example"`,
		"https://registry.example/npm?token=secret":   `"https://registry.example/npm"`,
		"https://registry.example/#secret":            `"https://registry.example/"`,
		"ftp://secret@registry.example?secret#secret": `"ftp://registry.example"`,
		"npm_secret@registry.example":                 `"registry.example"`,
		"me:secret@registry.example":                  `"me:"`,
	} {
		if _, err := NewRegistry(address, c); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", address, err, want)
		}
	}
	r, err := NewRegistry("https://registry.example/npm/", c)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"left-pad":    "https://registry.example/npm/left-pad",
		"@scope/name": "https://registry.example/npm/@scope%2Fname",
		"-":           "https://registry.example/npm/-",
		"a'b":         "https://registry.example/npm/a%27b",
	} {
		if got := r.address(name).String(); got != want {
			t.Errorf("address of %q: %s, want %s", name, got, want)
		}
	}
}
