package index

import (
	"context"
	"errors"
	"fmt"
)

// Rescore recomputes all query-independent scores from the store's signals as of now and makes them
// visible, with download counts and dependents that have come in since, and learns anew which words go
// together and which may have been meant by others. No posting is touched. After a bulk load the index is brought up
// too, of which progress is told once more.
func (ix *Index) Rescore(ctx context.Context, progress func(done, total int)) error {
	if ix.view.Load() == nil {
		return ErrClosed
	}
	if err := ix.store.Rescore(ctx, ix.opts.Now(), progress); err != nil {
		return fmt.Errorf("rescore: %w", err)
	}
	ix.rescored.Add(1)
	if ix.opts.Bulk {
		if rebuilt, err := ix.settle(ctx, progress); rebuilt || err != nil {
			return err
		}
	}
	table, learned := ix.learn(ctx)
	if err := ix.renewNames(ctx); err != nil {
		return errors.Join(learned, err)
	}
	if err := ix.takeRanks(ctx, table); err != nil {
		return errors.Join(learned, err)
	}
	return errors.Join(learned, ix.spellAnew(ctx))
}
