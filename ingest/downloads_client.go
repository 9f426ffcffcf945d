package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
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
	// downloadsBatch is how many counts are applied at a time.
	downloadsBatch = 1280

	maxDownloads = 1 << 20 // bytes of an answer
)

// DownloadsRate is how many requests a second a Client for the downloads API should make at most.
const DownloadsRate = 6

// DownloadsClient asks a downloads API for the last month: many names without a scope in one call, scoped ones singly.
type DownloadsClient struct {
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

// Refresh asks for all names and hands over their counts, some thousand at a time; 0 is a package without any. An error
// of the API ends it, as does one of apply: what was applied stays.
func (d *DownloadsClient) Refresh(ctx context.Context, names iter.Seq[string], apply func(map[string]uint64) error) error {
	counts := map[string]uint64{}
	var bulk []string
	ask := func() error {
		if len(bulk) == 0 {
			return nil
		}
		err := d.point(ctx, bulk, counts)
		bulk = bulk[:0]
		if err != nil || len(counts) < downloadsBatch {
			return err
		}
		err = apply(counts)
		counts = map[string]uint64{}
		return err
	}
	for name := range names {
		if strings.HasPrefix(name, "@") {
			if err := d.point(ctx, []string{name}, counts); err != nil {
				return err
			}
			continue
		}
		if bulk = append(bulk, name); len(bulk) < downloadsBulk {
			continue
		}
		if err := ask(); err != nil {
			return err
		}
	}
	if err := ask(); err != nil || len(counts) == 0 {
		return err
	}
	return apply(counts)
}

// point makes one call and adds its counts.
func (d *DownloadsClient) point(ctx context.Context, names []string, counts map[string]uint64) error {
	for try := 1; ; try++ {
		err := d.call(ctx, names, counts)
		if err == nil {
			return nil
		}
		var up *upstreamError
		if try == downloadsTries || !errors.As(err, &up) || up.status != http.StatusTooManyRequests {
			return fmt.Errorf("fetch downloads of %s and %d more: %w", names[0], len(names)-1, err)
		}
		if err := sleep(ctx, downloadsPause); err != nil {
			return err
		}
	}
}

// pointAnswer is the answer for one package; null where the API knows none.
type pointAnswer struct {
	Downloads uint64 `json:"downloads"`
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
	if resp.StatusCode == http.StatusNotFound && len(names) == 1 {
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

// readPoint reads the answer to one name, or the map that answers several.
func readPoint(body []byte, names []string, counts map[string]uint64) error {
	answers := map[string]*pointAnswer{}
	var err error
	if len(names) == 1 {
		var one pointAnswer
		err = json.Unmarshal(body, &one)
		answers[names[0]] = &one
	} else {
		err = json.Unmarshal(body, &answers)
	}
	if err != nil {
		return &upstreamError{err: fmt.Errorf("unexpected answer: %w", err)}
	}
	for _, name := range names {
		counts[name] = 0
		if a := answers[name]; a != nil {
			counts[name] = a.Downloads
		}
	}
	return nil
}
