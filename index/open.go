package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"pkgsearch/index/store"
)

// Open opens the live generation under dir, brings it up to the store's log number, and builds a new one
// from the store where there is none that can be used. The store stays the caller's to close.
func Open(ctx context.Context, dir string, st *store.Store, opts Options) (*Index, error) {
	spell, err := newSpeller()
	if err != nil {
		return nil, err
	}
	ix := &Index{store: st, dir: filepath.Join(dir, Domain), opts: opts.withDefaults(), speller: spell}
	if err := os.MkdirAll(ix.dir, 0o700); err != nil {
		return nil, fmt.Errorf("create index directory: %w", err)
	}
	ix.loadAssociations()
	ix.loading.Go(ix.loadSpelling)
	if err := ix.openLive(ctx); err != nil {
		return nil, err
	}
	if err := ix.sweep(); err != nil {
		ix.opts.Logger.Warn("remove old index directories", "err", err)
	}
	return ix, nil
}

// openLive makes the live generation usable, by replay if that is enough and by rebuilding if not. One that a replay would
// bring up, though later than a rebuild, serves where the rebuild fails.
func (ix *Index) openLive(ctx context.Context) error {
	gens, err := ix.store.Generations(Domain)
	if err != nil {
		return fmt.Errorf("read generations: %w", err)
	}
	if gens.Active == "" {
		return ix.Rebuild(ctx, nil)
	}
	log := ix.opts.Logger
	unusable := ix.adopt(ctx, gens.Active, replayFew)
	if unusable == nil {
		return nil
	}
	if !errors.Is(unusable, errDamaged) && !errors.Is(unusable, errOutdated) {
		return unusable
	}
	log.Warn("index cannot be used, rebuilding it from the store", "generation", gens.Active, "err", unusable)
	if errors.Is(unusable, errDamaged) {
		ix.quarantine(gens.Active)
	}
	failed := ix.Rebuild(ctx, nil)
	if failed == nil || !errors.Is(unusable, errFarBehind) || ctx.Err() != nil {
		return failed
	}
	log.Warn("index cannot be rebuilt, replaying all that it lacks", "generation", gens.Active, "err", failed)
	if err := ix.adopt(ctx, gens.Active, replayAll); err != nil {
		return errors.Join(failed, err)
	}
	return nil
}

// How many changes adopt replays.
const (
	replayFew = false // as long as it is quicker than a rebuild
	replayAll = true
)

// adopt opens a generation, completes it and makes it the live one, which there is not yet.
func (ix *Index) adopt(ctx context.Context, name string, all bool) error {
	g, err := openGeneration(ctx, filepath.Join(ix.dir, name))
	if err != nil {
		return err
	}
	if !all {
		if far, err := ix.farBehind(ctx, g); err != nil || far {
			if far {
				err = fmt.Errorf("%w index %s", errFarBehind, name)
			}
			return errors.Join(err, g.release())
		}
	}
	v, err := ix.complete(ctx, g, nil)
	if err != nil {
		return errors.Join(err, g.release())
	}
	ix.generation = g
	ix.spellFirst(ctx, v)
	ix.publish(v)
	return nil
}

// prepare checks that a generation is this store's, brings it up to the store's log number and makes its view.
func (ix *Index) prepare(ctx context.Context, g *generation) (*View, error) {
	err := sound(func() error {
		if err := g.belongs(ix.store.ID()); err != nil {
			return err
		}
		return ix.catchUp(ctx, g)
	})
	if err != nil {
		return nil, err
	}
	return ix.build(ctx, g, nil)
}

// complete is prepare while nobody writes, after which all packages must be there. last is a view already made
// of the generation, or nil.
func (ix *Index) complete(ctx context.Context, g *generation, last *View) (*View, error) {
	err := sound(func() error {
		if err := g.belongs(ix.store.ID()); err != nil {
			return err
		}
		if err := ix.catchUp(ctx, g); err != nil {
			return err
		}
		return ix.verifyCount(ctx, g)
	})
	if err != nil {
		return nil, err
	}
	return ix.build(ctx, g, last)
}

// verifyCount compares the number of documents with the number of records that belong in the index.
func (ix *Index) verifyCount(ctx context.Context, g *generation) error {
	stats, err := ix.store.Stats(ctx)
	if err != nil {
		return fmt.Errorf("count packages: %w", err)
	}
	docs, err := g.bleve.DocCount()
	if err != nil {
		return fmt.Errorf("count documents: %w", err)
	}
	if int(docs) != stats.Indexed {
		return fmt.Errorf("%w: index %s holds %d packages, the store %d", errDamaged, g.name, docs, stats.Indexed)
	}
	return nil
}
