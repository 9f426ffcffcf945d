package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"unicode/utf8"

	"pkgsearch/search"
)

// Suggestions is the reply of GET /-/v1/suggest, best first.
type Suggestions struct {
	Suggestions []Suggestion `json:"suggestions"`
	Completions []string     `json:"completions"` // queries that the text may be the beginning of
}

// Suggestion is one name that completes the text.
type Suggestion struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

const defaultSuggest = 10 // rows of a drop-down

// suggest answers GET /-/v1/suggest?text=&size=.
func (a *API) suggest(w http.ResponseWriter, r *http.Request) error {
	p, err := readParams(r, "text", "size")
	if err != nil {
		return err
	}
	text, err := p.text()
	if err != nil {
		return err
	}
	if text == "" {
		return bad("text_missing", 1, "text is empty: send at least one character to complete")
	}
	size, err := p.size(defaultSuggest, search.MaxSuggest)
	if err != nil {
		return err
	}
	if a.fresh(w, r, fmt.Sprintf("suggest %d %q", size, text)) {
		return nil
	}
	exchangeOf(r.Context()).text = utf8.RuneCountInString(text)
	found, err := through(r.Context(), a.gate, a.limits.QueryBudget, func(ctx context.Context) (*search.Suggestions, error) {
		return a.searcher.Suggest(ctx, text, size)
	})
	if err != nil {
		return err
	}
	out := Suggestions{make([]Suggestion, len(found.Names)), append([]string{}, found.Completions...)}
	for i, n := range found.Names {
		out.Suggestions[i] = Suggestion(n)
	}
	return a.reply(w, r, out)
}
