package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// downloadsBulk is the most names of one call.
	downloadsBulk = 128
	// downloadsPause is what the API wants after it has said 429 without saying how long.
	downloadsPause = time.Minute
	// downloadsTries is how often a call is made in all.
	downloadsTries = 5
	// downloadsFailures is how many names in a row get no answer before the API is taken to be down.
	downloadsFailures = 30
	// downloadsBatch is how many counts are applied at a time, and a bulk more at most.
	downloadsBatch = 1280

	maxDownloads = 1 << 20 // bytes of an answer
)

// DownloadsRate is how many requests a second a Client for the downloads API should make at most.
const DownloadsRate = 6

// DownloadsClient asks a downloads API for the last month: many names without a scope in one call, scoped ones singly.
type DownloadsClient struct {
	Logger *slog.Logger // one line for each round that leaves names out; nil for none

	client *Client
	base   *url.URL
}

// NewDownloadsClient makes a client of the API at an address; its requests are /downloads/point/last-month/NAMES below it.
// Give it a Client of its own, with the Rate DownloadsRate.
func NewDownloadsClient(address string, c *Client) (*DownloadsClient, error) {
	base, err := c.parseBase("downloads API", address)
	if err != nil {
		return nil, err
	}
	return &DownloadsClient{client: c, base: base}, nil
}

// Refresh asks for all names and hands over their counts, some thousand at a time; 0 is a package without any. A name
// that gets no answer is left out and counted. What ends it early is an API that fails many times in a row or wants no
// more requests, and an error of apply: what was told before is handed over.
func (d *DownloadsClient) Refresh(ctx context.Context, names iter.Seq[string], apply func(map[string]uint64) error) (err error) {
	r := round{api: d, apply: apply, counts: map[string]uint64{}}
	var bulk []string
	for name := range names {
		if strings.HasPrefix(name, "@") {
			err = r.ask(ctx, name)
		} else if bulk = append(bulk, name); len(bulk) == downloadsBulk {
			err = r.ask(ctx, bulk...)
			bulk = bulk[:0]
		}
		if err != nil {
			break
		}
	}
	if err == nil && len(bulk) > 0 {
		err = r.ask(ctx, bulk...)
	}
	err = cmp.Or(err, r.flush())
	if r.skipped > 0 && d.Logger != nil {
		d.Logger.Warn("downloads left out", "packages", r.skipped, "err", r.first)
	}
	if !r.answered {
		err = cmp.Or(err, r.first)
	}
	return err
}

// round is one Refresh.
type round struct {
	api    *DownloadsClient
	apply  func(map[string]uint64) error
	counts map[string]uint64 // not yet applied

	answered bool  // at least once
	skipped  int   // names left out
	failures int   // of these, in a row
	first    error // why one was left out
}

// ask makes a call, and again for each name of a bulk that it did not tell. Its error ends the round.
func (r *round) ask(ctx context.Context, names ...string) error {
	err := r.api.point(ctx, names, r.counts)
	if err != nil && (ctx.Err() != nil || isTooMany(err)) {
		return err
	}
	untold := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, told := r.counts[name]
		return told
	})
	if len(untold) < len(names) {
		r.answered, r.failures = true, 0
	} else if len(names) == 1 {
		r.skipped++
		r.failures++
		r.first = cmp.Or(r.first, err)
		if r.failures == downloadsFailures {
			return err
		}
		return nil
	}
	for _, name := range untold {
		if err := r.ask(ctx, name); err != nil {
			return err
		}
	}
	if len(r.counts) >= downloadsBatch {
		return r.flush()
	}
	return nil
}

func (r *round) flush() error {
	counts := r.counts
	if len(counts) == 0 {
		return nil
	}
	r.counts = map[string]uint64{}
	return r.apply(counts)
}

// point makes one call and adds its counts.
func (d *DownloadsClient) point(ctx context.Context, names []string, counts map[string]uint64) error {
	for try := 1; ; try++ {
		err := d.call(ctx, names, counts)
		if err == nil {
			return nil
		}
		if try == downloadsTries || !isTooMany(err) {
			return fmt.Errorf("fetch downloads of %s and %d more: %w", names[0], len(names)-1, err)
		}
		if err := sleep(ctx, downloadsPause); err != nil {
			return err
		}
	}
}

// isTooMany tells whether the API wants no more requests for now.
func isTooMany(err error) bool {
	var up *upstreamError
	return errors.As(err, &up) && up.status == http.StatusTooManyRequests
}

// pointAnswer is the answer for one package; null where the API knows none.
type pointAnswer struct {
	Downloads *uint64 `json:"downloads"`
}

func (d *DownloadsClient) call(ctx context.Context, names []string, counts map[string]uint64) error {
	u := *d.base
	escaped := make([]string, len(names))
	for i, name := range names {
		escaped[i] = url.PathEscape(name)
	}
	if strings.HasPrefix(names[0], "@") { // the one slash stays one
		escaped[0] = strings.Replace(escaped[0], "%2F", "/", 1)
	}
	const route = "/downloads/point/last-month/"
	u.RawPath = u.EscapedPath() + route + strings.Join(escaped, ",")
	u.Path += route + strings.Join(names, ",")
	resp, err := d.client.get(ctx, &u, false, maxDownloads)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound && len(names) == 1 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		counts[names[0]] = 0
		return nil
	}
	if err := wantJSON(resp); err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return &upstreamError{err: err}
	}
	return readPoint(body, names, counts)
}

// readPoint reads the answer to one name, or the map that answers several. A name that it does not tell gets no count.
func readPoint(body []byte, names []string, counts map[string]uint64) error {
	answers := map[string]*pointAnswer{}
	var err error
	if len(names) == 1 {
		var one *pointAnswer
		err = json.Unmarshal(body, &one)
		answers[names[0]] = one
	} else {
		err = json.Unmarshal(body, &answers)
	}
	if err != nil {
		return &upstreamError{err: fmt.Errorf("unexpected answer: %w", err)}
	}
	for _, name := range names {
		switch a, told := answers[name]; {
		case !told:
		case a == nil:
			counts[name] = 0
		case a.Downloads != nil:
			counts[name] = *a.Downloads
		case len(names) == 1:
			return &upstreamError{err: errors.New("unexpected answer: no downloads in it")}
		}
	}
	return nil
}
