package httpapi

import (
	"net/http"
	"sync/atomic"
)

// Entrance is the public handler from the first moment on. Until it is opened, while the data is still being
// read, it says that the process lives and asks everyone else to come back; from then on it is the API.
type Entrance struct {
	*front
	api atomic.Pointer[API]
}

// NewEntrance makes the handler that stands before an API with the same options.
func NewEntrance(o Options) *Entrance {
	f := newFront(o.Logger, nil, o.Limits.withDefaults())
	starting := func(http.ResponseWriter, *http.Request) error {
		return unavailable("starting", "the service is opening its data: try again in a second")
	}
	f.on("/healthz", "", methods{"GET": f.healthz})
	f.on("/readyz", "", methods{"GET": starting})
	f.router.NotFoundHandler = f.handle("other", starting)
	f.handler = f.observe(secure(cross(mounted(o.Prefix, f.router))))
	return &Entrance{front: f}
}

// Open lets everyone in to the API.
func (e *Entrance) Open(a *API) { e.api.Store(a) }

// ServeHTTP answers one request.
func (e *Entrance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a := e.api.Load(); a != nil {
		a.ServeHTTP(w, r)
		return
	}
	e.handler.ServeHTTP(w, r)
}
