// Package search answers questions over an index: it parses the query language, ranks what matches, and
// completes names. It promises that an answer depends on nothing but the question and the state of the
// index: the same query gives the same packages, scores and order on any machine and after any merge.
package search

import (
	"context"
	"fmt"
	"time"

	"pkgsearch/index"
	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// Searcher answers requests; it is safe for concurrent use.
type Searcher struct {
	index    *index.Index
	store    *store.Store
	ranking  Ranking
	synonyms *Synonyms
}

// Options of a searcher; the zero value is the default.
type Options struct {
	Ranking  *Ranking  // nil: DefaultRanking
	Synonyms *Synonyms // nil: DefaultSynonyms
}

// New makes a searcher over an index and the store that it was made from.
func New(ix *index.Index, st *store.Store, o Options) *Searcher {
	s := &Searcher{index: ix, store: st, ranking: DefaultRanking()}
	if o.Ranking != nil {
		s.ranking = *o.Ranking
	}
	if s.synonyms = o.Synonyms; s.synonyms == nil {
		s.synonyms = DefaultSynonyms()
	}
	return s
}

// Search answers one request. Errors: ErrBadQuery with a message that names the limit; ErrBadCursor; index.ErrClosed;
// the context's, when it ends first.
func (s *Searcher) Search(ctx context.Context, req Request) (*Result, error) {
	began := time.Now()
	if err := req.check(); err != nil {
		return nil, err
	}
	after, err := req.after()
	if err != nil {
		return nil, err
	}
	query, err := Parse(req.Text)
	if err != nil {
		return nil, err
	}
	now := s.index.Now()
	query = query.at(now)
	view := s.index.Acquire()
	if view == nil {
		return nil, index.ErrClosed
	}
	defer view.Release()

	dictionary := view.Lookup()
	defer dictionary.Close()

	ev := &evaluation{view: view, dictionary: dictionary, query: query, ranking: &s.ranking, weights: query.Weighing.over(req.Weights), synonyms: s.synonyms,
		narrowed: narrowing{req.Choices, dayOf(now)}, exhaustive: req.Exhaustive,
		lookup: func(name string) (store.Package, error) { return s.store.Get(ctx, name) }}
	if err := ev.compile(ctx); err != nil {
		return nil, err
	}
	if err := ev.placeShell(ctx, req.Sort); err != nil {
		return nil, err
	}
	found, err := ev.answer(ctx, req, after)
	if err != nil {
		return nil, err
	}
	result := &Result{Total: found.total, Correction: query.corrected(ev.correction), Generation: view.Generation, LLN: view.LLN, Facets: found.facets, Stats: Stats{ev.scored}}
	if result.Hits, err = s.hits(ctx, found.page, ev.weights); err != nil {
		return nil, err
	}
	result.Next = req.setCursors(found, result.Hits)
	if req.Highlight {
		soughtBy(query).highlight(result.Hits)
	}
	for i := range result.Hits {
		if result.Hits[i].Package.Name == ev.lookalike {
			result.Hits[i].Lookalike = ev.original
		}
	}
	if req.Explain {
		if err := ev.explain(found.page, result.Hits); err != nil {
			return nil, err
		}
	}
	result.Took = time.Since(began)
	return result, nil
}

func (r Request) check() error {
	switch {
	case r.Size < 0 || r.Size > MaxSize:
		return fmt.Errorf("%w: size is %d, it must be between 0 and %d", ErrBadQuery, r.Size, MaxSize)
	case r.From < 0 || r.From > MaxFrom:
		return fmt.Errorf("%w: from is %d, it must be between 0 and %d", ErrBadQuery, r.From, MaxFrom)
	}
	return r.checkAnswer()
}

// hits reads the records of a page from the store. A package withdrawn since the view was made is left out:
// it may not be shown any more.
func (s *Searcher) hits(ctx context.Context, page []candidate, w *score.Weights) ([]Hit, error) {
	names := make([]string, len(page))
	for i, c := range page {
		names[i] = c.name()
	}
	packages, err := s.store.GetMany(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("read packages: %w", err)
	}
	weights := score.DefaultWeights()
	if w != nil {
		weights = *w
	}
	scores := make(map[string]float64, len(page))
	for i, c := range page {
		scores[names[i]] = c.score
	}
	hits := make([]Hit, 0, len(page))
	for _, p := range packages {
		if p.Indexed() {
			hits = append(hits, Hit{Package: p, Score: scores[p.Name], Final: weights.Blend(p.Scores)})
		}
	}
	return hits, nil
}
