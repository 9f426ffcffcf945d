package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pkgsearch/index/store"
)

// ErrRebuilding is returned when a rebuild is asked for while one runs.
var ErrRebuilding = errors.New("a rebuild is already running")

// Rebuild makes a new generation from the store beside the live one and swaps it in. Searches and writes
// go on meanwhile; only the last changes are caught up with the writer waiting. Whatever goes wrong, the
// live generation stays.
func (ix *Index) Rebuild(ctx context.Context, progress func(done, total int)) error {
	if !ix.rebuilding.TryLock() {
		return ErrRebuilding
	}
	defer ix.rebuilding.Unlock()
	name, err := ix.plan()
	if err != nil {
		return err
	}
	path := filepath.Join(ix.dir, name)
	if err := ix.scan(ctx, path, progress); err != nil {
		return errors.Join(fmt.Errorf("build index %s: %w", name, err), os.RemoveAll(path))
	}
	if err := ix.swapIn(ctx, name); err != nil {
		return fmt.Errorf("swap in index %s: %w", name, err) // what is left of it is swept at the next start
	}
	return nil
}

// plan names the next generation and records that it is being built, so that a crash leaves no riddle.
func (ix *Index) plan() (string, error) {
	gens, err := ix.store.Generations(Domain)
	if err != nil {
		return "", fmt.Errorf("read generations: %w", err)
	}
	next := 1
	for _, used := range []string{gens.Active, gens.Building, gens.Previous} {
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

// scan indexes every record of the store into a new directory and closes it. The log number noted is that
// of before the scan: what changes meanwhile is replayed.
func (ix *Index) scan(ctx context.Context, path string, progress func(done, total int)) error {
	from, err := ix.store.LLN()
	if err != nil {
		return err
	}
	stats, err := ix.store.Stats(ctx)
	if err != nil {
		return err
	}
	g, err := createGeneration(path, ix.store.ID(), true)
	if err != nil {
		return err
	}
	if err := ix.fill(ctx, g, from, stats.Indexed, progress); err != nil {
		return errors.Join(err, g.release())
	}
	return g.release()
}

func (ix *Index) fill(ctx context.Context, g *generation, lln uint64, total int, progress func(done, total int)) error {
	done := 0
	batch := g.bleve.NewBatch()
	flush := func() error {
		if err := g.bleve.Batch(batch); err != nil {
			return fmt.Errorf("write index batch: %w", err)
		}
		done += batch.Size()
		batch = g.bleve.NewBatch()
		if progress != nil {
			progress(done, total)
		}
		return nil
	}
	err := ix.store.Iterate(ctx, "", func(p store.Package) error {
		if !p.Indexed() {
			return nil
		}
		if err := batch.IndexAdvanced(documentOf(&p)); err != nil {
			return fmt.Errorf("index package %q: %w", p.Name, err)
		}
		if batch.Size() >= ix.opts.BatchSize {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return sealed(g, lln)
}

// sealed writes the log number last and waits until everything before it is on disk.
func sealed(g *generation, lln uint64) error {
	durable := make(chan error, 1)
	batch := g.bleve.NewBatch()
	batch.SetInternal([]byte(keyLLN), strconv.AppendUint(nil, lln, 10))
	batch.SetPersistedCallback(func(err error) { durable <- err })
	if err := g.bleve.Batch(batch); err != nil {
		return fmt.Errorf("seal index: %w", err)
	}
	if err := <-durable; err != nil {
		return fmt.Errorf("seal index: %w", err)
	}
	return nil
}

// swapIn reopens the new directory durably, replays what changed since, and makes it live.
func (ix *Index) swapIn(ctx context.Context, name string) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	g, view, err := ix.adopt(ctx, name)
	if err != nil {
		return err
	}
	if err := ix.store.SetGenerations(Domain, store.Generations{Active: name, Schema: Fingerprint()}); err != nil {
		view.Release()
		return errors.Join(fmt.Errorf("record generation: %w", err), g.release())
	}
	old := ix.generation
	ix.generation = g
	ix.publish(view)
	if old != nil {
		old.drop.Store(true)
		return old.release()
	}
	return nil
}

// quarantine moves a directory that could not be used out of the way, keeping the latest one for study.
func (ix *Index) quarantine(name string) {
	path := filepath.Join(ix.dir, name)
	aside := filepath.Join(ix.dir, "damaged")
	if err := errors.Join(os.RemoveAll(aside), os.Rename(path, aside)); err != nil && !errors.Is(err, os.ErrNotExist) {
		ix.opts.Logger.Warn("set damaged index aside", "generation", name, "err", err)
	}
}

// sweep removes what an interrupted rebuild left behind.
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
	return err
}
