package index

import (
	"context"
	"errors"
	"fmt"

	"pkgsearch/index/associate"
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
	if learned != nil {
		table = ix.associations.Load()
	}
	if err := ix.renewNames(ctx); err != nil {
		return err
	}
	if err := ix.rescored(ctx, table); err != nil {
		return errors.Join(learned, err)
	}
	return errors.Join(learned, ix.spellAnew(ctx))
}

// rescored makes new scores and associations visible.
func (ix *Index) rescored(ctx context.Context, table *associate.Table) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return ErrClosed
	}
	ix.associations.Store(table)
	return ix.refresh(ctx, nil)
}
