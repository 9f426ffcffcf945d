package index

import "pkgsearch/index/store"

// Columns hold the store's Facts of the documents of a segment, a column each, by document number: a filter
// reads 4 bytes a document. All of it, 32 bytes a document, must not be changed.
type Columns struct {
	Created, Updated, Dependents, Size []uint32 // as in store.Facts
	Versions                           []store.Version
	Has                                []store.Has
	Node                               []uint32 // where in NodeRanges
	NodeRanges                         []store.NodeRange
	nodes                              map[store.NodeRange]uint32 // only while they are filled
}

func newColumns(n int) *Columns {
	return &Columns{
		Created: make([]uint32, n), Updated: make([]uint32, n), Dependents: make([]uint32, n), Size: make([]uint32, n),
		Versions: make([]store.Version, n), Has: make([]store.Has, n), Node: make([]uint32, n),
		nodes: map[store.NodeRange]uint32{},
	}
}

func (c *Columns) set(doc int, f store.Facts) {
	c.Created[doc], c.Updated[doc], c.Dependents[doc], c.Size[doc] = f.Created, f.Updated, f.Dependents, f.Size
	c.Versions[doc], c.Has[doc] = f.Version, f.Has
	c.Node[doc] = c.node(f.Node)
}

// node is the place of a range in NodeRanges.
func (c *Columns) node(r store.NodeRange) uint32 {
	at, ok := c.nodes[r]
	if !ok { // a few thousand are enough for millions of packages
		at = uint32(len(c.NodeRanges))
		c.nodes[r] = at
		c.NodeRanges = append(c.NodeRanges, r)
	}
	return at
}

// Columns gives the facts of all documents, deleted ones included.
func (c *column) Columns() *Columns { return c.facts }

// Facts gives a document's facts.
func (c *column) Facts(doc uint32) store.Facts {
	f := c.facts
	return store.Facts{
		Created: f.Created[doc], Updated: f.Updated[doc], Dependents: f.Dependents[doc], Size: f.Size[doc],
		Version: f.Versions[doc], Has: f.Has[doc], Node: f.NodeRanges[f.Node[doc]],
	}
}
