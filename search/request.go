package search

import (
	"errors"
	"time"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// Limits of a request. Each bounds the cost of one query; a caller that wants more is told which one it hit.
const (
	MaxSize       = 250  // hits a page, npm's own limit
	MaxFrom       = 5000 // deepest hit that paging reaches
	MaxText       = 256  // code points of a query
	MaxTextBytes  = 1024 // bytes of a query
	MaxTerms      = 16   // words, phrase words and qualifier values together
	MaxTermLength = 64   // code points of one word; longer words are cut
	MaxSuggest    = 50   // suggestions a reply
)

// ErrBadQuery marks a request that breaks a limit or cannot be understood; its message says which and why.
var ErrBadQuery = errors.New("bad query")

// Request is one question.
type Request struct {
	Text    string         // words, "phrases", -negation and qualifiers; empty lists everything by rank
	Size    int            // hits wanted, 0 to MaxSize
	From    int            // hits to skip, 0 to MaxFrom
	Weights *score.Weights // blend of the three scores; nil for the default
	Explain bool           // fill Hit.Explain

	Sort      Sort     // ByRelevance unless set
	Cursor    string   // Result.Next or Hit.Cursor of the same question, to go on after; excludes From
	Choices   []Choice // all must hold; at most one of each facet, in their order
	Facets    []Facet  // count their values over all matches
	FacetSize int      // values counted of a facet, 0 to MaxFacetSize; 0: DefaultFacetSize
	Highlight bool     // fill Hit.Highlights

	CountTo int // matches to count: with more of them, Total may be less than all but is not less than this; 0: all

	// Exhaustive scores every match, also those that cannot reach the page: what any short cut is checked against.
	Exhaustive bool
}

// Result is one page of a ranked answer.
type Result struct {
	Hits       []Hit
	Total      int           // packages that match, exact unless Request.CountTo says otherwise
	Correction string        // the text as it was probably meant; "" when it seems to have no slips
	Generation string        // index generation that answered
	LLN        uint64        // log number the generation has reached
	Took       time.Duration // inside the searcher
	Stats      Stats

	Next   string                  // cursor of the next page; "" at the end
	Facets map[string][]FacetCount // by the facet's name: the most frequent values first, ties by value; exact
}

// Stats is what an answer has cost, which depends on the segments as the answer does not.
type Stats struct {
	Scored int // documents looked at: all that match when exhaustive, else those that might have reached the page
}

// Hit is one package of an answer.
type Hit struct {
	Package store.Package
	Score   float64 // text relevance times prior: unbounded above, comparable inside one answer
	Final   float64 // the three scores blended by the request's weights, in [0,1]
	Explain []Part  // what made Score, in order; only when asked for

	// Lookalike is the far more used package that a text of this very name probably means; "" for none.
	Lookalike string

	Cursor     string      // to go on after this hit
	Highlights *Highlights // only when asked for
}

// Part is one labelled contribution to a hit's score: added to those before it, or as a factor multiplied
// with their sum.
type Part struct {
	Label  string  `json:"label"`
	Value  float64 `json:"value"`
	Factor bool    `json:"factor,omitempty"`
}
