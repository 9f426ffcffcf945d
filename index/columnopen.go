package index

import (
	"context"
	"errors"
	"io/fs"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// columnOf gives the column of a segment: made of segment and store, or, of a large one, from its files. A file that cannot
// be used is made anew.
func (ix *Index) columnOf(ctx context.Context, g *generation, seg segment.Segment, kept map[string]keptRank) (*column, error) {
	if int(seg.Count()) < ix.opts.MapFrom {
		return newColumn(ctx, seg, ix.store, kept)
	}
	files, ok, err := columnFilesOf(g, seg, ix.store.ID())
	if err != nil || !ok { // already merged away, or not yet written
		return newColumn(ctx, seg, ix.store, kept)
	}
	m := &mending{index: ix, generation: g, files: files, kept: kept, parts: &mappedParts{IDs: files.names}}
	m.column = &column{names: m.parts, forward: &forwards{}}
	return m.column, errors.Join(m.ranksAndFacts(ctx), m.lists(ctx))
}

// mending puts together the column of one segment from its files, and makes those anew that are missing or unsound.
type mending struct {
	index      *Index
	generation *generation
	files      columnFiles
	kept       map[string]keptRank
	parts      *mappedParts
	column     *column
}

func (m *mending) ranksAndFacts(ctx context.Context) (err error) {
	c := m.column
	var noFacts, noRanks error
	m.parts.facts, c.facts, noFacts = m.files.mapFacts()
	var dependents []uint32
	m.parts.ranks, c.ranks, dependents, noRanks = m.files.mapRanks()
	if noFacts == nil && noRanks == nil {
		c.facts.Dependents = dependents
		c.bounds = boundsOf(c.ranks)
		return nil
	}
	read := &column{names: c.names}
	if err := read.read(ctx, m.index.store, m.kept); err != nil {
		return err
	}
	if noFacts != nil {
		c.facts = read.facts
		m.renew("facts", noFacts, m.files.writeFacts([]*column{read}))
	}
	if noRanks != nil {
		c.ranks, dependents = read.ranks, read.facts.Dependents
		m.renew("ranks", noRanks, m.files.writeRanks([]*column{read}))
	}
	c.facts.Dependents = dependents
	c.bounds = boundsOf(c.ranks)
	return nil
}

func (m *mending) lists(ctx context.Context) (err error) {
	c := m.column
	m.parts.lists, c.lists, err = m.files.mapLists()
	if err == nil {
		return nil
	}
	missing := err
	if err := c.list(ctx, m.index.store); err != nil {
		return err
	}
	m.renew("lists", missing, m.files.writeLists(c.lists.Bytes()))
	return nil
}

// renew tells of a file that was made anew. This process goes on with what it has in memory; the next one will map it.
func (m *mending) renew(what string, why, failed error) {
	log := m.index.opts.Logger
	if !errors.Is(why, fs.ErrNotExist) {
		log.Warn("a file of the index cannot be used, it is made anew", "index", m.generation.name, "file", what, "err", why)
	}
	if failed != nil {
		log.Warn("a file of the index stays in memory", "index", m.generation.name, "file", what, "err", failed)
	}
}
