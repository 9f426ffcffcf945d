package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pkgsearch/bench"
	"pkgsearch/httpapi"
	"pkgsearch/index"
	"pkgsearch/search"
)

// stand is what is measured: an open data directory, with an API over it where that is asked, or a server elsewhere.
type stand struct {
	app       *app
	searching search.Options
	http      bool
	size      int

	source bench.Source
	data   *data // nil: a server elsewhere
	server *http.Server
	served chan error // what serving ended with
}

func (s *stand) open(ctx context.Context) error {
	if s.app.Server != "" {
		s.source = newAskingHTTP(s.app.Server, s.size)
		return nil
	}
	d, err := s.app.openExisting(ctx)
	if err != nil {
		return err
	}
	s.data = d
	if !s.http {
		s.source = s.inside()
		return nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		err = fmt.Errorf("listen: %w", err)
		return errors.Join(err, s.close())
	}
	logger := newLogger(io.Discard, s.app.LogLevel, s.app.LogFormat) // a line a request is written, for nobody
	s.server = httpapi.Server(s.app.api(d, s.searching, httpapi.Options{Logger: logger}), listener.Addr().String())
	s.served = make(chan error, 1)
	go func() { s.served <- serveOn(s.server, listener) }()
	s.source = newAskingHTTP("http://"+listener.Addr().String(), s.size)
	return nil
}

func (s *stand) inside() scoring {
	return scoring{searcher: search.New(s.data.index, s.data.store, s.searching), size: s.size}
}

func (s *stand) way() string {
	if s.http || s.data == nil {
		return overHTTP
	}
	return inThisProcess
}

func (s *stand) close() (err error) {
	if s.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		err = errors.Join(s.server.Shutdown(ctx), s.server.Close(), <-s.served)
		s.server = nil
	}
	if s.data != nil {
		err = errors.Join(err, s.data.Close())
		s.data = nil
	}
	return err
}

// scoring answers from a searcher of this process and tells scores.
type scoring struct {
	searcher   *search.Searcher
	size       int
	exhaustive bool
}

func (s scoring) Ask(ctx context.Context, q bench.Question) (bench.Answer, error) {
	if q.Suggest {
		_, err := s.searcher.Suggest(ctx, q.Text, s.size)
		return bench.Answer{Scored: bench.Unknown}, err
	}
	found, err := s.searcher.Search(ctx, search.Request{Text: q.Text, Size: s.size, CountTo: httpapi.NPMCounted, Exhaustive: s.exhaustive})
	if err != nil {
		return bench.Answer{}, err
	}
	a := bench.Answer{Scored: found.Stats.Scored, Names: make([]string, len(found.Hits)), Scores: make([]float64, len(found.Hits))}
	for i, hit := range found.Hits {
		a.Names[i], a.Scores[i] = hit.Package.Name, hit.Score
	}
	return a, nil
}

// byBleve answers by Bleve alone.
type byBleve struct {
	engine *index.BleveEngine
	size   int
}

func (b byBleve) Ask(ctx context.Context, q bench.Question) (bench.Answer, error) {
	_, matches, err := b.engine.Search(ctx, q.Text, b.size)
	return bench.Answer{Scored: int(matches)}, err
}

// askingHTTP asks a server and reads the replies without taking them apart, so that what is measured is the server.
type askingHTTP struct {
	base   string
	size   string
	client *http.Client
}

func newAskingHTTP(server string, size int) askingHTTP {
	transport := &http.Transport{MaxIdleConnsPerHost: maxBenchClients, DisableCompression: true}
	return askingHTTP{strings.TrimRight(server, "/"), strconv.Itoa(size), &http.Client{Timeout: askTimeout, Transport: transport}}
}

func (s askingHTTP) Ask(ctx context.Context, q bench.Question) (bench.Answer, error) {
	path := "/-/v1/search?"
	if q.Suggest {
		path = "/-/v1/suggest?"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path+url.Values{"text": {q.Text}, "size": {s.size}}.Encode(), nil)
	if err != nil {
		return bench.Answer{}, usageError(fmt.Errorf("ask %s: %w", s.base, err))
	}
	resp, err := s.client.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // the rest of it repeats the query
		}
		return bench.Answer{}, remoteError(fmt.Errorf("ask %s: %w", s.base, err))
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxReply)); err != nil {
		return bench.Answer{}, remoteError(fmt.Errorf("read reply of %s: %w", s.base, err))
	}
	if resp.StatusCode != http.StatusOK {
		return bench.Answer{}, remoteError(fmt.Errorf("ask %s: %s", s.base, resp.Status))
	}
	return bench.Answer{Scored: bench.Unknown}, nil
}
