package registrytest

import (
	"io"
	"net/http"
	"strconv"
)

// Transport calls the registry directly, without a network: requests take no time but that of the faults, which makes it
// fit for testing/synctest. Any host is answered.
func (r *Registry) Transport() http.RoundTripper { return direct{r} }

type direct struct{ handler http.Handler }

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	in := req.Clone(req.Context())
	in.RequestURI = req.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	body, out := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: out, ready: make(chan struct{})}
	go w.serve(d.handler, in)
	select {
	case <-w.ready:
	case <-req.Context().Done():
		body.CloseWithError(req.Context().Err())
		return nil, req.Context().Err()
	}
	if w.status == 0 {
		return nil, io.ErrUnexpectedEOF // the connection was dropped
	}
	length, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64)
	if err != nil {
		length = -1
	}
	stop := make(chan struct{})
	go func() {
		select {
		case <-req.Context().Done():
			body.CloseWithError(req.Context().Err())
		case <-stop:
		}
	}()
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, ContentLength: length, Request: req,
		Body: &pipeBody{PipeReader: body, stop: stop},
	}, nil
}

// pipeWriter is the handler's side of a reply.
type pipeWriter struct {
	header http.Header
	status int
	body   *io.PipeWriter
	ready  chan struct{} // closed when the header is complete, or will never be
}

func (w *pipeWriter) serve(h http.Handler, req *http.Request) {
	defer func() {
		fault := recover()
		if fault != nil && fault != http.ErrAbortHandler {
			panic(fault)
		}
		if fault == nil {
			w.WriteHeader(http.StatusOK)
			w.body.Close()
			return
		}
		if w.status == 0 {
			close(w.ready)
		}
		w.body.CloseWithError(io.ErrUnexpectedEOF)
	}()
	h.ServeHTTP(w, req)
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		close(w.ready)
	}
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *pipeWriter) Flush() {}

// pipeBody is the client's side of a body.
type pipeBody struct {
	*io.PipeReader
	stop   chan struct{}
	closed bool
}

func (b *pipeBody) Close() error {
	if !b.closed {
		b.closed = true
		close(b.stop)
	}
	return b.PipeReader.Close()
}
