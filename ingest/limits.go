package ingest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

const (
	minPause = 500 * time.Millisecond // between two tries, before jitter
	maxPause = time.Minute

	minRetryAfter = time.Second // what an upstream may ask for
	maxRetryAfter = 15 * time.Minute

	slowWindow = 30 * time.Second // a body that brings less than slowBytes in this time is given up
	slowBytes  = 30 << 10

	maxRedirects = 3
)

var (
	errSlow      = errors.New("body arrives slower than 1 KiB/s")
	errTotal     = errors.New("not complete within the time limit")
	errForbidden = errors.New("a private address that is not configured")
)

// newTransport dials with short limits, and private addresses only where they are configured.
func (c *Client) newTransport(proxy *url.URL) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	guarded := *dialer
	guarded.Control = func(_, address string, _ syscall.RawConn) error { return publicOnly(address) }
	t := &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if c.trusts(addr) {
				return dialer.DialContext(ctx, network, addr)
			}
			return guarded.DialContext(ctx, network, addr)
		},
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 15 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   64,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // asked for and bounded by decompress
	}
	if proxy != nil {
		c.trust(proxy)
		t.Proxy = http.ProxyURL(proxy)
	}
	return t
}

// publicOnly refuses resolved addresses inside of networks: a redirect must not lead there.
func publicOnly(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := ap.Addr().Unmap()
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10) // carrier-grade NAT
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || shared.Contains(ip) {
		return fmt.Errorf("%s is %w", ip, errForbidden)
	}
	return nil
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("stopped after %d redirects", maxRedirects)
	case via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https":
		return errors.New("redirect from https to " + req.URL.Scheme)
	}
	return nil
}

func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if errors.Is(err, errForbidden) {
		return false, nil
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}

// backoff is full jitter: anything up to an exponentially growing limit. A pause that the upstream asked for comes on top
// of it, in politeTransport.
func backoff(low, high time.Duration, attempt int, _ *http.Response) time.Duration {
	return low/2 + rand.N(min(high, low<<min(attempt, 16)))
}

// retryAfter reads the pause that an upstream asks for, in seconds or as a date.
func retryAfter(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0, false
	}
	text := resp.Header.Get("Retry-After")
	if text == "" {
		return 0, false
	}
	var pause time.Duration
	seconds, err := strconv.ParseUint(text, 10, 64) // the greatest number when there are too many digits
	if err == nil || errors.Is(err, strconv.ErrRange) {
		pause = time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	} else if date, err := http.ParseTime(text); err == nil {
		pause = date.Sub(now)
	} else {
		return 0, false
	}
	return max(minRetryAfter, min(pause, maxRetryAfter)), true
}

// politeTransport keeps the rate, the pauses that upstreams ask for, and the limits of time; and it is where the token
// joins a request, so that no redirect can carry it elsewhere.
type politeTransport struct {
	base           http.RoundTripper
	limiter        *rate.Limiter
	total          time.Duration
	token, trusted string
	agent          string

	mu     sync.Mutex
	pauses map[string]time.Time // by origin: no request before
}

func (t *politeTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.limiter.Wait(req.Context()); err != nil {
		return nil, err
	}
	if err := t.pause(req.Context(), origin(req.URL)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(t.total, func() { cancel(errTotal) })
	end := func() {
		timer.Stop()
		cancel(nil)
	}
	out := req.Clone(ctx)
	out.Header.Set("User-Agent", t.agent)
	if t.token != "" && origin(req.URL) == t.trusted {
		out.Header.Set("Authorization", "Bearer "+t.token)
	}
	resp, err := t.base.RoundTrip(out)
	if err != nil {
		err = because(ctx, req.Context(), err)
		end()
		return nil, err
	}
	if pause, ok := retryAfter(resp, time.Now()); ok {
		t.mu.Lock()
		t.pauses[origin(req.URL)] = time.Now().Add(pause)
		t.mu.Unlock()
	}
	resp.Body = watch(resp.Body, func(err error) error { return because(ctx, req.Context(), err) }, func() { cancel(errSlow) }, end)
	return resp, nil
}

// pause waits until an origin may be asked again.
func (t *politeTransport) pause(ctx context.Context, origin string) error {
	for {
		t.mu.Lock()
		wait := time.Until(t.pauses[origin])
		t.mu.Unlock()
		if wait <= 0 {
			return nil
		}
		if err := sleep(ctx, wait+rand.N(minPause)); err != nil {
			return err
		}
	}
}

// because gives the cause of a try that we ended ourselves, else the error.
func because(try, parent context.Context, err error) error {
	if cause := context.Cause(try); cause != nil && parent.Err() == nil {
		return cause
	}
	return err
}

// watchedBody calls slow when less than slowBytes were read in a window.
type watchedBody struct {
	io.ReadCloser
	why func(error) error
	end func()

	read atomic.Int64
	mu   sync.Mutex
	tick *time.Timer // nil when closed
}

func watch(body io.ReadCloser, why func(error) error, slow, end func()) *watchedBody {
	b := &watchedBody{ReadCloser: body, why: why, end: end}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tick = time.AfterFunc(slowWindow, func() {
		if b.read.Swap(0) < slowBytes {
			slow()
			return
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.tick != nil {
			b.tick.Reset(slowWindow)
		}
	})
	return b
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	if err != nil && err != io.EOF {
		err = b.why(err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	b.mu.Lock()
	if b.tick != nil {
		b.tick.Stop()
		b.tick = nil
	}
	b.mu.Unlock()
	err := b.ReadCloser.Close()
	b.end()
	return err
}

// sleep waits, or returns the error of the context.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
