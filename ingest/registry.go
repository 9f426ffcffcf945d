package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// maxPackument bounds a packument, in bytes; the largest there may be takes 100 MB.
const maxPackument = 160 << 20

// Registry is where packuments come from. It is safe for concurrent use.
type Registry struct {
	client *Client
	base   *url.URL
	limit  int64 // bytes of a packument
}

// Packument is an answer of a Registry, to be closed.
type Packument struct {
	*Spool
	Missing bool // answered with 404 or 410; what is there may still tell why
}

// NewRegistry makes the registry at an address.
func NewRegistry(address string, c *Client) (*Registry, error) {
	base, err := c.parseBase("registry", address)
	if err != nil {
		return nil, err
	}
	return &Registry{client: c, base: base, limit: maxPackument}, nil
}

// Packument fetches the full document of a package; fresh asks caches on the way to stand aside. Whatever is wrong with
// the answer or the way to it is an upstreamError.
func (r *Registry) Packument(ctx context.Context, name string, fresh bool) (*Packument, error) {
	doc, err := r.fetch(ctx, name, fresh)
	if err != nil {
		return nil, fmt.Errorf("fetch packument %q: %w", name, err)
	}
	return doc, nil
}

func (r *Registry) fetch(ctx context.Context, name string, fresh bool) (*Packument, error) {
	resp, err := r.client.get(ctx, r.address(name), fresh, r.limit)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	missing := resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone
	if missing {
		// Only a registry's own word counts: a proxy that has lost its way answers 404 too, with a page.
		if kind := resp.Header.Get("Content-Type"); !strings.Contains(kind, "json") {
			return nil, &upstreamError{status: resp.StatusCode, err: fmt.Errorf("%s, with a body of type %q: not a registry's answer", statusLine(resp.StatusCode), kind)}
		}
	} else if err := wantJSON(resp); err != nil {
		return nil, err
	}
	spool, err := spoolBody(ctx, resp.Body)
	if err != nil {
		return nil, err
	}
	return &Packument{Spool: spool, Missing: missing}, nil
}

// address keeps a scoped name in one segment: @scope%2Fname.
func (r *Registry) address(name string) *url.URL {
	u := *r.base
	u.RawPath = u.EscapedPath() + "/" + url.PathEscape(name)
	u.Path += "/" + name
	return &u
}

// alive tells whether the registry answers a ping.
func (r *Registry) alive(ctx context.Context) error {
	resp, err := r.client.get(ctx, r.base.JoinPath("-", "ping"), true, maxRoot)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch status := resp.StatusCode; {
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &upstreamError{status: status, err: errors.New(statusLine(status))}
	}
	return nil
}
