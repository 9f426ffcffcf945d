package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Parse reads the query language, which docs/query-language.md describes: words, "phrases", -negation and the
// Qualifiers. Every text has a meaning except one that breaks a limit, that is not UTF-8, or that gives a qualifier a
// value which it does not take; those are ErrBadQuery.
//
// A qualifier without a value is left out, an unknown one is plain text. Plain words past MaxTerms are left out;
// what restricts the answer never is: more than MaxTerms such values are ErrBadQuery.
func Parse(text string) (Query, error) {
	if !utf8.ValidString(text) {
		return Query{}, fmt.Errorf("%w: the text is not valid UTF-8", ErrBadQuery)
	}
	if n := utf8.RuneCountInString(text); n > MaxText || len(text) > MaxTextBytes {
		return Query{}, fmt.Errorf("%w: the text has %d characters (%d bytes), at most %d (%d bytes) are allowed",
			ErrBadQuery, n, len(text), MaxText, MaxTextBytes)
	}
	text = unpasted(strings.TrimSpace(text))
	var language []qualifier
	if strings.Contains(text, ":") {
		language = qualifiers()
	}
	items := split(text, language)
	p := parser{budget: MaxTerms}
	for _, it := range items {
		p.budget -= it.restrictions()
	}
	if p.budget < 0 {
		return Query{}, fmt.Errorf("%w: the text has %d words in phrases, negations and qualifiers, at most %d are allowed",
			ErrBadQuery, MaxTerms-p.budget, MaxTerms)
	}
	for _, it := range items {
		if err := p.add(it); err != nil {
			return Query{}, err
		}
	}
	p.addHumps()
	p.query.Text, p.query.Rest = strings.Join(p.free, " "), strings.Join(p.rest, " ")
	p.query.Require, p.query.Exclude = p.is, p.not
	return p.query, nil
}

type parser struct {
	query   Query
	free    []string // items of free text, as typed
	rest    []string // the other items, as typed
	humps   []index.Hump
	is, not store.Flag
	budget  int // plain words still allowed
}

func (p *parser) add(it item) error {
	q := it.of
	switch {
	case q == nil:
		p.addText(it)
		return nil
	case strings.TrimSpace(it.value) == "":
		return nil
	}
	p.rest = append(p.rest, it.typed)
	if wrong, ok := q.add(p, it); !ok {
		return fmt.Errorf("%w: %s: takes %s, not %q; for example %s", ErrBadQuery, q.Name, q.Takes, wrong, q.Examples[0])
	}
	return nil
}

// restrictions counts the values by which an item restricts the answer.
func (it item) restrictions() int {
	if it.of != nil {
		return it.of.cost(it)
	}
	if it.minus || it.quoted {
		return len(index.Words(it.value))
	}
	return 0
}

func (p *parser) addText(it item) {
	words := index.Words(it.value)
	if it.minus {
		if len(words) > 0 {
			p.rest = append(p.rest, it.typed)
			p.query.Without = append(p.query.Without, words)
		}
		return
	}
	if strings.TrimSpace(it.value) != "" {
		p.free = append(p.free, it.value)
	}
	if it.quoted && len(words) > 0 {
		p.query.Phrases = append(p.query.Phrases, words)
	}
	p.addWords(words, it.quoted)
	if !it.quoted {
		p.humps = append(p.humps, index.Humps(it.value)...)
	}
}

// addHumps adds words in camelCase whose parts are still within the bound on words.
func (p *parser) addHumps() {
	for _, h := range p.humps {
		known := slices.ContainsFunc(p.query.Humps, func(other index.Hump) bool { return other.Word == h.Word })
		if !known && len(h.Parts) <= p.budget && slices.Contains(p.query.Words, h.Word) {
			p.budget -= len(h.Parts)
			p.query.Humps = append(p.query.Humps, h)
		}
	}
}

// addWords adds words to rank by. Those that are paid for restrict the answer too, and have been counted.
func (p *parser) addWords(words []string, paid bool) {
	for _, w := range words {
		if slices.Contains(p.query.Words, w) {
			continue
		}
		if !paid {
			if p.budget == 0 {
				continue
			}
			p.budget--
		}
		p.query.Words = append(p.query.Words, w)
	}
}
