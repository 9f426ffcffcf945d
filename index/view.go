package index

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"pkgsearch/index/associate"
)

// View is one immutable state of the live generation: what a search sees from its first posting to its
// last record, whatever is applied or merged meanwhile. It must be released.
type View struct {
	Generation string
	LLN        uint64 // log number the view has reached
	Serial     uint64 // greater in every later view, also of a later process: what a reader saw may differ

	segments []*Segment
	live     int
	speller  *speller
	learned  *associate.Table
	spelling *spelling
	lookups  sync.Pool
	names    *completer // nil: none, of an index opened for bulk
	snapshot *scorch.IndexSnapshot
	owner    *generation
	refs     atomic.Int64
}

// Segments lists the parts of the view; documents are numbered from 0 inside each.
func (v *View) Segments() []*Segment { return v.segments }

// Count is the number of packages in the view.
func (v *View) Count() int { return v.live }

// Associated gives the stems that go together with a stem in this domain's packages, the closest first.
func (v *View) Associated(stem string) []associate.Neighbour { return v.learned.Of(stem) }

// Peers gives the packages that are spoken of as the named one is, the likeliest first.
func (v *View) Peers(name string) []associate.Peer {
	if v.learned == nil {
		return nil
	}
	return v.learned.Peers.Of(calledAs(name))
}

// retain takes a reference unless the view is already gone.
func (v *View) retain() bool {
	for {
		n := v.refs.Load()
		if n == 0 {
			return false
		}
		if v.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Release gives the view back; the last one to do so closes it.
func (v *View) Release() {
	if v.refs.Add(-1) == 0 {
		v.snapshot.DecRef()
		v.owner.release()
	}
}

// Segment is one immutable run of documents with their names and ranks.
type Segment struct {
	*column
	segment segment.Segment
	deleted *roaring.Bitmap // nil: none
	id      uint64
}

// Deleted tells whether a document has been replaced or removed.
func (s *Segment) Deleted(doc uint32) bool { return s.deleted != nil && s.deleted.Contains(doc) }

// EachDeleted visits the documents that have been replaced or removed, from one to before another, in order.
func (s *Segment) EachDeleted(from, to uint32, visit func(doc uint32)) {
	if s.deleted == nil {
		return
	}
	it := s.deleted.Iterator()
	for it.AdvanceIfNeeded(from); it.HasNext() && it.PeekNext() < to; {
		visit(it.Next())
	}
}

func (s *Segment) list(field, term string) (segment.PostingsList, error) {
	dict, err := s.segment.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
	}
	list, err := dict.PostingsList([]byte(term), s.deleted, nil)
	if err != nil {
		return nil, fmt.Errorf("open postings of %s:%q: %w", field, term, err)
	}
	return list, nil
}
