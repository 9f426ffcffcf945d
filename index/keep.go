package index

import (
	"context"
	"time"
)

// Keep does what a long-running service owes its index, until ctx ends: every refreshEvery it lets go of
// segments that merges have replaced, and every rescoreEvery it recomputes the scores, which age by
// themselves: releases get old and dependents come and go. A failure is logged and tried again.
func (ix *Index) Keep(ctx context.Context, refreshEvery, rescoreEvery time.Duration) error {
	refresh, rescore := time.NewTicker(refreshEvery), time.NewTicker(rescoreEvery)
	defer refresh.Stop()
	defer rescore.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-refresh.C:
			err = ix.refreshMerged(ctx)
		case <-rescore.C:
			err = ix.Rescore(ctx, nil)
		}
		if err != nil && ctx.Err() == nil {
			ix.opts.Logger.Warn("keep index fresh", "err", err)
		}
	}
}

// refreshMerged replaces the view if merges have changed the segments under it. The answers stay the same.
func (ix *Index) refreshMerged(ctx context.Context) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.generation == nil {
		return ErrClosed
	}
	snap, err := ix.generation.snapshot()
	if err != nil {
		return err
	}
	defer snap.DecRef()
	view := ix.view.Load()
	same := len(view.segments) == len(snap.Segments())
	for i, s := range snap.Segments() {
		same = same && view.segments[i].id == s.Id()
	}
	if same {
		return nil
	}
	return ix.refresh(ctx, false)
}
