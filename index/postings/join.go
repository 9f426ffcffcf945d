package postings

import (
	"cmp"
	"container/heap"
	"fmt"
	"strings"

	"github.com/blevesearch/vellum"
)

// Join gives the bytes of the lists of several runs of documents, one run after the other.
func Join(runs []*Lists) ([]byte, error) {
	out := newOutput()
	size := 0
	for _, r := range runs {
		size += len(r.data)
	}
	out.data = make([]byte, 0, size)  // about, and not twice as much as it grows
	from := make([]uint32, len(runs)) // number of the first document of each
	documents := uint32(0)
	var walks walks
	for i, r := range runs {
		from[i] = documents
		documents += uint32(r.documents)
		w := r.walk(i)
		if w.err != nil {
			return nil, fmt.Errorf("join lists: %w", w.err)
		}
		if !w.done {
			walks = append(walks, w)
		}
	}
	heap.Init(&walks)
	joined := &writing{}
	for len(walks) > 0 {
		term := walks[0].term
		joined.reset(Kind(term[0]))
		for len(walks) > 0 && walks[0].term == term {
			w := walks[0]
			joined.addAll(runs[w.run].at(w.place, joined.kind), from[w.run])
			if w.next(); w.err != nil {
				return nil, fmt.Errorf("join lists: %w", w.err)
			}
			if w.done {
				heap.Pop(&walks)
			} else {
				heap.Fix(&walks, 0)
			}
		}
		if err := out.list(term, joined); err != nil {
			return nil, err
		}
	}
	return out.bytes(documents)
}

// reset makes the list empty, keeping its memory.
func (w *writing) reset(kind Kind) {
	*w = writing{kind: kind, docs: w.docs[:0], hits: w.hits[:0], places: w.places[:0], ends: w.ends[:0]}
}

// walk goes through all terms of a run.
type walk struct {
	run   int
	it    vellum.Iterator
	term  string
	place uint64
	done  bool
	err   error
}

func (l *Lists) walk(run int) *walk {
	it, err := l.terms.Iterator(nil, nil)
	w := &walk{run: run, it: it}
	w.take(err)
	return w
}

func (w *walk) next() { w.take(w.it.Next()) }

func (w *walk) take(err error) {
	if w.done = err == vellum.ErrIteratorDone; w.done {
		return
	}
	if w.err = err; err == nil {
		key, place := w.it.Current()
		w.term, w.place = string(key), place
	}
}

// walks is a heap with the walk at the least term first, of several that of the first run.
type walks []*walk

func (w walks) Len() int { return len(w) }
func (w walks) Less(i, j int) bool {
	return cmp.Or(strings.Compare(w[i].term, w[j].term), cmp.Compare(w[i].run, w[j].run)) < 0
}
func (w walks) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *walks) Push(x any)   { *w = append(*w, x.(*walk)) }
func (w *walks) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
