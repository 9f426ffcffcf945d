package index

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"pkgsearch/index/mapped"
	"pkgsearch/index/postings"
	"pkgsearch/index/store"
	"pkgsearch/index/zapfile"
)

// columnVersion is raised when what columns hold, or how scores are taken, changes.
const columnVersion = 1

// Endings of the files' names, behind that of their segment.
const (
	factsExt = ".facts"
	ranksExt = ".ranks"
	listsExt = ".lists"
)

// columnFiles are the files of a segment's column, beside the directory of the segments. Facts and posting lists stay until
// the segment is seen to be merged away (columnsweep.go); ranks are replaced when all packages are rescored.
type columnFiles struct {
	names               *zapfile.IDs
	facts, ranks, lists string // paths
	from                [4]any // what the files' keys are made of
}

// columnFilesOf names the files of a segment on disk; ok is false for one in memory.
func columnFilesOf(g *generation, seg segment.Segment, dbid string) (f columnFiles, ok bool, err error) {
	stem, ok := columnStem(seg)
	if !ok {
		return f, false, nil
	}
	f.names, err = zapfile.OpenIDs(seg.(segment.PersistedSegment).Path())
	if err != nil {
		return f, false, err
	}
	base := filepath.Join(g.path, stem)
	f.facts, f.ranks, f.lists = base+factsExt, base+ranksExt, base+listsExt
	f.from = [4]any{columnVersion, dbid, f.names.Size(), f.names.Checksum()}
	return f, true, nil
}

// columnStem is what the files of a segment's column are called but for their endings.
func columnStem(seg segment.Segment) (stem string, onDisk bool) {
	file, onDisk := seg.(segment.PersistedSegment)
	if !onDisk {
		return "", false
	}
	return strings.TrimSuffix(filepath.Base(file.Path()), ".zap"), true
}

func (f columnFiles) key(kind string) mapped.Key { return mapped.KeyOf(append(f.from[:], kind)...) }

// mappedParts keeps the files of a column mapped as long as the column is.
type mappedParts struct {
	*zapfile.IDs
	facts, ranks, lists *mapped.Columns // nil for those in memory
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

// mapFacts gives the facts, but for the dependents, which come with the ranks.
func (f columnFiles) mapFacts() (*mapped.Columns, *Columns, error) {
	file, err := mapped.Read(f.facts, f.key("facts"), numFactColumns)
	if err != nil {
		return nil, nil, err
	}
	c := &Columns{
		Created:  mapped.Column[uint32](file, columnCreated),
		Updated:  mapped.Column[uint32](file, columnUpdated),
		Size:     mapped.Column[uint32](file, columnSize),
		Versions: mapped.Column[store.Version](file, columnVersions),
		Has:      mapped.Column[store.Has](file, columnHas),
		Node:     mapped.Column[uint32](file, columnNode),
	}
	for line := range bytes.Lines(mapped.Column[byte](file, columnNodeRanges)) {
		c.NodeRanges = append(c.NodeRanges, store.NodeRange(bytes.TrimSuffix(line, []byte{'\n'})))
	}
	return file, c, f.check(f.facts, len(c.Created), len(c.Updated), len(c.Size), len(c.Versions), len(c.Has), len(c.Node))
}

// mapRanks gives the ranks and the dependents.
func (f columnFiles) mapRanks() (*mapped.Columns, *rankColumns, []uint32, error) {
	file, err := mapped.Read(f.ranks, f.key("ranks"), numRankColumns)
	if err != nil {
		return nil, nil, nil, err
	}
	dependents := mapped.Column[uint32](file, columnDependents)
	r := &rankColumns{
		popularity:  mapped.Column[float32](file, columnPopularity),
		quality:     mapped.Column[float32](file, columnQuality),
		maintenance: mapped.Column[float32](file, columnMaintenance),
		priors:      mapped.Column[float32](file, columnPriors),
		downloads:   mapped.Column[uint64](file, columnDownloads),
		flags:       mapped.Column[store.Flag](file, columnFlags),
	}
	return file, r, dependents, f.check(f.ranks, len(r.popularity), len(r.quality), len(r.maintenance), len(r.priors), len(r.downloads), len(r.flags), len(dependents))
}

func (f columnFiles) mapLists() (*mapped.Columns, *postings.Lists, error) {
	file, err := mapped.Read(f.lists, f.key("lists"), 1)
	if err != nil {
		return nil, nil, err
	}
	l, err := postings.Map(mapped.Column[byte](file, 0))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", f.lists, err)
	}
	return file, l, f.check(f.lists, l.Len())
}

// check compares the lengths of columns with the number of documents. The files' checksums are right, so that only a
// mistake of ours could make them differ.
func (f columnFiles) check(path string, lengths ...int) error {
	for _, n := range lengths {
		if n != f.names.Len() {
			return fmt.Errorf("read %s: %w: %d values for %d documents", path, mapped.ErrUnsound, n, f.names.Len())
		}
	}
	return nil
}

// writeFacts writes the facts of parts of the column, one after another.
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

// writeRanks is writeFacts for the ranks and the dependents.
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

// writeLists keeps what postings.Join or Builder.Bytes has made.
func (f columnFiles) writeLists(raw []byte) error {
	return mapped.Write(f.lists, f.key("lists"), [][][]byte{{raw}})
}
