package cmd

import (
	"context"
	"sync"
	"time"

	"pkgsearch/httpapi"
	"pkgsearch/index"
	"pkgsearch/index/store"
)

// rebuilder runs one rebuild of the index at a time in the background, as long as the server lives.
type rebuilder struct {
	ctx   context.Context // of the server: its end stops a rebuild, the live index stays
	index *index.Index

	mu     sync.Mutex
	status httpapi.ReindexStatus
	done   sync.WaitGroup
}

func newRebuilder(ctx context.Context, ix *index.Index) *rebuilder {
	return &rebuilder{ctx: ctx, index: ix, status: httpapi.ReindexStatus{State: "idle"}}
}

// Start begins a rebuild, or says that one runs.
func (r *rebuilder) Start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status.State == "running" {
		return httpapi.ErrReindexRunning
	}
	r.status = httpapi.ReindexStatus{State: "running", Started: time.Now().UTC()}
	r.done.Go(func() {
		err := r.index.Rebuild(r.ctx, r.progress)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.status.Finished = time.Now().UTC()
		r.status.State = "done"
		if err != nil {
			r.status.State, r.status.Error = "failed", err.Error()
		}
	})
	return nil
}

func (r *rebuilder) progress(done, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Done, r.status.Total = done, total
}

// Status tells how far the last rebuild is.
func (r *rebuilder) Status() httpapi.ReindexStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// letters are the dead letters as the operator's routes see them.
type letters struct {
	store *store.Store
	index *index.Index
}

func (l letters) DeadLetters(ctx context.Context, after string, limit int) ([]store.DeadLetter, error) {
	return l.store.DeadLetters(ctx, after, limit)
}

// Retry makes a dead letter due now; the follower takes it up with its next look at what is due.
func (l letters) Retry(ctx context.Context, name string) error {
	d, err := l.store.DeadLetter(name)
	if err != nil {
		return err
	}
	d.NextTry = time.Now()
	return l.index.Apply(ctx, store.Batch{Dead: []store.DeadLetter{d}})
}
