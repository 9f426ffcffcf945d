package index

import (
	"context"
	"fmt"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
)

// TermCount is a term of a field and the number of documents that have it, those replaced since included.
type TermCount struct {
	Term  string
	Count uint64
}

// checkEvery is the number of steps between two looks at the deadline.
const checkEvery = 4096

// eachTerm calls visit for every term of a field in all segments, ascending; those of packages that have been removed may be
// among them. To count how many documents have them takes longer.
func (v *View) eachTerm(ctx context.Context, field string, counted bool, visit func(TermCount) error) error {
	var heads []nextTerm
	for _, s := range v.segments {
		dict, err := s.segment.Dictionary(field)
		if err != nil {
			return fmt.Errorf("open dictionary of field %s: %w", field, err)
		}
		h := nextTerm{}
		if counted {
			h.terms = dict.AutomatonIterator(nil, nil, nil)
		} else {
			h.terms = termsOf(dict, &vellum.AlwaysMatch{})
		}
		if err := h.advance(); err != nil {
			return fmt.Errorf("walk dictionary of field %s: %w", field, err)
		}
		heads = append(heads, h)
	}
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		least, any := TermCount{}, false
		for _, h := range heads {
			if !h.ended && (!any || h.Term < least.Term) {
				least, any = TermCount{Term: h.Term}, true
			}
		}
		if !any {
			return nil
		}
		for i := range heads {
			h := &heads[i]
			if h.ended || h.Term != least.Term {
				continue
			}
			least.Count += h.Count
			if err := h.advance(); err != nil {
				return fmt.Errorf("walk dictionary of field %s: %w", field, err)
			}
		}
		if err := visit(least); err != nil {
			return err
		}
	}
}

// nextTerm is the next term of one dictionary.
type nextTerm struct {
	TermCount
	terms segment.DictionaryIterator
	ended bool
}

func (h *nextTerm) advance() error {
	entry, err := h.terms.Next()
	if err != nil {
		return err
	}
	if h.ended = entry == nil; !h.ended {
		h.TermCount = TermCount{entry.Term, entry.Count}
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
