package search

import (
	"context"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Compile does all of a search that comes before the first posting is scored, and counts the posting lists
// that would be read.
func (s *Searcher) Compile(ctx context.Context, view *index.View, text string) (lists int, err error) {
	query, err := Parse(text)
	if err != nil {
		return 0, err
	}
	dictionary := view.Lookup()
	defer dictionary.Close()
	ev := &evaluation{view: view, dictionary: dictionary, query: query.at(s.index.Now()), ranking: &s.ranking, synonyms: s.synonyms,
		lookup: func(name string) (store.Package, error) { return s.store.Get(ctx, name) }}
	if err := ev.compile(ctx); err != nil {
		return 0, err
	}
	return len(ev.terms), nil
}
