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
// made once, when its segment first appears, and its ranks again when the scores are recomputed. That of a large
// segment lies in mapped files (columnfile.go): what it gives is good as long as the view is held.
type column struct {
	names  nameList
	ranks  *rankColumns
	bounds []PriorBound // by block of PriorBlock documents
	facts  *Columns
	lists  *postings.Lists

	forward *forwards // as the postings are: whatever becomes of the scores
}

// nameList gives the package name of every document.
type nameList interface {
	Len() int
	At(doc uint32) []byte
}

// heapNames are names in memory.
type heapNames struct {
	text []byte   // one after another
	ends []uint32 // where each ends
}

func (n *heapNames) Len() int { return len(n.ends) }

func (n *heapNames) At(doc uint32) []byte {
	from := uint32(0)
	if doc > 0 {
		from = n.ends[doc-1]
	}
	return n.text[from:n.ends[doc]:n.ends[doc]]
}

func (n *heapNames) add(name []byte) {
	n.text = append(n.text, name...)
	n.ends = append(n.ends, uint32(len(n.text)))
}

// rankColumns are the store's Ranks, a column for each part of them, with the priors of the default weights. 29 bytes a document.
type rankColumns struct {
	popularity, quality, maintenance, priors []float32
	downloads                                []uint64
	flags                                    []store.Flag
}

func newRanks(n int) *rankColumns {
	return &rankColumns{
		popularity: make([]float32, n), quality: make([]float32, n), maintenance: make([]float32, n), priors: make([]float32, n),
		downloads: make([]uint64, n), flags: make([]store.Flag, n),
	}
}

func (r *rankColumns) set(doc int, rank store.Rank) {
	r.popularity[doc], r.quality[doc], r.maintenance[doc] = rank.Popularity, rank.Quality, rank.Maintenance
	r.priors[doc] = rank.Prior(score.DefaultWeights())
	r.downloads[doc], r.flags[doc] = rank.Downloads, rank.Flags
}

// Len is the number of documents, deleted ones included.
func (c *column) Len() int { return c.names.Len() }

// Name is the package name of a document.
func (c *column) Name(doc uint32) string { return string(c.NameBytes(doc)) }

// NameBytes is Name without the copy; it must not be changed.
func (c *column) NameBytes(doc uint32) []byte { return c.names.At(doc) }

// Rank gives a document's scores and flags.
func (c *column) Rank(doc uint32) store.Rank {
	r := c.ranks
	return store.Rank{
		Scores: score.Scores{Popularity: r.popularity[doc], Quality: r.quality[doc], Maintenance: r.maintenance[doc]},
		Flags:  r.flags[doc], Downloads: r.downloads[doc],
	}
}

// Prior is score.Prior of the document under the default weights.
func (c *column) Prior(doc uint32) float64 { return float64(c.ranks.priors[doc]) }

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
	text := &heapNames{ends: make([]uint32, 0, n)}
	for doc := range n {
		id, err := seg.DocID(uint64(doc))
		if err != nil {
			return nil, fmt.Errorf("read name of document %d: %w", doc, err)
		}
		text.add(id)
	}
	c := &column{names: text, forward: &forwards{}}
	if err := c.read(ctx, st, kept); err != nil {
		return nil, err
	}
	return c, c.list(ctx, st)
}

// list makes the posting lists.
func (c *column) list(ctx context.Context, st *store.Store) (err error) {
	names := make([]string, c.Len())
	for doc := range names {
		names[doc] = c.Name(uint32(doc))
	}
	c.lists, err = listingsOf(ctx, st, names)
	return err
}

// read fills in the ranks and facts of the names.
func (c *column) read(ctx context.Context, st *store.Store, kept map[string]keptRank) error {
	c.ranks, c.facts = newRanks(c.Len()), newColumns(c.Len())
	for first := 0; first < c.Len(); first += columnPage {
		err := c.page(ctx, st, first, func(doc int, name string, r store.Rank, f store.Facts) {
			if old, ok := kept[name]; ok {
				r, f = old.rank, old.facts
			}
			c.ranks.set(doc, r)
			c.facts.set(doc, f)
		})
		if err != nil {
			return err
		}
	}
	c.facts.nodes = nil
	c.bounds = boundsOf(c.ranks)
	return nil
}

// readRanks fills in a page of the ranks, with the dependents.
func (c *column) readRanks(ctx context.Context, st *store.Store, first int) error {
	return c.page(ctx, st, first, func(doc int, _ string, r store.Rank, f store.Facts) {
		c.ranks.set(doc, r)
		c.facts.Dependents[doc] = f.Dependents
	})
}

// page reads what the store has of a page of names.
func (c *column) page(ctx context.Context, st *store.Store, first int, take func(doc int, name string, r store.Rank, f store.Facts)) error {
	names := make([]string, 0, columnPage)
	for doc := first; doc < min(first+columnPage, c.Len()); doc++ {
		names = append(names, c.Name(uint32(doc)))
	}
	return st.Ranks(ctx, names, func(i int, r store.Rank, f store.Facts) { take(first+i, names[i], r, f) })
}

// cut leaves out what is behind the first n documents.
func (c *column) cut(n int) {
	r, f := c.ranks, c.facts
	for _, column := range []*[]float32{&r.popularity, &r.quality, &r.maintenance, &r.priors} {
		*column = (*column)[:n]
	}
	for _, column := range []*[]uint32{&f.Created, &f.Updated, &f.Dependents, &f.Size, &f.Node} {
		*column = (*column)[:n]
	}
	r.downloads, r.flags, f.Versions, f.Has = r.downloads[:n], r.flags[:n], f.Versions[:n], f.Has[:n]
}
