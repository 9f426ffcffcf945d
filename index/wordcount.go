package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"

	"pkgsearch/index/spell"
)

// frequentWords counts the words of names.
func (v *View) frequentWords(ctx context.Context) ([]spell.Word, error) {
	l := v.Lookup()
	defer l.Close()
	var kept []spell.Word
	n := 0
	err := l.eachTerm(FieldWords, func(word string) error {
		if n++; n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(word) < 3 {
			return nil
		}
		names, err := l.count(FieldWords, word)
		if err != nil {
			return err
		}
		texts, err := l.count(FieldDescription, Stem(word))
		if use := max(names, texts); use >= leastUse {
			kept = append(kept, spell.Word{Text: word, Use: uint32(use)})
		}
		return err
	})
	slices.SortStableFunc(kept, func(a, b spell.Word) int { return cmp.Compare(b.Use, a.Use) }) // ties by text
	return kept[:min(len(kept), maxWords)], err
}

// checkEvery is the number of steps between two looks at the deadline.
const checkEvery = 4096

// eachTerm calls visit for every term of a field, ascending; those of packages that have been removed may be among them.
func (l *Lookup) eachTerm(field string, visit func(term string) error) error {
	var heads []nextTerm
	for i := range l.view.segments {
		dict, err := l.dictionary(i, field)
		if err != nil {
			return err
		}
		heads = append(heads, nextTerm{terms: termsOf(dict, &vellum.AlwaysMatch{})})
	}
	for {
		least, any := "", false
		for i := range heads {
			h := &heads[i]
			if err := h.read(); err != nil {
				return fmt.Errorf("walk dictionary of field %s: %w", field, err)
			}
			if !h.ended && (!any || h.term < least) {
				least, any = h.term, true
			}
		}
		if !any {
			return nil
		}
		for i := range heads {
			if heads[i].term == least {
				heads[i].full = false
			}
		}
		if err := visit(least); err != nil {
			return err
		}
	}
}

// nextTerm is the next term of one dictionary.
type nextTerm struct {
	terms       segment.DictionaryIterator
	term        string
	full, ended bool
}

func (h *nextTerm) read() error {
	if h.full || h.ended {
		return nil
	}
	entry, err := h.terms.Next()
	if err != nil {
		return err
	}
	if h.ended = entry == nil; !h.ended {
		h.term, h.full = entry.Term, true
	}
	return nil
}

// termsOf walks a dictionary, if it can be without a look at the postings.
func termsOf(dict segment.TermDictionary, automaton segment.Automaton) segment.DictionaryIterator {
	quick, ok := dict.(interface {
		AutomatonIteratorOmitCount(a segment.Automaton, from, to []byte) segment.DictionaryIterator
	})
	if ok {
		return quick.AutomatonIteratorOmitCount(automaton, nil, nil)
	}
	return dict.AutomatonIterator(automaton, nil, nil)
}
