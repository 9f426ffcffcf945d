package search

import (
	"context"
	"fmt"
	"unicode/utf8"

	"pkgsearch/index"
)

// Suggestions is what a text that is being typed may become.
type Suggestions struct {
	Names       []Suggestion
	Completions []string // queries, the most used first
}

// Suggestion is one completion of a name being typed.
type Suggestion struct {
	Name        string
	Description string
}

// maxCompletions bounds the queries of a reply: they stand beside the names.
const maxCompletions = 5

// Suggest completes the name being typed, as index.View.Complete does, and the query being typed, as its
// Phrases. size is 1 to MaxSuggest names. Errors: as Search.
func (s *Searcher) Suggest(ctx context.Context, text string, size int) (*Suggestions, error) {
	if size < 1 || size > MaxSuggest {
		return nil, fmt.Errorf("%w: size is %d, it must be between 1 and %d", ErrBadQuery, size, MaxSuggest)
	}
	if n := utf8.RuneCountInString(text); n > MaxText {
		return nil, fmt.Errorf("%w: the text has %d characters, at most %d are allowed", ErrBadQuery, n, MaxText)
	}
	if len(text) > MaxTextBytes {
		return nil, fmt.Errorf("%w: the text has %d bytes, at most %d are allowed", ErrBadQuery, len(text), MaxTextBytes)
	}
	view := s.index.Acquire()
	if view == nil {
		return nil, index.ErrClosed
	}
	defer view.Release()
	completions, err := view.Complete(ctx, text, size)
	if err != nil {
		return nil, err
	}
	phrases, err := view.Phrases(ctx, text, maxCompletions)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(completions))
	for i, c := range completions {
		names[i] = c.Name
	}
	packages, err := s.store.GetMany(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("read packages: %w", err)
	}
	out := &Suggestions{Names: make([]Suggestion, 0, len(packages)), Completions: phrases}
	for _, p := range packages {
		if p.Indexed() { // not withdrawn since the view was made
			out.Names = append(out.Names, Suggestion{Name: p.Name, Description: p.Description})
		}
	}
	return out, nil
}
