package ingest

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

const (
	// maxReplicateLimit is the most rows that npm's replication service gives at once.
	maxReplicateLimit = 10_000
	// headMargin is how far before the end of the feed, as it was when the walk through the list of names began, reading
	// starts afterwards: rows may appear behind others.
	headMargin = 1000
)

// replicate is npm's replication service of 2025: pages by since and limit, and a list of all names.
type replicate struct{}

func (replicate) first(head string) string { return walkCursor{head: head}.String() }

func (replicate) request(cursor string, ask Ask) (string, url.Values) {
	walk, walking := parseWalk(cursor)
	if !walking {
		return "_changes", url.Values{"since": {cursor}, "limit": {strconv.Itoa(min(ask.Limit, maxReplicateLimit))}}
	}
	// At least two, since the first row repeats the last name.
	query := url.Values{"limit": {strconv.Itoa(max(2, min(ask.Limit, maxReplicateLimit)))}}
	if walk.name != "" {
		key, err := json.Marshal(walk.name)
		if err != nil {
			panic(err) // a string is always JSON
		}
		query.Set("startkey", string(key))
	}
	return "_all_docs", query
}

func (replicate) list(cursor string) string {
	if _, walking := parseWalk(cursor); walking {
		return "rows"
	}
	return "results"
}

func (replicate) next(cursor string, p *Page) (string, bool) {
	walk, walking := parseWalk(cursor)
	if !walking {
		return p.lastSeq, p.Rows == 0 || p.lastSeq == cursor
	}
	if n := len(p.Changes); n > 0 && p.Changes[0].Name == walk.name {
		p.Changes = p.Changes[1:]
	}
	if p.Rows == 0 || p.lastSeq == walk.name { // the name of the last row, be it that of a package or not
		return walk.after(), false
	}
	walk.name = p.lastSeq
	return walk.String(), false
}

func (replicate) refused(Ask, int) bool { return false }

// walkCursor is a place in the list of names.
type walkCursor struct {
	head string // where the feed ended when the walk began
	name string // the last name that is done
}

const walkPrefix = "all@"

func (w walkCursor) String() string { return walkPrefix + w.head + ":" + w.name }

func parseWalk(cursor string) (walkCursor, bool) {
	rest, ok := strings.CutPrefix(cursor, walkPrefix)
	if !ok {
		return walkCursor{}, false
	}
	head, name, _ := strings.Cut(rest, ":")
	return walkCursor{head, name}, true
}

// after is the cursor to go on with when the walk is done.
func (w walkCursor) after() string {
	n, ok := seqNumber(w.head)
	if !ok {
		return w.head
	}
	return strconv.FormatUint(n-min(n, headMargin), 10)
}
