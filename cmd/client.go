package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pkgsearch/httpapi"
)

const (
	askTimeout = 30 * time.Second
	maxReply   = 16 << 20 // bytes of a reply that are read, as many as a server sends
)

// client asks the HTTP API: that of a running server, or the same handler over the local data directory. So the
// terminal shows exactly what a server would answer.
type client struct {
	base string // without a slash at the end
	http *http.Client
}

// remote asks a running server.
func remote(server string) client {
	return client{strings.TrimRight(server, "/"), &http.Client{Timeout: askTimeout}}
}

// local asks a handler in this process.
func local(h http.Handler) client {
	return client{"http://local", &http.Client{Transport: inProcess{h}}}
}

// get asks for path and returns the JSON of a good reply. A complaint of the server becomes an error with its
// words and the mark that decides the exit code.
func (c client) get(ctx context.Context, path string, query url.Values) (json.RawMessage, error) {
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, usageError(fmt.Errorf("ask %s: %w", c.base, err))
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // the rest of it repeats the query
		}
		return nil, remoteError(fmt.Errorf("ask %s: %w", c.base, err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err != nil {
		return nil, remoteError(fmt.Errorf("read reply of %s: %w", c.base, err))
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind != "application/json" || len(body) > maxReply || !json.Valid(body) {
		return nil, remoteError(fmt.Errorf("ask %s: %s, but not in JSON; is this the address of a pkgsearch server?", c.base, resp.Status))
	}
	if resp.StatusCode == http.StatusOK {
		return body, nil
	}
	return nil, c.complaint(resp, body)
}

func (c client) complaint(resp *http.Response, body []byte) error {
	var e httpapi.ErrorBody
	if err := json.Unmarshal(body, &e); err != nil || e.Code == "" {
		return remoteError(fmt.Errorf("ask %s: %s; is this the address of a pkgsearch server?", c.base, resp.Status))
	}
	err := errors.New(e.Error)
	switch {
	case resp.StatusCode == http.StatusNotFound && e.Code != "unknown_path":
		return mark(err, errNothing)
	case resp.StatusCode == http.StatusBadRequest, resp.StatusCode == http.StatusRequestURITooLong:
		return usageError(err)
	}
	return remoteError(fmt.Errorf("ask %s: %w (%s)", c.base, err, resp.Status))
}

// inProcess carries requests to a handler without a network.
type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	reply := &memory{header: http.Header{}, status: http.StatusOK}
	t.handler.ServeHTTP(reply, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", reply.status, http.StatusText(reply.status)),
		StatusCode: reply.status,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     reply.header,
		Body:       io.NopCloser(&reply.body),
		Request:    r,
	}, nil
}

// memory is a reply kept in memory.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }
