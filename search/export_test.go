package search

import (
	"context"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Compile does all of a search that comes before the first posting is scored, and counts the posting lists
// that would be read.
func (s *Searcher) Compile(ctx context.Context, view *index.View, text string) (lists int, err error) {
	ev, done, err := s.compiled(ctx, view, text)
	if err != nil {
		return 0, err
	}
	done()
	return len(ev.terms), nil
}

// compiled compiles a text; done gives back what it took.
func (s *Searcher) compiled(ctx context.Context, view *index.View, text string) (ev *evaluation, done func(), err error) {
	query, err := Parse(text)
	if err != nil {
		return nil, nil, err
	}
	dictionary := view.Lookup()
	ev = &evaluation{view: view, dictionary: dictionary, query: query.at(s.index.Now()), ranking: &s.ranking, synonyms: s.synonyms,
		lookup: func(name string) (store.Package, error) { return s.store.Get(ctx, name) }}
	return ev, dictionary.Close, ev.compile(ctx)
}
