package registrytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	feedRoot = "/-/feed"
	feedPath = "/-/feed/registry"
	downPath = "/-/downloads"
)

// URL is the address of the registry, without a final slash.
func (r *Registry) URL() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.url
}

// FeedURL is the address of the change feed's database, DownloadsURL that of the downloads API.
func (r *Registry) FeedURL() string      { return r.URL() + feedPath }
func (r *Registry) DownloadsURL() string { return r.URL() + downPath }

// Start serves on a free port of 127.0.0.1 until the test ends.
func (r *Registry) Start(t testing.TB) {
	t.Helper()
	stop, err := r.Serve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Serve serves on an address; port 0 takes a free one, which URL then tells. stop drops all connections and returns
// when nothing is served any more.
func (r *Registry) Serve(addr string) (stop func() error, err error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("serve registry: %w", err)
	}
	r.mu.Lock()
	r.url = "http://" + l.Addr().String()
	r.mu.Unlock()
	server := &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	return func() error {
		err := server.Close()
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}

// ServeHTTP answers one request.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	target, serve := r.route(req)
	r.mu.Lock()
	r.requests = append(r.requests, Request{At: time.Now(), Target: target, URI: req.RequestURI, Header: req.Header.Clone()})
	fault := r.fault(target)
	r.mu.Unlock()
	fault.send(req.Context(), w, serve(req, fault))
}

// route finds who answers a request, and its name as a target of faults.
func (r *Registry) route(req *http.Request) (target string, serve func(*http.Request, Fault) answer) {
	path := strings.TrimSuffix(req.URL.EscapedPath(), "/")
	name, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	switch {
	case err != nil:
		return "bad", func(*http.Request, Fault) answer { return problem(http.StatusBadRequest, "bad path") }
	case path == feedRoot, path == feedPath && r.options.Dialect == Couch:
		return "root", r.root
	case path == feedPath+"/_changes":
		return "changes", r.changes
	case path == feedPath+"/_all_docs":
		return "list", r.list
	case strings.HasPrefix(path, downPath+"/downloads/point/last-month/"):
		return "downloads", r.point
	case path == "/-/ping":
		return "ping", func(*http.Request, Fault) answer { return reply(http.StatusOK, []byte("{}")) }
	case path == "/-/state":
		return "state", func(*http.Request, Fault) answer { return reply(http.StatusOK, marshal(r.State())) }
	case path == "/-/exec" && req.Method == http.MethodPost:
		return "exec", r.exec
	case strings.HasPrefix(path, "/-/"):
		return "none", func(*http.Request, Fault) answer { return problem(http.StatusNotFound, "no such route") }
	}
	return "docs/" + name, func(_ *http.Request, f Fault) answer { return r.packument(name, f) }
}

func (r *Registry) packument(name string, f Fault) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, ok := r.docs[name]
	switch {
	case ok && f.Kind == Stale && d.before != nil:
		return reply(http.StatusOK, d.before)
	case !ok || d.body == nil || f.Kind == Stale:
		return problem(http.StatusNotFound, "Not found")
	}
	return reply(d.status, d.body)
}

func (r *Registry) exec(req *http.Request, _ Fault) answer {
	if err := r.Run(req.Body); err != nil {
		return problem(http.StatusBadRequest, "%s", err)
	}
	return reply(http.StatusOK, []byte("{}"))
}

// point is the downloads API: one name, or up to 128 of them without a scope as a map.
func (r *Registry) point(req *http.Request, _ Fault) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, asked, _ := strings.Cut(req.URL.Path, "/last-month/")
	entry := func(name string) map[string]any {
		if n, ok := r.downloads[name]; ok {
			return map[string]any{"downloads": n, "package": name, "start": "2020-01-01", "end": "2020-01-30"}
		}
		return nil
	}
	names := strings.Split(asked, ",")
	if len(names) == 1 {
		if e := entry(asked); e != nil {
			return reply(http.StatusOK, marshal(e))
		}
		return problem(http.StatusNotFound, "package %s not found", asked)
	}
	out := map[string]any{}
	for _, name := range names {
		if strings.HasPrefix(name, "@") || len(names) > 128 {
			return problem(http.StatusBadRequest, "scoped packages or more than 128 names in a bulk")
		}
		if out[name] = nil; entry(name) != nil {
			out[name] = entry(name)
		}
	}
	return reply(http.StatusOK, marshal(out))
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only called with plain maps and structs
	}
	return b
}
