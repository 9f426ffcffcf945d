package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"

	"pkgsearch/index/associate"
	"pkgsearch/index/store"
)

// ErrRebuilding is returned when a rebuild is asked for while one runs.
var ErrRebuilding = errors.New("a rebuild is already running")

// Rebuild makes a new generation from the store beside the live one and swaps it in. Searches and writes
// go on meanwhile; only the last changes are caught up with the writer waiting. Whatever goes wrong, the
// live generation stays.
func (ix *Index) Rebuild(ctx context.Context, progress func(done, total int)) error {
	return ix.rebuild(ctx, progress, rebuilding{workers: runtime.GOMAXPROCS(0)})
}

// rebuilding says how to rebuild.
type rebuilding struct {
	workers          int
	keepAssociations bool // do not learn them anew
}

func (ix *Index) rebuild(ctx context.Context, progress func(done, total int), how rebuilding) error {
	if !ix.rebuilding.TryLock() {
		return ErrRebuilding
	}
	defer ix.rebuilding.Unlock()
	from, err := ix.beginRebuild()
	if err != nil {
		return err
	}
	defer ix.endRebuild()
	name, err := ix.plan()
	if err != nil {
		return err
	}
	path, rescored := filepath.Join(ix.dir, name), ix.rescored.Load()
	if err := ix.scan(ctx, path, from, progress, how.workers); err != nil {
		return errors.Join(fmt.Errorf("build index %s: %w", name, err), os.RemoveAll(path))
	}
	var table *associate.Table
	if !how.keepAssociations {
		if table, err = ix.learn(ctx); err != nil {
			ix.opts.Logger.Warn("the new index keeps the associations of the old one", "err", err)
		}
	}
	if err := ix.swapIn(ctx, name, table); err != nil {
		return errors.Join(fmt.Errorf("swap in index %s: %w", name, err), os.RemoveAll(path))
	}
	if ix.rescored.Load() != rescored { // after the ranks were read, perhaps
		return ix.takeRanks(ctx, nil)
	}
	return nil
}

// beginRebuild notes the log number from which the new generation will replay, and keeps the log from being
// trimmed beyond it.
func (ix *Index) beginRebuild() (from uint64, err error) {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return 0, ErrClosed
	}
	from, err = ix.store.LLN()
	if err != nil {
		return 0, fmt.Errorf("read log number of the store: %w", err)
	}
	ix.building = from
	return from, nil
}

func (ix *Index) endRebuild() {
	ix.write.Lock()
	defer ix.write.Unlock()
	ix.building = 0
}

// plan names the next generation and records that it is being built, so that a crash leaves no riddle.
func (ix *Index) plan() (string, error) {
	gens, err := ix.store.Generations(Domain)
	if err != nil {
		return "", fmt.Errorf("read generations: %w", err)
	}
	next := 1
	for _, used := range []string{gens.Active, gens.Building} {
		if n, err := strconv.Atoi(strings.TrimPrefix(used, "gen-")); err == nil && n >= next {
			next = n + 1
		}
	}
	gens.Building = fmt.Sprintf("gen-%06d", next)
	if err := os.RemoveAll(filepath.Join(ix.dir, gens.Building)); err != nil {
		return "", fmt.Errorf("clear place of index %s: %w", gens.Building, err)
	}
	return gens.Building, ix.store.SetGenerations(Domain, gens)
}

// scan indexes every record of the store into a new directory, durable. What changes meanwhile is replayed
// from the log number given.
func (ix *Index) scan(ctx context.Context, path string, from uint64, progress func(done, total int), workers int) error {
	order, err := ix.ranked(ctx)
	if err != nil {
		return err
	}
	if err := ix.newBase(path, order, progress, workers).build(ctx, from); err != nil {
		return err
	}
	return ix.writeNames(ctx, path)
}

// ranked lists all packages by their prior. Where a package has lost its rank, all are rescored first.
func (ix *Index) ranked(ctx context.Context) (*store.Order, error) {
	for rescored := false; ; rescored = true {
		before, err := ix.store.Stats(ctx)
		if err != nil {
			return nil, err
		}
		order, err := byPrior(ctx, ix.store)
		if err != nil || order.Len() == before.Indexed || rescored {
			return order, err
		}
		if after, err := ix.store.Stats(ctx); err != nil || after.LLN != before.LLN {
			return order, err // written meanwhile, and replayed later
		}
		ix.opts.Logger.Warn("packages without a rank, all are rescored", "packages", before.Indexed, "ranks", order.Len())
		if err := ix.store.Rescore(ctx, ix.opts.Now(), nil); err != nil {
			return nil, err
		}
	}
}

// failurePoll is how often a wait for the disk looks whether it is in vain.
const failurePoll = 100 * time.Millisecond

// seal writes a batch and waits until it is on disk. Scorch does not tell of a disk that refuses, so its
// count of errors is watched.
func seal(ctx context.Context, g *generation, batch *bleve.Batch) error {
	durable := make(chan error, 1)
	go func() { durable <- g.bleve.Batch(batch) }()
	tick := time.NewTicker(failurePoll)
	defer tick.Stop()
	for {
		select {
		case err := <-durable:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if err := g.failure(); err != nil {
				return fmt.Errorf("seal index: %w", err)
			}
		}
	}
}

// swapIn reopens the new directory durably, replays what changed since, and makes it live. Most of that is
// done beside the writer; the last changes while it waits. A table, if given, is that of the associations from then on.
func (ix *Index) swapIn(ctx context.Context, name string, table *associate.Table) error {
	g, err := openGeneration(ctx, filepath.Join(ix.dir, name))
	if err != nil {
		return err
	}
	first, err := ix.prepare(ctx, g)
	if err != nil {
		return errors.Join(err, g.release())
	}
	defer first.Release()
	if table != nil { // else nothing is learned
		if err := ix.learnSpelling(ctx, first); err != nil {
			ix.opts.Logger.Warn("the new index keeps the words and names for corrections of the old one", "err", err)
		}
	}
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return errors.Join(ErrClosed, g.release())
	}
	before := ix.associations.Load()
	if table != nil {
		ix.associations.Store(table)
	}
	view, err := ix.complete(ctx, g, first)
	if err != nil {
		ix.associations.Store(before)
		return errors.Join(err, g.release())
	}
	if err := ix.store.SetGenerations(Domain, store.Generations{Active: name, Schema: Fingerprint()}); err != nil {
		ix.associations.Store(before)
		view.Release()
		return errors.Join(fmt.Errorf("record generation: %w", err), g.release())
	}
	old := ix.generation
	ix.generation, ix.failed = g, false
	ix.publish(view)
	if old != nil {
		old.drop.Store(true)
		if err := old.release(); err != nil {
			ix.opts.Logger.Warn("close replaced index", "generation", old.name, "err", err)
		}
	}
	return nil
}

// quarantine moves a directory that could not be used out of the way, keeping the latest one for study.
func (ix *Index) quarantine(name string) {
	path := filepath.Join(ix.dir, name)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return
	}
	aside := filepath.Join(ix.dir, "damaged")
	if err := errors.Join(os.RemoveAll(aside), os.Rename(path, aside)); err != nil {
		ix.opts.Logger.Warn("set damaged index aside", "generation", name, "err", err)
	}
}

// sweep removes what an interrupted rebuild left behind, and files of segments merged away.
func (ix *Index) sweep() error {
	gens, err := ix.store.Generations(Domain)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(ix.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "gen-") && e.Name() != gens.Active {
			err = errors.Join(err, os.RemoveAll(filepath.Join(ix.dir, e.Name())))
		}
	}
	return errors.Join(err, ix.sweepColumns())
}
