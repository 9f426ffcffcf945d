package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxPage bounds the body of a page, in bytes: 10,000 plain rows take one or two million, documents much more.
const maxPage = 1 << 30

// Feed is an upstream's change feed. A Feed is for one goroutine.
type Feed struct {
	client  *Client
	base    *url.URL // as configured
	db      *url.URL // the database, found by Probe
	dialect dialect  // likewise
}

// dialect is how one kind of feed is asked and read.
type dialect interface {
	// first is the cursor of a store that knows nothing, when the feed ends at head.
	first(head string) string
	// request is the path below the database, and the query, for what follows the cursor.
	request(cursor string, ask Ask) (path string, query url.Values)
	// list is the key of the rows in an answer to a request for that cursor.
	list(cursor string) string
	// next is the cursor behind a page that was asked for by cursor, and whether nothing follows for now.
	next(cursor string, p *Page) (last string, end bool)
	// refused takes note of an answer to a request; true asks for another try, in another way.
	refused(ask Ask, status int) bool
}

// Ask says what to read.
type Ask struct {
	Limit int  // rows
	Docs  bool // documents in the rows are welcome
	Wait  bool // the reader is caught up: wait some seconds for news, if the feed can
}

// Change is a row of a feed: the package has another revision now.
type Change struct {
	Name    string
	Rev     string
	Seq     string // "" in a list of names
	Deleted bool
	Doc     io.ReadSeeker // the packument, good until Page.Close; nil when the feed gives none
}

// Page is a complete answer of a feed.
type Page struct {
	Changes []Change // in order, without design documents
	Rows    int      // rows there were, with design documents
	Last    string   // the cursor behind the page
	End     bool     // nothing follows for now

	lastSeq string // as the feed wrote it; for a list of names, the name of its last row
	spool   *Spool
}

// Close frees what the documents take.
func (p *Page) Close() error { return p.spool.Close() }

// NewFeed makes the feed at an address: that of its database, or for npm's replication service of its root.
func NewFeed(address string, c *Client) (*Feed, error) {
	base, err := c.parseBase("feed", address)
	if err != nil {
		return nil, err
	}
	return &Feed{client: c, base: base}, nil
}

// Source is the address, the key of the feed's state in the store.
func (f *Feed) Source() string { return f.base.String() }

// First is the cursor to begin with in an empty store. It and Next want a Probe before.
func (f *Feed) First(head string) string { return f.dialect.first(head) }

// Next reads what follows a cursor. A page is only given when it has come completely. The caller closes it.
func (f *Feed) Next(ctx context.Context, cursor string, ask Ask) (*Page, error) {
	page, err := f.read(ctx, cursor, ask)
	if err != nil {
		return nil, fmt.Errorf("read feed %s after %q: %w", f.base, cursor, err)
	}
	return page, nil
}

func (f *Feed) read(ctx context.Context, cursor string, ask Ask) (*Page, error) {
	path, query := f.dialect.request(cursor, ask)
	address := f.db.JoinPath(path)
	address.RawQuery = query.Encode()
	resp, err := f.client.get(ctx, address, false, maxPage)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if f.dialect.refused(ask, resp.StatusCode) {
		resp.Body.Close()
		return f.read(ctx, cursor, ask)
	}
	if err := wantJSON(resp); err != nil {
		return nil, err
	}
	spool, err := spoolBody(ctx, resp.Body)
	if errors.Is(err, errOversize) {
		err = &upstreamError{err: err} // fewer rows may fit
	}
	if err != nil {
		return nil, err
	}
	page, err := readPage(spool, f.dialect.list(cursor))
	if err != nil {
		return nil, &upstreamError{err: errors.Join(err, spool.Close())}
	}
	page.Last, page.End = f.dialect.next(cursor, page)
	return page, nil
}

// wantJSON refuses other statuses than 200, and web pages: a sign-in page of some network is not an answer.
func wantJSON(resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &upstreamError{status: resp.StatusCode, err: errors.New(statusLine(resp.StatusCode))}
	}
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == "text/html" {
		return &upstreamError{status: resp.StatusCode, err: errors.New("answer is a web page, not JSON")}
	}
	return nil
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// seqNumber is the number that a sequence is or begins with, as in 123 and "123-g1AAA".
func seqNumber(seq string) (uint64, bool) {
	digits, _, _ := strings.Cut(seq, "-")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}

// generation is the number that a revision begins with, 0 when it has none.
func generation(rev string) uint64 {
	digits, _, _ := strings.Cut(rev, "-")
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
