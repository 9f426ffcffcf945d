package eval

import (
	"context"

	"pkgsearch/search"
)

// Local asks a searcher of this process.
func Local(s *search.Searcher) Source { return local{s} }

type local struct{ searcher *search.Searcher }

func (l local) Search(ctx context.Context, text string, size int) ([]string, error) {
	found, err := l.searcher.Search(ctx, search.Request{Text: text, Size: size})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		names[i] = hit.Package.Name
	}
	return names, nil
}

func (l local) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	found, err := l.searcher.Suggest(ctx, text, size)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found))
	for i, suggestion := range found {
		names[i] = suggestion.Name
	}
	return names, nil
}
