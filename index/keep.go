package index

import (
	"context"
	"time"
)

// Keep lets go, again and again until ctx ends, of segments that merges have replaced: they take disk and
// memory as long as the view shows them. When live changes have become many it folds them into a new base. A failure is
// logged and tried again.
func (ix *Index) Keep(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	folder := folder{index: ix}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := ix.refreshMerged(ctx); err != nil && ctx.Err() == nil {
			ix.opts.Logger.Warn("let go of merged segments", "err", err)
		}
		if err := ix.foldNames(ctx); err != nil && ctx.Err() == nil {
			ix.opts.Logger.Warn("write the names anew", "err", err)
		}
		folder.look(ctx)
	}
}

// refreshMerged replaces the view if merges have changed the segments under it, and removes what they have left. The answers
// stay the same.
func (ix *Index) refreshMerged(ctx context.Context) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return ErrClosed
	}
	if err := ix.catchUp(ctx, ix.generation); err != nil { // else words of merged segments would be newer than their terms
		return err
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
	if !same {
		if err := ix.refresh(ctx, view); err != nil {
			return err
		}
	}
	return ix.sweepColumns() // also of what a write has let go of
}
