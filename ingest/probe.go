package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
)

// ErrNotFeed says that an address answers, but not as a change feed.
var ErrNotFeed = errors.New("not a change feed")

const (
	engineReplicate = "npm-replicate"
	engineCouch     = "couchdb"

	maxRoot = 1 << 20 // bytes of a root document
)

// Root is what a feed says of itself.
type Root struct {
	Engine string // npm-replicate or couchdb
	DBID   string // identity of the database, "" when it tells none
	Head   string // its newest sequence
}

// rootDocument is the answer of a database; welcome is set in that of a CouchDB server.
type rootDocument struct {
	Name    string          `json:"db_name"`
	Engine  string          `json:"engine"`
	Head    json.RawMessage `json:"update_seq"`
	UUID    string          `json:"uuid"`
	Started string          `json:"instance_start_time"`
	Welcome string          `json:"couchdb"`
}

// Probe reads the root document and chooses the dialect. The document is looked for at the configured address and, since
// the replication service has it there, one step above. ErrNotFeed when both answer otherwise.
func (f *Feed) Probe(ctx context.Context) (Root, error) {
	doc, err := f.root(ctx, f.base)
	db := f.base
	var up *upstreamError
	if (errors.As(err, &up) && up.status == 404 || errors.Is(err, ErrNotFeed)) && f.base.Path != "" {
		other, aerr := f.root(ctx, f.base.JoinPath(".."))
		switch {
		case aerr == nil && other.Engine == engineReplicate:
			doc, err = other, nil
		case aerr != nil && !errors.Is(aerr, ErrNotFeed):
			err = aerr // it may be there at another time
		}
	} else if err == nil && doc.Engine == engineReplicate && path.Base(db.Path) != doc.Name {
		db = db.JoinPath(doc.Name)
	}
	if err != nil {
		return Root{}, fmt.Errorf("probe feed %s: %w", f.base, err)
	}
	f.db = db
	return f.choose(doc), nil
}

func (f *Feed) choose(doc rootDocument) Root {
	root := Root{Engine: engineCouch, DBID: doc.UUID, Head: seqText(doc.Head)}
	if doc.Engine == engineReplicate {
		root.Engine = engineReplicate
		f.dialect = replicate{}
		return root
	}
	// A plain number is CouchDB 1, where the start time is that of the server, not that of the database.
	if root.DBID == "" && doc.Started != "0" && doc.Head[0] == '"' {
		root.DBID = doc.Started
	}
	if _, ok := f.dialect.(*couch); !ok {
		f.dialect = &couch{}
	}
	return root
}

func (f *Feed) root(ctx context.Context, u *url.URL) (rootDocument, error) {
	var doc rootDocument
	resp, err := f.client.get(ctx, u.JoinPath("/"), true, maxRoot) // an old answer would look like a reset
	if err != nil {
		return doc, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == 404 || resp.StatusCode == 410 {
		return doc, &upstreamError{status: 404, err: fmt.Errorf("%w: %s", ErrNotFeed, statusLine(resp.StatusCode))}
	}
	if err := wantJSON(resp); err != nil {
		if resp.StatusCode == 200 {
			err = fmt.Errorf("%w: %w", ErrNotFeed, err)
		}
		return doc, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return doc, &upstreamError{err: err}
	}
	switch err := json.Unmarshal(body, &doc); {
	case err != nil:
		return doc, &upstreamError{err: fmt.Errorf("%w: answer is not JSON", ErrNotFeed)}
	case doc.Welcome != "":
		return doc, &upstreamError{err: fmt.Errorf("%w: this is a CouchDB server; name one of its databases, such as %s/registry", ErrNotFeed, f.base)}
	case len(doc.Head) == 0 || seqText(doc.Head) == "":
		return doc, &upstreamError{err: fmt.Errorf("%w: answer has no update_seq", ErrNotFeed)}
	}
	return doc, nil
}

// seqText is a sequence as text that can be sent back: a string's content, anything else as it stands.
func seqText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
