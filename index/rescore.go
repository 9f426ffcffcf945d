package index

import (
	"context"
	"errors"
	"fmt"
)

// Rescore recomputes all query-independent scores from the store's signals as of now and makes them
// visible, with download counts and dependents that have come in since, and learns anew which words go
// together and which may have been meant by others. No posting is touched.
func (ix *Index) Rescore(ctx context.Context, progress func(done, total int)) error {
	if ix.view.Load() == nil {
		return ErrClosed
	}
	if err := ix.store.Rescore(ctx, ix.opts.Now(), progress); err != nil {
		return fmt.Errorf("rescore: %w", err)
	}
	table, learned := ix.learn(ctx)
	if learned == nil {
		ix.associations.Store(table)
	}
	return errors.Join(learned, ix.rescored(ctx), ix.spellAnew(ctx))
}

// rescored makes new scores visible.
func (ix *Index) rescored(ctx context.Context) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return ErrClosed
	}
	return ix.refresh(ctx, nil)
}
