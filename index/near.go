package index

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
	vellumregexp "github.com/blevesearch/vellum/regexp"

	"pkgsearch/index/store"
)

// MaxEdits is the farthest that Near looks: insertions, omissions, substitutions and transpositions of
// neighbouring characters.
const MaxEdits = 2

// maxNearRunes bounds the words that Near looks for; the automaton of a longer one would be too large.
const maxNearRunes = 48

// speller makes the automata that accept what is a few edits away from a word.
type speller [MaxEdits]*levenshtein.LevenshteinAutomatonBuilder

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

// Near lists the terms of a field that are at most the given number of edits away from a word, sorted,
// the word itself left out. The terms of packages that have since been removed may be among them. Words
// of fewer than two or more than 48 characters have no neighbours.
func (v *View) Near(field, word string, edits int) ([]string, error) {
	edits = min(edits, MaxEdits)
	if n := utf8.RuneCountInString(word); edits < 1 || n < 2 || n > maxNearRunes {
		return nil, nil
	}
	dfa, err := v.speller[edits-1].BuildDfa(word, uint8(edits))
	if err != nil {
		return nil, fmt.Errorf("build automaton of %q: %w", word, err)
	}
	near, err := v.accepted(field, dfa)
	return slices.DeleteFunc(near, func(term string) bool { return term == word }), err
}

// Between lists the terms of a field that begin and end with the given letters and have so many between
// them, sorted: what a numeronym such as "i18n" may stand for.
func (v *View) Between(field string, first, last rune, between int) ([]string, error) {
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
		it := dict.AutomatonIterator(automaton, nil, nil)
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

// MostUsed gives the package that people most probably mean by a term of a field: the most downloaded,
// ties by name. One with a scope must be downloaded scopedDoubt times more than one without, since nobody
// types a scope by leaving it out; names that the registry holds come last. ok is false when there is none.
func (v *View) MostUsed(field, term string) (name string, rank store.Rank, ok bool, err error) {
	for _, s := range v.segments {
		err := s.EachDocument(Term{field, term}, func(doc uint32) {
			r := s.Rank(doc)
			if n := s.Name(doc); !ok || likelier(n, r, name, rank) {
				name, rank, ok = n, r, true
			}
		})
		if err != nil {
			return "", rank, false, err
		}
	}
	return name, rank, ok, nil
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
