package registrytest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is a way to misbehave.
type Kind string

const (
	Status    Kind = "status"    // answer Fault.Status, with Fault.RetryAfter when it is set
	ResetConn Kind = "reset"     // drop the connection without an answer
	Truncate  Kind = "truncate"  // drop it after Fault.At bytes of the body
	HTML      Kind = "html"      // 200 with a web page
	Slow      Kind = "slow"      // one byte of the body each Fault.Every, default a second
	Stale     Kind = "stale"     // the packument as it was before its last change
	Duplicate Kind = "duplicate" // every row of the feed twice, the second time in reverse order
	Bomb      Kind = "bomb"      // a gzip body of Fault.At blanks
)

// Fault is a misbehaviour that waits for requests.
type Fault struct {
	Kind Kind
	// On says which requests it hits: root, changes, list (all names), docs, docs/NAME, downloads, ping or any.
	On         string
	Times      int // requests it hits; 0 is one, negative is all until Heal
	Status     int
	RetryAfter string
	At         int
	Every      time.Duration
}

// Inject adds a fault behind those that wait already.
func (r *Registry) Inject(f Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	r.faults = append(r.faults, &f)
}

// Heal ends all faults.
func (r *Registry) Heal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = nil
}

// fault takes the first fault that fits a request; the zero Fault when there is none.
func (r *Registry) fault(target string) Fault {
	for i, f := range r.faults {
		if f.On != "any" && f.On != target && !strings.HasPrefix(target, f.On+"/") {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				r.faults = slices.Delete(r.faults, i, i+1)
			}
		}
		return *f
	}
	return Fault{}
}

// answer is a reply before it goes out.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func reply(status int, body []byte) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

func problem(status int, format string, args ...any) answer {
	return reply(status, fmt.Appendf(nil, `{"error":%q}`, fmt.Sprintf(format, args...)))
}

// send writes an answer as its fault wants it.
func (f Fault) send(ctx context.Context, w http.ResponseWriter, a answer) {
	switch f.Kind {
	case Status:
		a = problem(f.Status, "%s", http.StatusText(f.Status))
		if f.RetryAfter != "" {
			a.header.Set("Retry-After", f.RetryAfter)
		}
	case ResetConn:
		panic(http.ErrAbortHandler)
	case HTML:
		a = reply(http.StatusOK, []byte("<!doctype html><title>Welcome</title><p>Please sign in to the network."))
		a.header.Set("Content-Type", "text/html; charset=utf-8")
	case Bomb:
		a.body = deflate(f.At)
		a.header.Set("Content-Encoding", "gzip")
	}
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	switch f.Kind {
	case Truncate:
		write(w, a.body[:min(f.At, len(a.body))])
		if f.At < len(a.body) {
			panic(http.ErrAbortHandler)
		}
	case Slow:
		every := f.Every
		if every == 0 {
			every = time.Second
		}
		tick := time.NewTicker(every)
		defer tick.Stop()
		for i := range a.body {
			if !write(w, a.body[i:i+1]) {
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done(): // the client is gone
				return
			}
		}
	default:
		write(w, a.body)
	}
}

func write(w http.ResponseWriter, b []byte) bool {
	_, err := w.Write(b)
	return err == nil && http.NewResponseController(w).Flush() == nil
}

func deflate(blanks int) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	block := bytes.Repeat([]byte(" "), 1<<16)
	for n := blanks; n > 0; n -= len(block) {
		if _, err := z.Write(block[:min(n, len(block))]); err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}
