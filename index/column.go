package index

import (
	"context"
	"fmt"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"pkgsearch/index/postings"
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
	bounds []bound   // by block of PriorBlock documents
	facts  *Columns
	lists  *postings.Lists

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

// PriorBlock is the number of documents that share a bound of their priors.
const PriorBlock = 128

// bound is what no document of a block or after it has more of.
type bound struct {
	prior  float32 // of the default weights
	scores score.Scores
}

// PriorFrom is a bound of the priors of a document and all after it, under the default weights.
func (c *column) PriorFrom(doc uint32) float64 { return float64(c.bounds[doc/PriorBlock].prior) }

// PriorFromBy is PriorFrom under other weights.
func (c *column) PriorFromBy(doc uint32, w score.Weights) float64 {
	return float64(store.Rank{Scores: c.bounds[doc/PriorBlock].scores}.Prior(w))
}

func boundsOf(priors []float32, ranks []store.Rank) []bound {
	bounds := make([]bound, (len(priors)+PriorBlock-1)/PriorBlock)
	var most bound
	for doc := len(priors) - 1; doc >= 0; doc-- {
		s := ranks[doc].Scores
		most = bound{max(most.prior, priors[doc]), score.Scores{
			Popularity:  max(most.scores.Popularity, s.Popularity),
			Quality:     max(most.scores.Quality, s.Quality),
			Maintenance: max(most.scores.Maintenance, s.Maintenance),
		}}
		bounds[doc/PriorBlock] = most
	}
	return bounds
}

// Lists are the posting lists of the documents' words. Deleted documents are in them.
func (c *column) Lists() *postings.Lists { return c.lists }

// keptRank is what a view keeps of a package whose document a merge has moved.
type keptRank struct {
	rank  store.Rank
	facts store.Facts
}

// columnPage is the number of names looked up at a time.
const columnPage = 4096

// newColumn reads the names from the segment, their ranks and facts from kept or else from the store, and their words
// from their records.
func newColumn(ctx context.Context, seg segment.Segment, st *store.Store, kept map[string]keptRank) (*column, error) {
	n := int(seg.Count())
	c := &column{ends: make([]uint32, n), ranks: make([]store.Rank, n), priors: make([]float32, n), facts: newColumns(n), forward: &forwards{}}
	weights := score.DefaultWeights()
	names := make([]string, 0, n)
	for doc := range n {
		id, err := seg.DocID(uint64(doc))
		if err != nil {
			return nil, fmt.Errorf("read name of document %d: %w", doc, err)
		}
		c.names = append(c.names, id...)
		c.ends[doc] = uint32(len(c.names))
		names = append(names, string(id))
	}
	err := st.Ranks(ctx, names, func(doc int, r store.Rank, f store.Facts) {
		if old, ok := kept[names[doc]]; ok {
			r, f = old.rank, old.facts
		}
		c.ranks[doc], c.priors[doc] = r, r.Prior(weights)
		c.facts.set(doc, f)
	})
	if err != nil {
		return nil, err
	}
	c.facts.nodes = nil
	c.bounds = boundsOf(c.priors, c.ranks)
	c.lists, err = listingsOf(ctx, st, names)
	return c, err
}
