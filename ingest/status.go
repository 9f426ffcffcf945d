package ingest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
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

// setback waits out a failure of the upstream; the next page will be smaller, and the root document is looked at before.
func (f *Follower) setback(ctx context.Context, err error) error {
	f.failures++
	f.limit = max(1, f.limit/2)
	f.nextPoll = time.Time{}
	f.metrics.setbacks.Inc()
	f.metrics.caughtUp.Set(0)
	f.status.update(func(s *Status) {
		s.Errors++
		s.LastError, s.CaughtUp = err.Error(), false
	})
	if f.o.Once && f.failures >= f.o.Tries {
		return fmt.Errorf("give up after %d tries: %w", f.failures, err)
	}
	pause := minPause + rand.N(min(maxPause, minPause<<min(f.failures, 16)))
	f.log.WarnContext(ctx, "upstream failed", "err", err, "pause", pause)
	return sleep(ctx, pause)
}

// halt waits until dead letters are fewer. They are tried again meanwhile, before each try of the page that has no room.
func (f *Follower) halt(ctx context.Context, err error) error {
	f.log.ErrorContext(ctx, "feed is halted", "err", err, "pause", haltPause)
	f.halted = err.Error()
	f.recovered()
	return sleep(ctx, haltPause)
}

// recovered is called after each turn that was no setback: pages grow again, and what is left of alarms is shown.
func (f *Follower) recovered() {
	f.failures = 0
	f.limit = min(f.o.PageSize, 2*f.limit)
	alarm := cmp.Or(f.halted, f.silent)
	if f.verify != nil && f.verify.err != nil {
		alarm = f.verify.err.Error()
	}
	f.status.update(func(s *Status) { s.LastError = alarm })
}
