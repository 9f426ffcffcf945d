package httpapi

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
)

// front is what both listeners share: the router, the middleware and the way errors are told.
type front struct {
	handler http.Handler // router behind its middleware
	router  *mux.Router
	shown   []route // in the order they were added
	log     *slog.Logger
	metrics *metrics
	limits  Limits
}

// route is one line of the list that / and unknown paths show.
type route struct {
	Methods string `json:"methods"`
	Path    string `json:"path"`
	About   string `json:"about"`
}

func newFront(log *slog.Logger, reg prometheus.Registerer, l Limits) *front {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	// Encoded paths keep "%2f" inside a name from becoming a separator; nothing is cleaned by a redirect,
	// since a redirect to another path walks around a proxy's rules: guard refuses such paths instead.
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	return &front{router: router, log: log, metrics: newMetrics(reg), limits: l}
}

// handler answers a request or says why it cannot.
type handler func(w http.ResponseWriter, r *http.Request) error

// methods are the handlers of one path. GET answers HEAD as well.
type methods map[string]handler

// on adds a path. An empty about keeps it out of the list that is shown.
func (f *front) on(path, about string, m methods) {
	allowed := slices.Sorted(maps.Keys(m))
	if m["GET"] != nil {
		m["HEAD"] = m["GET"]
		allowed = append(allowed, "HEAD")
		slices.Sort(allowed)
	}
	allow := strings.Join(allowed, ", ")
	name := template(path)
	if about != "" {
		f.shown = append(f.shown, route{allow, name, about})
	}
	f.router.Handle(path, f.handle(name, func(w http.ResponseWriter, r *http.Request) error {
		if h := m[r.Method]; h != nil {
			return h(w, r)
		}
		w.Header().Set("Allow", allow)
		return refuse(http.StatusMethodNotAllowed, "method_not_allowed", "%s is not answered here: use %s", word(r.Method), allow)
	}))
}

// template is a path with "{name}" for "{name:.+}", as the list and the metrics show it.
func template(path string) string {
	before, pattern, found := strings.Cut(path, ":")
	if !found {
		return path
	}
	_, after, _ := strings.Cut(pattern, "}")
	return before + "}" + after
}

// handle makes a plain handler of one that returns an error, and tells the log and the metrics which
// route it was.
func (f *front) handle(route string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchangeOf(r.Context()).route = route
		if err := h(w, r); err != nil {
			f.fail(w, r, err)
		}
	})
}

// exchange is what is noted about one request on its way.
type exchange struct {
	id    string
	route string // template, from a closed set
	text  int    // code points of the query text; the text itself is never logged
}

type exchangeKey struct{}

// exchangeOf is the note of a request, or a blank one outside the middleware.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{}
}
