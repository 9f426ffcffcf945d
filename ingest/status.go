package ingest

import (
	"sync"
	"time"
)

// Status is where a Follower stands. Counters begin with its Run.
type Status struct {
	Source       string    `json:"source"`
	Engine       string    `json:"engine"`
	Cursor       string    `json:"cursor"`
	Head         string    `json:"head"`         // where the feed ended when it was last asked
	LastProgress time.Time `json:"lastProgress"` // when Cursor moved
	LastPoll     time.Time `json:"lastPoll"`     // when the feed answered, with news or without
	Pages        int       `json:"pages"`
	Changes      int       `json:"changes"`
	Late         int       `json:"late"`      // changes that appeared behind the cursor
	Deferred     int       `json:"deferred"`  // dead letters there are
	Errors       int       `json:"errors"`    // failures of the upstream that were waited out
	CaughtUp     bool      `json:"caughtUp"`  // the last page was empty
	LastError    string    `json:"lastError"` // "" when all is well
}

// tracker makes a Status safe for concurrent use.
type tracker struct {
	mu     sync.Mutex
	status Status
}

func (t *tracker) update(fn func(*Status)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fn(&t.status)
}

// Status may be called at any time.
func (f *Follower) Status() Status {
	f.status.mu.Lock()
	defer f.status.mu.Unlock()
	return f.status.status
}
