package ingest

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

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
		if until := time.Now().Add(pause); until.After(t.pauses[origin(req.URL)]) {
			t.pauses[origin(req.URL)] = until
		}
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
