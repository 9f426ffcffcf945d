package index

import (
	"context"
	"fmt"
	"strconv"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// build makes the view of the generation's present state. What the last view knows of the same
// generation is taken over: the columns of segments that both have, and the ranks of packages that a
// merge has only moved. So ranks change when a package is written or all are rescored, and never because scorch
// happened to merge. last is nil when there is none.
func (ix *Index) build(ctx context.Context, g *generation, last *View) (*View, error) {
	known := map[uint64]*column{}
	if last != nil && last.owner == g {
		for _, s := range last.segments {
			known[s.id] = s.column
		}
	}
	return ix.buildFrom(ctx, g, known, last)
}

// buildFrom is build with the columns that are known by segment. All other ranks are read anew but for those
// that last, if given, has of packages that a merge has moved.
func (ix *Index) buildFrom(ctx context.Context, g *generation, known map[uint64]*column, last *View) (*View, error) {
	snap, err := g.snapshot()
	if err != nil {
		return nil, err
	}
	ix.loading.Wait()
	v := &View{Generation: g.name, snapshot: snap, owner: g, speller: ix.speller, learned: ix.associations.Load(), spelling: ix.spelling.Load()}
	err = sound(func() error { return ix.addSegments(ctx, v, known, last) })
	if err != nil {
		snap.DecRef()
		return nil, err
	}
	if raw, err := snap.GetInternal([]byte(keyLLN)); err == nil {
		v.LLN, _ = strconv.ParseUint(string(raw), 10, 64)
	}
	if v.names, err = ix.namesFor(ctx, g, v); err != nil {
		snap.DecRef()
		return nil, err
	}
	g.retain()
	v.refs.Store(1)
	return v, nil
}

func (ix *Index) addSegments(ctx context.Context, v *View, known map[uint64]*column, last *View) error {
	turned := ix.turned(v)
	kept := ix.movedRanks(v.snapshot, last, known)
	for _, s := range v.snapshot.Segments() {
		c := known[s.Id()]
		if c == nil || c.Len() != int(s.Segment().Count()) {
			var err error
			if c, err = ix.columnOf(ctx, v.owner, s.Segment(), kept); err != nil {
				return fmt.Errorf("read segment %d of index %s: %w", s.Id(), v.Generation, err)
			}
			if f := turned[s.Id()]; f != nil {
				c.forward = f
			}
		}
		v.segments = append(v.segments, &Segment{column: c, segment: s.Segment(), deleted: s.Deleted(), id: s.Id()})
		v.live += int(s.Count())
	}
	return nil
}

// movedRanks gathers the ranks and facts of the last view's packages whose segment is gone and which have not been
// written since.
func (ix *Index) movedRanks(snap *scorch.IndexSnapshot, last *View, known map[uint64]*column) map[string]keptRank {
	if last == nil || len(known) == 0 || last.owner != ix.generation { // of another, nobody notes what is written
		return nil
	}
	present := map[uint64]bool{}
	for _, s := range snap.Segments() {
		present[s.Id()] = true
	}
	moved := map[string]keptRank{}
	for _, s := range last.segments {
		if present[s.id] {
			continue
		}
		for doc := range uint32(s.Len()) {
			if name := s.Name(doc); !s.Deleted(doc) && !ix.written[name] {
				moved[name] = keptRank{s.Rank(doc), s.Facts(doc)}
			}
		}
	}
	return moved
}

// turned gathers what the current view lists by document of segments of the same generation.
func (ix *Index) turned(v *View) map[uint64]*forwards {
	current := ix.view.Load()
	if current == nil || current.owner != v.owner {
		return nil
	}
	lists := map[uint64]*forwards{}
	for _, s := range current.segments {
		lists[s.id] = s.forward
	}
	return lists
}
