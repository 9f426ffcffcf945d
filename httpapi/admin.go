package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pkgsearch/index/store"
)

// ErrReindexRunning is what a Reindexer answers when it is asked to start twice.
var ErrReindexRunning = errors.New("a reindex is running")

// Reindexer rebuilds the index beside the live one, in the background.
type Reindexer interface {
	Start() error // ErrReindexRunning while one runs
	Status() ReindexStatus
}

// DeadLetters are the packages that could not be taken in. Retry makes one due at once; an unknown name
// is store.ErrNotFound.
type DeadLetters interface {
	DeadLetters(ctx context.Context, after string, limit int) ([]store.DeadLetter, error)
	Retry(ctx context.Context, name string) error
}

// AdminOptions are the settings of the operator's listener. The zero value works.
type AdminOptions struct {
	Logger   *slog.Logger
	Gatherer prometheus.Gatherer // what /metrics shows; nil shows nothing
	Token    string              // bearer token that every route asks for; "" asks for none
}

// Admin is the operator's handler.
type Admin struct {
	*front
	reindexer Reindexer
	letters   DeadLetters
}

// NewAdmin builds the operator's handler. A nil Reindexer or DeadLetters leaves their routes unanswered.
func NewAdmin(o AdminOptions, re Reindexer, letters DeadLetters) *Admin {
	f := newFront(o.Logger, nil, Limits{}.withDefaults())
	a := &Admin{f, re, letters}
	a.routes(o.Gatherer)
	a.handler = f.observe(secure(f.sameOrigin(f.authorize(o.Token, f.guard(f.router)))))
	return a
}

// routes is every address of the operator's listener.
func (a *Admin) routes(g prometheus.Gatherer) {
	if g == nil {
		g = prometheus.NewRegistry()
	}
	a.on("/metrics", "Prometheus metrics", methods{"GET": plain(promhttp.HandlerFor(g, promhttp.HandlerOpts{}))})
	a.on("/admin/reindex", "rebuild the index and swap, or see how far that is", methods{"GET": a.reindexStatus, "POST": a.reindex})
	a.on("/admin/dead-letters", "packages that could not be taken in: after, size", methods{"GET": a.deadLetters})
	a.on("/admin/dead-letters/{name:.+}/retry", "try one again now", methods{"POST": a.retry})
	a.on("/debug/pprof/", "Go profiles", methods{"GET": plain(http.HandlerFunc(pprof.Index))})
	a.on("/debug/pprof/cmdline", "", methods{"GET": plain(http.HandlerFunc(pprof.Cmdline))})
	a.on("/debug/pprof/profile", "", methods{"GET": plain(http.HandlerFunc(pprof.Profile))})
	a.on("/debug/pprof/symbol", "", methods{"GET": plain(http.HandlerFunc(pprof.Symbol))})
	a.on("/debug/pprof/trace", "", methods{"GET": plain(http.HandlerFunc(pprof.Trace))})
	a.on("/debug/pprof/{profile:[a-z]+}", "", methods{"GET": plain(http.HandlerFunc(pprof.Index))})
	a.on("/", "", methods{"GET": a.home})
	a.router.NotFoundHandler = a.handle("other", a.unknownPath)
}

// ServeHTTP answers one request.
func (a *Admin) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// plain is a handler that reports its own errors.
func plain(h http.Handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}

func (a *Admin) home(w http.ResponseWriter, r *http.Request) error {
	return a.reply(w, r, homePage{Name: "pkgsearch admin", Routes: a.shown})
}

func (a *Admin) unknownPath(http.ResponseWriter, *http.Request) error {
	return refuse(http.StatusNotFound, "unknown_path", "nothing is here: this is the admin listener, its routes are listed at /")
}

// ReindexStatus is the reply of GET and POST /admin/reindex.
type ReindexStatus struct {
	State    string    `json:"state"` // idle, running, done or failed
	Done     int       `json:"done"`  // packages
	Total    int       `json:"total"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	Error    string    `json:"error,omitempty"`
}

func (a *Admin) reindex(w http.ResponseWriter, r *http.Request) error {
	if a.reindexer == nil {
		return notOffered()
	}
	if err := a.reindexer.Start(); err != nil {
		return err
	}
	a.log.InfoContext(r.Context(), "reindex asked for", "id", exchangeOf(r.Context()).id)
	return a.replyStatus(w, r, http.StatusAccepted, a.reindexer.Status())
}

func (a *Admin) reindexStatus(w http.ResponseWriter, r *http.Request) error {
	if a.reindexer == nil {
		return notOffered()
	}
	return a.reply(w, r, a.reindexer.Status())
}

func notOffered() error {
	return refuse(http.StatusNotImplemented, "not_offered", "this server runs without that part")
}
