package index

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
	vellumregexp "github.com/blevesearch/vellum/regexp"

	"pkgsearch/index/slip"
	"pkgsearch/index/spell"
	"pkgsearch/index/store"
)

// speller makes the automata that accept what is a few edits away from a word.
type speller [spell.MaxEdits]*levenshtein.LevenshteinAutomatonBuilder

func newSpeller() (*speller, error) {
	var s speller
	for i := range s {
		b, err := levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true)
		if err != nil {
			return nil, fmt.Errorf("build automata of %d edits: %w", i+1, err)
		}
		s[i] = b
	}
	return &s, nil
}

// Near is a term near another one. Its Use is the greatest number where nobody has counted it.
type Near = spell.Near

// Frequent lists words of names that are at most some edits away from a word and stand in at least so many packages,
// or their stems in descriptions, the likeliest first: at most so many of them, the word itself left out. Words of fewer
// than two or more than 48 characters have no neighbours. Where nothing was learned, all words of names are listed.
func (l *Lookup) Frequent(word string, edits, least, most int) ([]Near, error) {
	if s := l.view.spelling; s != nil {
		return s.words.Near(word, edits, uint32(min(max(least, 0), math.MaxUint32)), most), nil
	}
	return l.view.near(FieldWords, word, edits, most)
}

// Names lists joined names that are at most some edits away from another and whose packages are downloaded at
// least so often, as Frequent does.
func (l *Lookup) Names(joined string, edits int, least uint64, most int) ([]Near, error) {
	if s := l.view.spelling; s != nil {
		return s.names.Near(joined, edits, uint32(min(least, math.MaxUint32)), most), nil
	}
	return l.view.near(FieldJoined, joined, edits, most)
}

// near lists the terms of a field that are at most the given number of edits away from a word, the likeliest
// first, the word itself left out. The terms of packages that have since been removed may be among them.
func (v *View) near(field, word string, edits, most int) ([]Near, error) {
	edits = min(edits, spell.MaxEdits)
	if n := utf8.RuneCountInString(word); edits < 1 || n < 2 || n > spell.MaxSought {
		return nil, nil
	}
	dfa, err := v.speller[edits-1].BuildDfa(word, uint8(edits))
	if err != nil {
		return nil, fmt.Errorf("build automaton of %q: %w", word, err)
	}
	terms, err := v.accepted(field, dfa)
	if err != nil {
		return nil, err
	}
	near := make([]Near, 0, len(terms))
	for _, term := range terms {
		if term != word {
			near = append(near, Near{Text: term, Likely: slip.Likeness(word, term), Use: math.MaxUint32})
		}
	}
	slices.SortStableFunc(near, func(a, b Near) int { return cmp.Compare(b.Likely, a.Likely) })
	return near[:min(len(near), most)], nil
}

// Between lists frequent words of names that begin and end with the given letters and have so many between
// them, sorted: what a numeronym such as "i18n" may stand for. Where nothing was learned, all such words are listed.
func (l *Lookup) Between(first, last rune, between int) ([]string, error) {
	s := l.view.spelling
	if s == nil {
		return l.view.between(FieldWords, first, last, between)
	}
	var words []string
	for _, w := range s.words.Between(first, last, between) {
		words = append(words, w.Text)
	}
	return words, nil
}

func (v *View) between(field string, first, last rune, between int) ([]string, error) {
	shape := fmt.Sprintf("%s.{%d}%s", regexp.QuoteMeta(string(first)), between, regexp.QuoteMeta(string(last)))
	automaton, err := vellumregexp.New(shape)
	if err != nil {
		return nil, fmt.Errorf("build automaton of %s: %w", shape, err)
	}
	return v.accepted(field, automaton)
}

// accepted lists the terms of a field that an automaton accepts, sorted.
func (v *View) accepted(field string, automaton segment.Automaton) ([]string, error) {
	var terms []string
	for _, s := range v.segments {
		dict, err := s.segment.Dictionary(field)
		if err != nil {
			return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
		}
		it := termsOf(dict, automaton)
		for {
			entry, err := it.Next()
			if err != nil {
				return nil, fmt.Errorf("walk dictionary of field %s: %w", field, err)
			}
			if entry == nil {
				break
			}
			terms = append(terms, entry.Term)
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms), nil
}

const scopedDoubt = 20

func likelier(a string, rankA store.Rank, b string, rankB store.Rank) bool {
	heldA, heldB := rankA.Flags&store.FlagSecurityHeld != 0, rankB.Flags&store.FlagSecurityHeld != 0
	if heldA != heldB {
		return heldB
	}
	useA, useB := rankA.Downloads, rankB.Downloads
	if strings.HasPrefix(a, "@") {
		useA /= scopedDoubt
	}
	if strings.HasPrefix(b, "@") {
		useB /= scopedDoubt
	}
	return useA > useB || useA == useB && a < b
}
