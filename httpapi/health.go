package httpapi

import (
	"context"
	"net/http"

	"pkgsearch/search"
)

type health struct {
	Status string `json:"status"`
}

// healthz says that the process answers, whatever else is wrong.
func (f *front) healthz(w http.ResponseWriter, r *http.Request) error {
	return f.reply(w, r, health{"ok"})
}

// readyz says that the service should get traffic: it is not draining, it calls itself ready, and a small
// query answers within the budget. The query has a gate of its own, so that a full house is still ready
// and a searcher that hangs is asked by one probe at a time.
func (a *API) readyz(w http.ResponseWriter, r *http.Request) error {
	if err := a.unready(); err != nil {
		return err
	}
	_, err := through(r.Context(), a.probe, a.limits.QueryBudget, func(ctx context.Context) (*search.Result, error) {
		return a.searcher.Search(ctx, search.Request{Text: "a", Size: 1})
	})
	if err != nil {
		a.log.WarnContext(r.Context(), "readiness query", "id", exchangeOf(r.Context()).id, "err", err)
		return unavailable("not_ready", "the readiness query does not answer")
	}
	return a.reply(w, r, health{"ready"})
}

// unready is why the service should get no traffic, as far as that is known without asking the index.
func (a *API) unready() error {
	if a.draining.Load() {
		return unavailable("draining", "the service is shutting down")
	}
	if a.opts.Ready != nil {
		if err := a.opts.Ready(); err != nil {
			return unavailable("not_ready", err.Error())
		}
	}
	return nil
}
