package httpapi

import (
	"net/http"
	"net/url"
	"time"
)

// Counts are what the store holds.
type Counts struct {
	Packages    int            `json:"packages"`   // records, tombstones included
	Indexed     int            `json:"indexed"`    // of those, in the search index
	Tombstones  int            `json:"tombstones"` // unpublished, deleted or empty
	Downloads   int            `json:"downloads"`  // names with a download count
	DeadLetters int            `json:"deadLetters"`
	DeadByClass map[string]int `json:"deadByClass,omitempty"`
	StoreBytes  int64          `json:"storeBytes"` // size of the store's file
}

// FeedStatus is where the follower stands.
type FeedStatus struct {
	State    string    // "following", "caught up", "waiting", "stopped" or the like
	Source   string    // address of the feed
	Engine   string    // dialect found by the probe
	Cursor   string    // last position applied, opaque
	Head     string    // newest position seen, opaque
	Progress time.Time // last time the cursor moved or the head was reached
	Error    string    // last failure, "" when the last attempt worked
}

// StatusReply is the reply of GET /api/v1/status.
type StatusReply struct {
	Version    string     `json:"version,omitempty"`
	Ready      bool       `json:"ready"`
	Reason     string     `json:"reason,omitempty"` // why it is not ready
	Generation string     `json:"generation,omitempty"`
	LLN        uint64     `json:"lln"`
	Counts     *Counts    `json:"counts,omitempty"`
	Feed       *FeedReply `json:"feed,omitempty"`
}

// FeedReply is FeedStatus as it is shown.
type FeedReply struct {
	State    string  `json:"state"`
	Source   string  `json:"source,omitempty"` // without user and query
	Engine   string  `json:"engine,omitempty"`
	Cursor   string  `json:"cursor,omitempty"`
	Head     string  `json:"head,omitempty"`
	Progress string  `json:"progress,omitempty"`
	Age      float64 `json:"age,omitempty"` // seconds since progress
	Error    string  `json:"error,omitempty"`
}

// status answers GET /api/v1/status.
func (a *API) status(w http.ResponseWriter, r *http.Request) error {
	s := StatusReply{Version: a.opts.Version, Ready: true}
	if err := a.unready(); err != nil {
		s.Ready, s.Reason = false, problemOf(err).text
	}
	if a.opts.Position != nil {
		p := a.opts.Position()
		s.Generation, s.LLN = p.Generation, p.LLN
	}
	if a.opts.Counts != nil {
		c, err := a.opts.Counts(r.Context())
		if err != nil {
			return err
		}
		s.Counts = &c
	}
	if a.opts.Feed != nil {
		s.Feed = feedReply(a.opts.Feed(), a.opts.Now())
	}
	return a.reply(w, r, s)
}

func feedReply(f FeedStatus, now time.Time) *FeedReply {
	out := &FeedReply{State: f.State, Source: bareURL(f.Source), Engine: f.Engine, Cursor: f.Cursor, Head: f.Head, Progress: isoTime(f.Progress), Error: f.Error}
	if !f.Progress.IsZero() {
		out.Age = max(0, now.Sub(f.Progress).Seconds())
	}
	return out
}

// bareURL is an address without what may be secret in it.
func bareURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
