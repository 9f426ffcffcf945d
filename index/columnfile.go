package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"pkgsearch/index/mapped"
	"pkgsearch/index/store"
	"pkgsearch/index/zapfile"
)

// columnVersion is raised when what columns hold, or how scores are taken, changes.
const columnVersion = 1

// columnFiles are the two files of a segment's column, beside the directory of the segments. Facts stay as long as
// the segment does; ranks are replaced when all packages are rescored.
type columnFiles struct {
	names        *zapfile.IDs
	facts, ranks string // paths
	from         [4]any // what the files' keys are made of
}

// columnFilesOf names the files of a segment on disk; ok is false for one in memory.
func columnFilesOf(g *generation, seg segment.Segment, dbid string) (f columnFiles, ok bool, err error) {
	file, ok := seg.(segment.PersistedSegment)
	if !ok {
		return f, false, nil
	}
	f.names, err = zapfile.OpenIDs(file.Path())
	if err != nil {
		return f, false, err
	}
	base := filepath.Join(g.path, strings.TrimSuffix(filepath.Base(file.Path()), ".zap"))
	f.facts, f.ranks = base+".facts", base+".ranks"
	f.from = [4]any{columnVersion, dbid, f.names.Size(), f.names.Checksum()}
	return f, true, nil
}

func (f columnFiles) key(kind string) mapped.Key { return mapped.KeyOf(append(f.from[:], kind)...) }

// mappedParts keeps the files of a column mapped as long as the column is.
type mappedParts struct {
	*zapfile.IDs
	facts, ranks *mapped.Columns
}

// The columns of the files, in order.
const (
	columnCreated = iota
	columnUpdated
	columnSize
	columnVersions
	columnHas
	columnNode
	columnNodeRanges
	numFactColumns
)

const (
	columnPopularity = iota
	columnQuality
	columnMaintenance
	columnPriors
	columnDownloads
	columnDependents
	columnFlags
	numRankColumns
)

// open maps the column of a segment.
func (f columnFiles) open() (*column, error) {
	facts, err := mapped.Read(f.facts, f.key("facts"), numFactColumns)
	if err != nil {
		return nil, err
	}
	ranks, err := mapped.Read(f.ranks, f.key("ranks"), numRankColumns)
	if err != nil {
		return nil, err
	}
	return f.column(facts, ranks)
}

func (f columnFiles) column(facts, r *mapped.Columns) (*column, error) {
	c := &column{
		names: &mappedParts{f.names, facts, r},
		facts: &Columns{
			Created:    mapped.Column[uint32](facts, columnCreated),
			Updated:    mapped.Column[uint32](facts, columnUpdated),
			Size:       mapped.Column[uint32](facts, columnSize),
			Versions:   mapped.Column[store.Version](facts, columnVersions),
			Has:        mapped.Column[store.Has](facts, columnHas),
			Node:       mapped.Column[uint32](facts, columnNode),
			Dependents: mapped.Column[uint32](r, columnDependents),
		},
		ranks: &rankColumns{
			popularity:  mapped.Column[float32](r, columnPopularity),
			quality:     mapped.Column[float32](r, columnQuality),
			maintenance: mapped.Column[float32](r, columnMaintenance),
			priors:      mapped.Column[float32](r, columnPriors),
			downloads:   mapped.Column[uint64](r, columnDownloads),
			flags:       mapped.Column[store.Flag](r, columnFlags),
		},
		forward: &forwards{},
	}
	for line := range bytes.Lines(mapped.Column[byte](facts, columnNodeRanges)) {
		c.facts.NodeRanges = append(c.facts.NodeRanges, store.NodeRange(bytes.TrimSuffix(line, []byte{'\n'})))
	}
	return c, f.check(c)
}

// check compares the lengths of all columns with the number of documents. The files' checksums are right, so that only a
// mistake of ours could make them differ.
func (f columnFiles) check(c *column) error {
	n := f.names.Len()
	for _, length := range []int{
		len(c.facts.Created), len(c.facts.Updated), len(c.facts.Size), len(c.facts.Versions), len(c.facts.Has), len(c.facts.Node), len(c.facts.Dependents),
		len(c.ranks.popularity), len(c.ranks.quality), len(c.ranks.maintenance), len(c.ranks.priors), len(c.ranks.downloads), len(c.ranks.flags),
	} {
		if length != n {
			return fmt.Errorf("read columns %s: %w: %d values for %d documents", f.facts, mapped.ErrUnsound, length, n)
		}
	}
	return nil
}

// write makes both files of parts of the column, one after another, whose names do not count.
func (f columnFiles) write(parts []*column) error {
	if err := f.writeFacts(parts); err != nil {
		return err
	}
	return f.writeRanks(parts)
}

func (f columnFiles) writeFacts(parts []*column) error {
	ranges := newColumns(0)
	columns := make([][][]byte, numFactColumns)
	add := func(i int, b []byte) { columns[i] = append(columns[i], b) }
	for _, p := range parts {
		renumbered := make([]uint32, len(p.facts.NodeRanges))
		for i, r := range p.facts.NodeRanges {
			renumbered[i] = ranges.node(r)
		}
		node := make([]uint32, len(p.facts.Node))
		for doc, n := range p.facts.Node {
			node[doc] = renumbered[n]
		}
		add(columnCreated, mapped.Bytes(p.facts.Created))
		add(columnUpdated, mapped.Bytes(p.facts.Updated))
		add(columnSize, mapped.Bytes(p.facts.Size))
		add(columnVersions, mapped.Bytes(p.facts.Versions))
		add(columnHas, mapped.Bytes(p.facts.Has))
		add(columnNode, mapped.Bytes(node))
	}
	for _, r := range ranges.NodeRanges {
		add(columnNodeRanges, append([]byte(r), '\n'))
	}
	return mapped.Write(f.facts, f.key("facts"), columns)
}

func (f columnFiles) writeRanks(parts []*column) error {
	columns := make([][][]byte, numRankColumns)
	add := func(i int, b []byte) { columns[i] = append(columns[i], b) }
	for _, p := range parts {
		add(columnPopularity, mapped.Bytes(p.ranks.popularity))
		add(columnQuality, mapped.Bytes(p.ranks.quality))
		add(columnMaintenance, mapped.Bytes(p.ranks.maintenance))
		add(columnPriors, mapped.Bytes(p.ranks.priors))
		add(columnDownloads, mapped.Bytes(p.ranks.downloads))
		add(columnDependents, mapped.Bytes(p.facts.Dependents))
		add(columnFlags, mapped.Bytes(p.ranks.flags))
	}
	return mapped.Write(f.ranks, f.key("ranks"), columns)
}

// columnOf gives the column of a segment: from its files, or made of segment and store, and then kept in files if it is
// large.
func (ix *Index) columnOf(ctx context.Context, g *generation, seg segment.Segment, kept map[string]keptRank) (*column, error) {
	if int(seg.Count()) < ix.opts.MapFrom {
		return newColumn(ctx, seg, ix.store, kept)
	}
	files, ok, err := columnFilesOf(g, seg, ix.store.ID())
	if err != nil || !ok { // already merged away, or not yet written
		return newColumn(ctx, seg, ix.store, kept)
	}
	c, err := files.open()
	if err == nil {
		return c, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		ix.opts.Logger.Warn("columns of an index cannot be used, they are made anew", "index", g.name, "err", err)
	}
	if c, err = newColumn(ctx, seg, ix.store, kept); err != nil {
		return nil, err
	}
	if err := files.write([]*column{c}); err != nil {
		ix.opts.Logger.Warn("keep the columns of an index in memory", "index", g.name, "err", err)
		return c, nil
	}
	return files.open()
}
