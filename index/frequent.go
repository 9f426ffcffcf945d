package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// TermCount is a term of a field and the number of documents that have it, those replaced since included.
type TermCount struct {
	Term  string
	Count uint64
}

// frequentCheckEvery is the number of terms between two looks at the deadline.
const frequentCheckEvery = 4096

// Frequent lists the n terms of a field that most documents have, the most frequent first, ties by term. It walks
// the whole dictionary: some tens of nanoseconds a term, and memory for n of them.
func (v *View) Frequent(ctx context.Context, field string, n int) ([]TermCount, error) {
	walk, err := v.dictionaries(field)
	if err != nil {
		return nil, err
	}
	order := func(a, b TermCount) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), cmp.Compare(a.Term, b.Term))
	}
	var best []TermCount
	for i := 0; ; i++ {
		if i%frequentCheckEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t, ok, err := walk.next()
		if err != nil {
			return nil, fmt.Errorf("walk dictionary of field %s: %w", field, err)
		}
		if !ok {
			break
		}
		best = append(best, t)
		if len(best) >= 2*n+frequentCheckEvery {
			slices.SortFunc(best, order)
			best = best[:n]
		}
	}
	slices.SortFunc(best, order)
	return best[:min(n, len(best))], nil
}

// dictionaryWalk merges the sorted terms of all segments.
type dictionaryWalk struct {
	iterators []segment.DictionaryIterator
	heads     []TermCount // the next term of each
}

func (v *View) dictionaries(field string) (*dictionaryWalk, error) {
	w := &dictionaryWalk{}
	for _, s := range v.segments {
		dict, err := s.segment.Dictionary(field)
		if err != nil {
			return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
		}
		w.iterators = append(w.iterators, dict.AutomatonIterator(nil, nil, nil))
		w.heads = append(w.heads, TermCount{})
		if err := w.read(len(w.heads) - 1); err != nil {
			return nil, fmt.Errorf("walk dictionary of field %s: %w", field, err)
		}
	}
	return w, nil
}

// read fetches the next term of one segment; one that has ended leaves the walk's reach.
func (w *dictionaryWalk) read(i int) error {
	entry, err := w.iterators[i].Next()
	if err != nil {
		return err
	}
	if entry == nil {
		w.iterators[i], w.heads[i] = nil, TermCount{}
		return nil
	}
	w.heads[i] = TermCount{entry.Term, entry.Count}
	return nil
}

// next gives the least term that is left, counted over the segments.
func (w *dictionaryWalk) next() (least TermCount, ok bool, err error) {
	for i, h := range w.heads {
		if w.iterators[i] != nil && (!ok || h.Term < least.Term) {
			least, ok = TermCount{Term: h.Term}, true
		}
	}
	for i, h := range w.heads {
		if ok && w.iterators[i] != nil && h.Term == least.Term {
			least.Count += h.Count
			if err := w.read(i); err != nil {
				return least, false, err
			}
		}
	}
	return least, ok, nil
}
