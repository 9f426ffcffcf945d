// Package search answers questions over an index: it parses the query language, ranks what matches, and
// completes names. It promises that an answer depends on nothing but the question and the state of the
// index: the same query gives the same packages, scores and order on any machine and after any merge.
package search

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

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

// Search answers one request. Errors: ErrBadQuery with a message that names the limit; index.ErrClosed;
// the context's, when it ends first.
func (s *Searcher) Search(ctx context.Context, req Request) (*Result, error) {
	began := time.Now()
	if err := req.check(); err != nil {
		return nil, err
	}
	query, err := Parse(req.Text)
	if err != nil {
		return nil, err
	}
	query = query.at(s.index.Now())
	req.Weights = query.Weighing.over(req.Weights)
	view := s.index.Acquire()
	if view == nil {
		return nil, index.ErrClosed
	}
	defer view.Release()

	ev := &evaluation{view: view, query: query, ranking: &s.ranking, weights: req.Weights, synonyms: s.synonyms,
		lookup: func(name string) (store.Package, error) { return s.store.Get(ctx, name) }}
	if err := ev.compile(); err != nil {
		return nil, err
	}
	wanted := min(req.From+req.Size, MaxFrom)
	found, total, err := ev.top(ctx, wanted)
	if err != nil {
		return nil, err
	}
	page := found[min(req.From, len(found)):]
	result := &Result{Total: total, Correction: query.corrected(ev.correction), Generation: view.Generation, LLN: view.LLN}
	if result.Hits, err = s.hits(ctx, page, req); err != nil {
		return nil, err
	}
	for i := range result.Hits {
		if result.Hits[i].Package.Name == ev.lookalike {
			result.Hits[i].Lookalike = ev.original
		}
	}
	if req.Explain {
		if err := ev.explain(ctx, page, result.Hits); err != nil {
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
	return nil
}

// hits reads the records of a page from the store. A package withdrawn since the view was made is left out:
// it may not be shown any more.
func (s *Searcher) hits(ctx context.Context, page []candidate, req Request) ([]Hit, error) {
	names := make([]string, len(page))
	for i, c := range page {
		names[i] = c.name()
	}
	packages, err := s.store.GetMany(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("read packages: %w", err)
	}
	weights := score.DefaultWeights()
	if req.Weights != nil {
		weights = *req.Weights
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

// Suggest completes the name being typed: names that begin with the text, or of which a word does, the
// most used first. size is 1 to MaxSuggest.
func (s *Searcher) Suggest(ctx context.Context, text string, size int) ([]Suggestion, error) {
	if size < 1 || size > MaxSuggest {
		return nil, fmt.Errorf("%w: size is %d, it must be between 1 and %d", ErrBadQuery, size, MaxSuggest)
	}
	if n := utf8.RuneCountInString(text); n > MaxText {
		return nil, fmt.Errorf("%w: the text has %d characters, at most %d are allowed", ErrBadQuery, n, MaxText)
	}
	view := s.index.Acquire()
	if view == nil {
		return nil, index.ErrClosed
	}
	defer view.Release()
	completions := view.Complete(text, size)
	names := make([]string, len(completions))
	for i, c := range completions {
		names[i] = c.Name
	}
	packages, err := s.store.GetMany(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("read packages: %w", err)
	}
	suggestions := make([]Suggestion, 0, len(packages))
	for _, p := range packages {
		if p.Indexed() {
			suggestions = append(suggestions, Suggestion{Name: p.Name, Description: p.Description})
		}
	}
	return suggestions, nil
}
