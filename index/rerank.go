package index

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"pkgsearch/index/associate"
)

// takeRanks replaces the ranks of the live generation by the store's and makes them visible. Those of large segments
// are read beside the writer: of a package that is written meanwhile the document there is no longer the live one. A
// table, if given, is that of the view's associations from then on.
func (ix *Index) takeRanks(ctx context.Context, table *associate.Table) error {
	ix.ranking.Lock() // two would write the same files
	defer ix.ranking.Unlock()
	for {
		v := ix.Acquire()
		if v == nil {
			return ErrClosed
		}
		taken, err := ix.mappedRanks(ctx, v)
		if err == nil {
			var done bool
			if done, err = ix.show(ctx, v.owner, taken, table); done {
				v.Release()
				return err
			}
		}
		v.Release()
		if err != nil {
			return err
		}
	}
}

// show brings the index up and makes a view with these columns of the large segments, and the ranks of all others read anew.
// It does nothing when another generation has become the live one.
func (ix *Index) show(ctx context.Context, g *generation, taken map[uint64]*column, table *associate.Table) (done bool, err error) {
	ix.write.Lock()
	defer ix.write.Unlock()
	switch {
	case ix.closed:
		return true, ErrClosed
	case ix.generation != g:
		return false, nil
	}
	if err := ix.catchUp(ctx, g); err != nil { // else words would be newer than the terms
		return true, err
	}
	if err := ix.renewRanks(ctx, taken); err != nil {
		return true, err
	}
	before := ix.associations.Load()
	if table != nil {
		ix.associations.Store(table)
	}
	view, err := ix.buildFrom(ctx, g, taken, nil)
	if err != nil {
		ix.associations.Store(before)
		return true, err
	}
	ix.publish(view)
	return true, nil
}

// renewRanks adds new columns of the current view's other segments. What does not change with the scores is kept.
func (ix *Index) renewRanks(ctx context.Context, taken map[uint64]*column) (err error) {
	v := ix.view.Load()
	for _, s := range v.segments {
		if taken[s.id] != nil {
			continue
		}
		if _, onDisk := s.names.(*mappedParts); onDisk { // come meanwhile
			taken[s.id], err = ix.mappedRanksOf(ctx, v.owner, s)
		} else {
			taken[s.id], err = ix.renewed(ctx, s)
		}
		if err != nil {
			return fmt.Errorf("renew ranks of index %s: %w", v.Generation, err)
		}
	}
	return nil
}

// renewed is the column of a segment in memory with the store's ranks.
func (ix *Index) renewed(ctx context.Context, s *Segment) (*column, error) {
	c, facts := *s.column, *s.facts
	c.ranks, c.facts = newRanks(s.Len()), &facts
	facts.Dependents = make([]uint32, s.Len())
	if err := ix.readRanks(ctx, &c); err != nil {
		return nil, err
	}
	c.bounds = boundsOf(c.ranks)
	return &c, nil
}

// mappedRanks writes the files of ranks of a view's large segments anew and gives their new columns by segment.
func (ix *Index) mappedRanks(ctx context.Context, v *View) (map[uint64]*column, error) {
	taken := map[uint64]*column{}
	for _, s := range v.segments {
		if _, onDisk := s.names.(*mappedParts); !onDisk {
			continue
		}
		c, err := ix.mappedRanksOf(ctx, v.owner, s)
		if err != nil {
			return nil, fmt.Errorf("renew ranks of index %s: %w", v.Generation, err)
		}
		taken[s.id] = c
	}
	return taken, nil
}

func (ix *Index) mappedRanksOf(ctx context.Context, g *generation, s *Segment) (*column, error) {
	read := &column{names: s.names, ranks: newRanks(s.Len()), facts: &Columns{Dependents: make([]uint32, s.Len())}}
	if err := ix.readRanks(ctx, read); err != nil {
		return nil, err
	}
	parts := *s.names.(*mappedParts)
	c := &column{names: &parts, lists: s.lists, forward: s.forward}
	facts := *s.facts
	c.facts = &facts
	files, ok, err := columnFilesOf(g, s.segment, ix.store.ID())
	if err == nil && ok {
		err = files.writeRanks([]*column{read})
	}
	if err == nil && ok {
		parts.ranks, c.ranks, c.facts.Dependents, err = files.mapRanks()
	}
	if err != nil || !ok {
		ix.opts.Logger.Warn("the new ranks of the index stay in memory", "index", g.name, "err", err)
		parts.ranks, c.ranks, c.facts.Dependents = nil, read.ranks, read.facts.Dependents
	}
	c.bounds = boundsOf(c.ranks)
	return c, nil
}

// readRanks fills in the ranks of the names, a page at a time on each processor.
func (ix *Index) readRanks(ctx context.Context, c *column) error {
	pages := (c.Len() + columnPage - 1) / columnPage
	failed := make([]error, runtime.GOMAXPROCS(0))
	var next atomic.Int64
	var group sync.WaitGroup
	for worker := range failed {
		group.Go(func() {
			for failed[worker] == nil {
				page := int(next.Add(1)) - 1
				if page >= pages {
					return
				}
				failed[worker] = c.readRanks(ctx, ix.store, page*columnPage)
			}
		})
	}
	group.Wait()
	return errors.Join(failed...)
}
