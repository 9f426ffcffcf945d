package ingest

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// longPoll is shorter than the time for a header, since some servers send theirs with the first row only.
	longPoll = 10 * time.Second
	// docsShare is how many rows without documents cost what one with its document does.
	docsShare = 10
)

// couch is CouchDB: sequences are opaque, rows may hold documents.
type couch struct {
	bare bool // the server does not give documents
}

func (*couch) first(string) string { return "0" }

func (c *couch) request(cursor string, ask Ask) (string, url.Values) {
	query := url.Values{"since": {cursor}, "limit": {strconv.Itoa(ask.Limit)}}
	if ask.Docs && !c.bare {
		query.Set("include_docs", "true")
		query.Set("limit", strconv.Itoa(max(1, ask.Limit/docsShare)))
	}
	if ask.Wait {
		query.Set("feed", "longpoll")
		query.Set("timeout", strconv.FormatInt(longPoll.Milliseconds(), 10))
	}
	return "_changes", query
}

func (*couch) list(string) string { return "results" }

// next takes a page that does not move the cursor for the end, whatever it shows.
func (*couch) next(cursor string, p *Page) (string, bool) {
	return p.lastSeq, p.Rows == 0 || p.lastSeq == cursor
}

// refused asks once more without documents when a server may not like to give them.
func (c *couch) refused(ask Ask, status int) bool {
	if !ask.Docs || c.bare {
		return false
	}
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		c.bare = true
		return true
	}
	return false
}
