package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/rs/cors"
)

// observe gives each request an id, one log line, its place in the metrics, and an answer when the
// code behind it panics.
func (f *front) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		x := &exchange{id: requestID(r), route: "other"}
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		rec := &recorder{ResponseWriter: w}
		w.Header().Set("X-Request-Id", x.id)
		defer func() {
			abort := f.rescue(rec, r, recover())
			f.account(r, x, rec, time.Since(start))
			if abort {
				panic(http.ErrAbortHandler) // net/http cuts the connection and logs nothing
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// rescue turns a panic into a 500. It tells whether the connection must be cut: because the handler
// asked for that, or because half a reply is already out.
func (f *front) rescue(rec *recorder, r *http.Request, v any) (abort bool) {
	if v == nil {
		return false
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return true
	}
	f.crashed(r.Context(), v, debug.Stack())
	if rec.status != 0 {
		return true
	}
	f.fail(rec, r, errCrashed)
	return false
}

// crashed counts a panic and logs it with its stack, once.
func (f *front) crashed(ctx context.Context, v any, stack []byte) {
	f.metrics.panics.Inc()
	x := exchangeOf(ctx)
	f.log.ErrorContext(ctx, "panic", "id", x.id, "route", x.route, "panic", v, "stack", string(stack))
}

// account writes the log line and the metrics of a finished request. Paths and query texts stay out of
// both: they hold whatever a stranger sent.
func (f *front) account(r *http.Request, x *exchange, rec *recorder, took time.Duration) {
	status := rec.status
	if status == 0 {
		status = http.StatusOK
	}
	f.metrics.requests.WithLabelValues(x.route, class(status)).Observe(took.Seconds())
	level := slog.LevelInfo
	if x.route == "/healthz" || x.route == "/readyz" {
		level = slog.LevelDebug
	}
	f.log.Log(r.Context(), level, "request", "id", x.id, "method", method(r.Method), "route", x.route,
		"status", status, "bytes", rec.bytes, "text", x.text, "took", took)
}

// method is the request method where it is a usual one.
func method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

// requestID is the client's own id where it is well formed, else a new one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if len(id) == 0 || len(id) > 64 {
		return rand.Text()
	}
	for i := range len(id) {
		if c := id[i]; !alphanumeric(c) && c != '-' && c != '_' && c != '.' {
			return rand.Text()
		}
	}
	return id
}

// secure keeps browsers from taking a reply for anything but data.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// cross lets any site read public replies, never with credentials.
func cross(next http.Handler) http.Handler {
	return cors.New(cors.Options{
		AllowedOrigins: []string{"*"},
		AllowedMethods: []string{"GET", "HEAD"},
		AllowedHeaders: []string{"If-None-Match", "X-Request-Id"},
		ExposedHeaders: []string{"ETag", "Retry-After", "X-Request-Id", "X-Truncated"},
		MaxAge:         600, // seconds
	}).Handler(next)
}

// compress gzips replies over a kilobyte for clients that accept it. Public replies hold no secret that
// their length could tell.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.EnableZstd(false), gzhttp.ContentTypes([]string{"application/json"}))
	if err != nil {
		panic(err) // constants that the library refuses
	}
	return wrap(next)
}

// recorder remembers what went out.
type recorder struct {
	http.ResponseWriter
	status int // 0 until the header is sent
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap gives http.ResponseController the writer below.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
