package index

import (
	"context"
	"fmt"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// column holds what ranking and filters need of every document of one segment, by document number: the name,
// the query-independent scores and the facts. Scorch numbers documents for the life of a segment, so a column is
// built once, when its segment first appears, and again when the scores are recomputed.
type column struct {
	names  []byte   // all names, one after another
	ends   []uint32 // where each name ends
	ranks  []store.Rank
	priors []float32 // of the default weights
	facts  *Columns

	forward *forwards // as the postings are: whatever becomes of the scores
}

// Len is the number of documents, deleted ones included.
func (c *column) Len() int { return len(c.ranks) }

// Name is the package name of a document.
func (c *column) Name(doc uint32) string { return string(c.NameBytes(doc)) }

// NameBytes is Name without the copy; it must not be changed.
func (c *column) NameBytes(doc uint32) []byte {
	from := uint32(0)
	if doc > 0 {
		from = c.ends[doc-1]
	}
	return c.names[from:c.ends[doc]:c.ends[doc]]
}

// Rank gives a document's scores and flags.
func (c *column) Rank(doc uint32) store.Rank { return c.ranks[doc] }

// Prior is score.Prior of the document under the default weights.
func (c *column) Prior(doc uint32) float64 { return float64(c.priors[doc]) }

// keptRank is what a view keeps of a package whose document a merge has moved.
type keptRank struct {
	rank  store.Rank
	facts store.Facts
}

// columnPage is the number of names looked up at a time.
const columnPage = 4096

// newColumn reads the names from the segment, and their ranks and facts from kept or else from the store.
func newColumn(ctx context.Context, seg segment.Segment, st *store.Store, kept map[string]keptRank) (*column, error) {
	n := int(seg.Count())
	c := &column{ends: make([]uint32, n), ranks: make([]store.Rank, n), priors: make([]float32, n), facts: newColumns(n), forward: &forwards{}}
	weights := score.DefaultWeights()
	page := make([]string, 0, columnPage)
	for doc := range n {
		id, err := seg.DocID(uint64(doc))
		if err != nil {
			return nil, fmt.Errorf("read name of document %d: %w", doc, err)
		}
		c.names = append(c.names, id...)
		c.ends[doc] = uint32(len(c.names))
		page = append(page, string(id))
		if len(page) < columnPage && doc < n-1 {
			continue
		}
		first := doc + 1 - len(page)
		err = st.Ranks(ctx, page, func(i int, r store.Rank, f store.Facts) {
			if old, ok := kept[page[i]]; ok {
				r, f = old.rank, old.facts
			}
			c.ranks[first+i], c.priors[first+i] = r, r.Prior(weights)
			c.facts.set(first+i, f)
		})
		if err != nil {
			return nil, err
		}
		page = page[:0]
	}
	c.facts.nodes = nil
	return c, nil
}
