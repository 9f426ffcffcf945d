package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"pkgsearch/index/store"
	"pkgsearch/search"
)

// Searcher answers questions; *search.Searcher is one.
type Searcher interface {
	Search(ctx context.Context, req search.Request) (*search.Result, error)
	Suggest(ctx context.Context, text string, size int) (*search.Suggestions, error)
}

// Packages reads records by name; *store.Store is one. Get answers store.ErrNotFound for an unknown
// name; GetMany leaves unknown names out.
type Packages interface {
	Get(ctx context.Context, name string) (store.Package, error)
	GetMany(ctx context.Context, names []string) ([]store.Package, error)
}

// Options are the settings and the small questions that the API asks about its surroundings. The zero
// value works.
type Options struct {
	Limits     Limits
	Logger     *slog.Logger          // one line a request; nil discards
	Registerer prometheus.Registerer // nil keeps the metrics unregistered
	Version    string                // shown at / and in the status
	Prefix     string                // path under which a proxy mounts the API, such as "/npm"; the root answers too
	SiteURL    string                // page of a package, "{name}" replaced, for links.npm; empty leaves the link out
	Now        func() time.Time      // nil for time.Now

	Position func() Position                       // where the live index stands; nil means no ETags
	Counts   func(context.Context) (Counts, error) // what the store holds; nil leaves it out of the status
	Feed     func() FeedStatus                     // the follower; nil leaves it out of the status
	Ready    func() error                          // why the service must not get traffic yet; nil is ready
}

// Limits bound what one request, and all of them together, may cost. Zero fields take the defaults.
type Limits struct {
	URLBytes    int           // path and query; 8 KiB
	BodyBytes   int64         // request body; 64 KiB
	ReplyBytes  int           // reply before compression; 16 MiB
	Searches    int           // running at once; GOMAXPROCS: a search needs a processor, more would only slow each other down
	Queue       int           // waiting for a place; 128
	QueueWait   time.Duration // longest wait for a place; 250 ms
	QueryBudget time.Duration // longest search, from when it has its place; 1 s
}

func (l Limits) withDefaults() Limits {
	l.URLBytes = positive(l.URLBytes, 8<<10)
	l.BodyBytes = positive(l.BodyBytes, 64<<10)
	l.ReplyBytes = positive(l.ReplyBytes, 16<<20)
	l.Searches = positive(l.Searches, runtime.GOMAXPROCS(0))
	l.Queue = positive(l.Queue, 128)
	l.QueueWait = positive(l.QueueWait, 250*time.Millisecond)
	l.QueryBudget = positive(l.QueryBudget, time.Second)
	return l
}

// positive is v, or def where v is not above zero.
func positive[T int | int64 | time.Duration](v, def T) T {
	if v > 0 {
		return v
	}
	return def
}

// API is the public handler.
type API struct {
	*front
	opts     Options
	searcher Searcher
	packages Packages
	gate     *gate // searches and suggestions
	probe    *gate // the readiness query: one at a time, never behind the searches
	draining atomic.Bool
}

// New builds the public API over a searcher and a reader of records.
func New(o Options, s Searcher, p Packages) *API {
	o.Limits = o.Limits.withDefaults()
	if o.Now == nil {
		o.Now = time.Now
	}
	f := newFront(o.Logger, o.Registerer, o.Limits)
	a := &API{front: f, opts: o, searcher: s, packages: p}
	a.gate = newGate(o.Limits.Searches, o.Limits.Queue, o.Limits.QueueWait, f)
	a.probe = newGate(1, 0, o.Limits.QueueWait, f)
	a.routes()
	a.handler = f.observe(secure(cross(compress(mounted(o.Prefix, f.guard(f.router))))))
	return a
}

// routes is every address the public API answers.
func (a *API) routes() {
	a.on("/", "", methods{"GET": a.home})
	a.on("/-/v1/search", "npm search: text, size, from, quality, popularity, maintenance", methods{"GET": a.npmSearch})
	a.on("/-/v1/suggest", "names that complete a text: text, size", methods{"GET": a.suggest})
	a.on("/api/v1/search", "search with filters, facets, sort, cursor, highlights and explanations: docs/search-api.md", methods{"GET": a.search})
	a.on("/api/v1/packages", "many packages by name", methods{"POST": a.manyPackages})
	a.on("/api/v1/packages/{name:.+}", "one package with its scores", methods{"GET": a.onePackage})
	a.on("/api/v1/status", "index, counts and feed", methods{"GET": a.status})
	a.on("/healthz", "the process lives", methods{"GET": a.healthz})
	a.on("/readyz", "the index answers", methods{"GET": a.readyz})
	a.router.NotFoundHandler = a.handle("other", a.unknownPath)
}

// Drain turns /readyz to 503 so that a balancer sends no new requests; the other routes go on.
func (a *API) Drain() { a.draining.Store(true) }

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }
