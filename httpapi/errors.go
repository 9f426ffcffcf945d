package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// ErrorBody is the JSON of every reply that is not a success.
type ErrorBody struct {
	Error     string `json:"error"`               // what was wrong and what to do next
	Code      string `json:"code"`                // snake_case, stable
	Limit     int    `json:"limit,omitempty"`     // the limit that was hit, where there is one
	RequestID string `json:"requestId,omitempty"` // the id in the log
}

// problem is an error that knows how it is told to a client.
type problem struct {
	status int
	code   string
	text   string
	limit  int
	retry  int // seconds until trying again makes sense; 0 for no advice
}

func (p *problem) Error() string { return p.text }

// refuse makes a problem from a format.
func refuse(status int, code, format string, args ...any) *problem {
	return &problem{status: status, code: code, text: fmt.Sprintf(format, args...)}
}

// bad is a 400 that names a limit.
func bad(code string, limit int, format string, args ...any) *problem {
	p := refuse(http.StatusBadRequest, code, format, args...)
	p.limit = limit
	return p
}

// unavailable is a 503 that advises to try again in a second.
func unavailable(code, text string) *problem {
	return &problem{status: http.StatusServiceUnavailable, code: code, text: text, retry: 1}
}

// Errors of this package that have no message of their own for the client.
var (
	errOverloaded = errors.New("too many searches at once")
	errCrashed    = errors.New("handler crashed") // logged where it happened
)

// statusClientGone is nginx's number for a client that left; no client reads it.
const statusClientGone = 499

// problemOf is the one table from errors to statuses. What is not in it is an internal error, whose
// text stays inside.
func problemOf(err error) *problem {
	var p *problem
	var body *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, search.ErrBadQuery):
		return refuse(http.StatusBadRequest, "bad_query", "%s", err)
	case errors.Is(err, search.ErrBadCursor):
		return refuse(http.StatusBadRequest, "bad_cursor", "%s", err)
	case errors.Is(err, store.ErrNotFound):
		return refuse(http.StatusNotFound, "not_found", "no such package: check the spelling, names are case-sensitive")
	case errors.Is(err, ErrReindexRunning):
		return refuse(http.StatusConflict, "reindex_running", "a reindex is running: follow it with GET /admin/reindex")
	case errors.As(err, &body):
		p = refuse(http.StatusRequestEntityTooLarge, "body_too_large", "request body is over %d bytes: send fewer names", body.Limit)
		p.limit = int(body.Limit)
		return p
	case errors.Is(err, errOverloaded):
		return unavailable("overloaded", "too many searches at once: try again in a second")
	case errors.Is(err, index.ErrClosed):
		return unavailable("closing", "the service is shutting down: try again in a second")
	case errors.Is(err, context.DeadlineExceeded):
		// The same search would take as long again, so there is no advice to retry.
		return refuse(http.StatusServiceUnavailable, "query_timeout", "the search took too long: use fewer or rarer words")
	case errors.Is(err, context.Canceled):
		return refuse(statusClientGone, "canceled", "the request was cancelled: try again")
	}
	return refuse(http.StatusInternalServerError, "internal", "internal error: report the request id to the operator")
}

// fail answers with an error, and logs it where it is ours.
func (f *front) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if p.status == http.StatusInternalServerError && !errors.Is(err, errCrashed) {
		f.log.ErrorContext(r.Context(), "request failed", "id", exchangeOf(r.Context()).id, "route", exchangeOf(r.Context()).route, "err", err)
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	// Four strings and numbers always encode.
	body, _ := json.Marshal(ErrorBody{p.text, p.code, p.limit, exchangeOf(r.Context()).id})
	write(w, r, p.status, append(body, '\n'))
}

// reason is what a search found wrong, without the words that mark it as the client's fault: for where a parameter stands before it.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), search.ErrBadQuery.Error()+": ")
}

// word quotes what a client sent, shortened, for an error message.
func word(s string) string {
	const most = 32
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
