package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
)

// Choice restricts an answer to packages that have any of the values of a facet. With a value that a facet has counted,
// the same question has as many matches as were counted.
type Choice struct {
	Facet  Facet
	Values []string // sorted, as the index keeps them
}

// ParseChoice reads values between commas, in any case: "mit,isc". A value with a comma or a quote in it stands in
// double quotes, its own doubled, as in CSV. The error lists the values of a facet that has few.
func ParseChoice(f Facet, text string) (Choice, error) {
	c := Choice{Facet: f}
	values, err := splitValues(text)
	if err != nil {
		return c, fmt.Errorf("%w: %s: %w", ErrBadQuery, f, err)
	}
	for _, v := range values {
		if v = f.stored(v); v == "" {
			continue
		}
		if few := f.few(); few != nil && !slices.Contains(few, v) {
			return c, fmt.Errorf("%w: %s is one of %s", ErrBadQuery, f, strings.Join(few, ", "))
		}
		c.Values = append(c.Values, v)
	}
	slices.Sort(c.Values)
	c.Values = slices.Compact(c.Values)
	return c, nil
}

// stored writes a value as the index keeps it.
func (f Facet) stored(value string) string {
	folded := index.Fold(strings.TrimSpace(value))
	switch f {
	case FacetLicense:
		if terms := index.LicenseTerms(value); len(terms) == 1 { // other spellings of one licence
			return terms[0]
		}
	case FacetScope:
		return index.Fold(scopeValue(value))
	case FacetTypes:
		switch folded {
		case "1":
			return "true"
		case "0":
			return "false"
		}
	}
	return folded
}

// splitValues takes a list apart.
func splitValues(text string) ([]string, error) {
	var values []string
	for rest := text; ; {
		var value string
		if quoted, ok := strings.CutPrefix(strings.TrimLeft(rest, " "), `"`); ok {
			for {
				part, after, closed := strings.Cut(quoted, `"`)
				if !closed {
					return nil, fmt.Errorf("a double quote is open")
				}
				value += part
				if quoted, ok = strings.CutPrefix(after, `"`); !ok {
					rest = strings.TrimLeft(after, " ")
					break
				}
				value += `"`
			}
			if rest != "" && rest[0] != ',' {
				return nil, fmt.Errorf("after a double quote there is neither a comma nor the end")
			}
		} else if at := strings.IndexByte(rest, ','); at >= 0 {
			value, rest = rest[:at], rest[at:]
		} else {
			value, rest = rest, ""
		}
		values = append(values, value)
		if rest == "" {
			return values, nil
		}
		rest = rest[1:]
	}
}

// narrowing is the choices of a request, and the day on which they were made.
type narrowing struct {
	choices []Choice
	day     time.Time
}

// allowed gives the documents of a segment that every choice lets through.
func (n narrowing) allowed(ctx context.Context, s *index.Segment) (*bitset.BitSet, error) {
	all := bitset.New(uint(s.Len())).Complement()
	for _, c := range n.choices {
		docs, err := c.docs(ctx, s, n.day)
		if err != nil {
			return nil, err
		}
		all.InPlaceIntersection(docs)
	}
	return all, nil
}

func (c Choice) docs(ctx context.Context, s *index.Segment, day time.Time) (*bitset.BitSet, error) {
	few := c.Facet.few()
	if few == nil {
		docs := bitset.New(uint(s.Len()))
		for _, v := range c.Values {
			if err := addDocuments(ctx, s, index.Term{Field: c.Facet.field(), Text: v}, docs); err != nil {
				return nil, err
			}
		}
		return docs, nil
	}
	wanted := uint8(0)
	for i, v := range few {
		if slices.Contains(c.Values, v) {
			wanted |= 1 << i
		}
	}
	of := c.Facet.valuesOf(s, day)
	return where(s.Len(), func(doc int) bool { return of(uint32(doc))&wanted != 0 }), ctx.Err()
}

// checkAnswer says what is wrong with the parts of a request that shape the answer.
func (r Request) checkAnswer() error {
	if r.FacetSize < 0 || r.FacetSize > MaxFacetSize {
		return fmt.Errorf("%w: facet size is %d, it must be between 0 and %d", ErrBadQuery, r.FacetSize, MaxFacetSize)
	}
	values := 0
	for i, c := range r.Choices {
		values += len(c.Values)
		if i > 0 && r.Choices[i-1].Facet >= c.Facet {
			return fmt.Errorf("%w: choices are not in order of their facets", ErrBadQuery)
		}
	}
	if values > MaxTerms {
		return fmt.Errorf("%w: filters have %d values, at most %d are allowed", ErrBadQuery, values, MaxTerms)
	}
	for i, f := range r.Facets {
		if slices.Contains(r.Facets[:i], f) {
			return fmt.Errorf("%w: facet %s is asked for twice", ErrBadQuery, f)
		}
	}
	return nil
}
