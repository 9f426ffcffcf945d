package ingest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"
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
	if ip := ap.Addr().Unmap(); !isPublic(ip) {
		return fmt.Errorf("%s is %w", ip, errForbidden)
	}
	return nil
}

// isPublic looks into the IPv6 addresses that a gateway turns into IPv4.
func isPublic(ip netip.Addr) bool {
	b := ip.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(ip): // NAT64
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	case netip.MustParsePrefix("2002::/16").Contains(ip): // 6to4
		return isPublic(netip.AddrFrom4([4]byte(b[2:6])))
	}
	for _, inside := range []string{
		"0.0.0.0/8",      // this network
		"100.64.0.0/10",  // carrier-grade NAT
		"198.18.0.0/15",  // between devices under test
		"240.0.0.0/4",    // reserved
		"64:ff9b:1::/48", // NAT64 of a network's own
	} {
		if netip.MustParsePrefix(inside).Contains(ip) {
			return false
		}
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate()
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
