package ingest

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

// ClientOptions bound what requests may cost. The zero value works.
type ClientOptions struct {
	// Transport carries the requests; by default one of our own, which dials private addresses only for hosts
	// that are configured.
	Transport http.RoundTripper
	Proxy     *url.URL // for the default Transport; nil is a direct connection, whatever the environment says

	Token    string // bearer token
	TokenURL string // the one origin (scheme, host and port of this address) that Token is sent to

	Rate    float64       // requests a second, to all upstreams together; 0 is 50
	Retries int           // of one request, after the first try; 0 is 3, negative is none
	Total   time.Duration // longest time for one try with its body; 0 is 10 minutes
	Agent   string        // User-Agent
}

// Client makes polite requests: it retries with full jitter (0.5 s to 60 s), lets no request through to an origin that has
// asked for a pause by Retry-After, follows at most three redirects, and gives up on bodies that arrive too slowly.
type Client struct {
	http *retryablehttp.Client

	mu    sync.Mutex
	hosts map[string]bool // host:port of configured addresses
}

// upstreamError is a failure of the other side, or of the way to it: trying again later may help.
type upstreamError struct {
	status int // 0 without an answer
	err    error
}

func (e *upstreamError) Error() string { return e.err.Error() }
func (e *upstreamError) Unwrap() error { return e.err }

// errOversize is a body over its limit.
var errOversize = errors.New("too large")

// NewClient makes a client. It is safe for concurrent use.
func NewClient(o ClientOptions) *Client {
	c := &Client{hosts: map[string]bool{}}
	transport := o.Transport
	if transport == nil {
		transport = c.newTransport(o.Proxy)
	}
	perSecond := cmp.Or(o.Rate, 50)
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = max(0, cmp.Or(o.Retries, 3))
	client.RetryWaitMin, client.RetryWaitMax = minPause, maxPause
	client.Backoff = backoff
	client.CheckRetry = checkRetry
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.HTTPClient = &http.Client{
		Transport: &politeTransport{
			base:    transport,
			limiter: rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond))),
			pauses:  map[string]time.Time{},
			total:   cmp.Or(o.Total, 10*time.Minute),
			token:   o.Token,
			trusted: originOf(o.TokenURL),
			agent:   cmp.Or(o.Agent, "pkgsearch"),
		},
		CheckRedirect: checkRedirect,
	}
	c.http = client
	return c
}

// get answers with a body that is decompressed and ends with errOversize after limit bytes. Any status is an answer;
// an error is an upstreamError, or that of the context.
func (c *Client) get(ctx context.Context, u *url.URL, fresh bool, limit int64) (*http.Response, error) {
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	if fresh {
		req.Header.Set("Cache-Control", "no-cache")
	}
	resp, err := c.http.Do(req)
	if ctx.Err() != nil {
		if resp != nil {
			resp.Body.Close()
		}
		return nil, ctx.Err()
	}
	if err != nil {
		var ue *url.Error // repeats the address, which the caller names in its own words
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return nil, &upstreamError{err: err}
	}
	if err := decompress(resp, limit); err != nil {
		resp.Body.Close()
		return nil, &upstreamError{status: resp.StatusCode, err: err}
	}
	return resp, nil
}

// decompress replaces the body by its plain and bounded form.
func decompress(resp *http.Response, limit int64) error {
	var plain io.Reader = resp.Body
	switch encoding := resp.Header.Get("Content-Encoding"); strings.ToLower(encoding) {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			return fmt.Errorf("read gzip body: %w", err)
		}
		plain = z
	default:
		return fmt.Errorf("answer is encoded as %q, which was not asked for", encoding)
	}
	resp.Body = &boundedBody{plain: plain, left: limit, Closer: resp.Body}
	return nil
}

// boundedBody counts decompressed bytes.
type boundedBody struct {
	plain io.Reader
	left  int64
	io.Closer
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.plain.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errOversize
	}
	return n, err
}

// trust notes a configured address: it may be a private one.
func (c *Client) trust(u *url.URL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hosts[hostPort(u)] = true
}

func (c *Client) trusts(addr string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hosts[addr]
}

// parseBase reads a configured address, without its final slash, and trusts its host.
func (c *Client) parseBase(what, address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s address is not a URL", what) // the parser's message would repeat a password
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, fmt.Errorf("%s address %q is not an http or https URL", what, withoutSecrets(u))
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, fmt.Errorf("%s address %q must be a plain URL without user, query or fragment", what, withoutSecrets(u))
	}
	c.trust(u)
	return u, nil
}

// withoutSecrets keeps the scheme, host and path of an address: tokens are put into all the rest.
func withoutSecrets(u *url.URL) string {
	safe := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.Host == "" { // a user before the host, where the scheme was forgotten
		safe.Path = u.Path[strings.LastIndexByte(u.Path, '@')+1:]
	}
	return safe.String()
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return strings.ToLower(u.Host)
	}
	port := "80"
	if u.Scheme == "https" {
		port = "443"
	}
	return strings.ToLower(u.Host) + ":" + port
}

// originOf is the scheme, host and port of an address; "" of no address.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return origin(u)
}

func origin(u *url.URL) string { return strings.ToLower(u.Scheme) + "://" + hostPort(u) }
