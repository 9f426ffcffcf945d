package index

import (
	"context"
	"fmt"
	"sort"
	"sync"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Forward lists the terms of one field of every document of a segment: the posting lists turned around, so that
// counting what a set of documents holds reads those documents alone. A term is known by its place in the segment's
// dictionary, which is in order of bytes.
//
// It takes 4 bytes a document, 4 for each term of each document, and the dictionary's text with 4 bytes a term; a field
// of which every document has exactly one term does without the first.
type Forward struct {
	text []byte   // all terms, one after another
	ends []uint32 // where each term ends
	from []uint32 // where the terms of each document begin in ords, and the end; nil: one each
	ords []uint32 // ascending inside a document
}

// Len is the number of terms.
func (f *Forward) Len() int { return len(f.ends) }

// Term gives the term of a place.
func (f *Forward) Term(ord uint32) string {
	from := uint32(0)
	if ord > 0 {
		from = f.ends[ord-1]
	}
	return string(f.text[from:f.ends[ord]])
}

// Find gives the place of a term.
func (f *Forward) Find(term string) (ord uint32, ok bool) {
	at := sort.Search(len(f.ends), func(i int) bool { return f.Term(uint32(i)) >= term })
	return uint32(at), at < len(f.ends) && f.Term(uint32(at)) == term
}

// Of gives the terms of a document by their places, ascending. It must not be changed.
func (f *Forward) Of(doc uint32) []uint32 {
	if f.from == nil {
		return f.ords[doc : doc+1]
	}
	return f.ords[f.from[doc]:f.from[doc+1]]
}

// forwards holds the Forward of each field of a segment that somebody has asked for.
type forwards struct {
	mu     sync.Mutex
	fields map[string]*turning
}

// turning is a Forward being built.
type turning struct {
	done    chan struct{} // closed when the rest is there
	forward *Forward
	err     error
}

// Forward gives the terms of a field by document of one of the view's segments, deleted documents included. It is built
// when first asked for, which takes about a microsecond a document with a few terms, and kept with the segment. A caller
// whose context ends waits no longer; the work goes on for the next one.
func (v *View) Forward(ctx context.Context, s *Segment, field string) (*Forward, error) {
	t := v.turning(s, field)
	select {
	case <-t.done:
		return t.forward, t.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// turning gives what is built or being built, and starts it otherwise.
func (v *View) turning(s *Segment, field string) *turning {
	all := s.forward
	all.mu.Lock()
	defer all.mu.Unlock()
	if t := all.fields[field]; t != nil {
		return t
	}
	t := &turning{done: make(chan struct{})}
	if all.fields == nil {
		all.fields = map[string]*turning{}
	}
	all.fields[field] = t
	v.refs.Add(1) // the caller has one
	go func() {
		defer v.Release()
		defer close(t.done)
		t.err = sound(func() (err error) {
			t.forward, err = s.turnAround(field)
			return err
		})
		if t.err != nil {
			all.mu.Lock()
			delete(all.fields, field) // to be tried again
			all.mu.Unlock()
		}
	}()
	return t
}

func (s *Segment) turnAround(field string) (*Forward, error) {
	dict, err := s.segment.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
	}
	f, err := newForward(dict, s.Len())
	if err != nil {
		return nil, fmt.Errorf("list terms of field %s by document: %w", field, err)
	}
	return f, nil
}

// newForward reads each posting list once.
func newForward(dict segment.TermDictionary, documents int) (*Forward, error) {
	f := &Forward{from: make([]uint32, documents+1)}
	var docs, upTo []uint32 // all posting lists one after another, and where each ends
	var list segment.PostingsList
	var postings segment.PostingsIterator
	for terms := dict.AutomatonIterator(nil, nil, nil); ; {
		entry, err := terms.Next()
		if err != nil {
			return nil, err
		}
		if entry == nil {
			break
		}
		f.text = append(f.text, entry.Term...)
		f.ends = append(f.ends, uint32(len(f.text)))
		if list, err = dict.PostingsList([]byte(entry.Term), nil, list); err != nil {
			return nil, err
		}
		for postings = list.Iterator(false, false, false, postings); ; {
			posting, err := postings.Next()
			if err != nil {
				return nil, err
			}
			if posting == nil {
				break
			}
			docs = append(docs, uint32(posting.Number()))
			f.from[posting.Number()+1]++
		}
		upTo = append(upTo, uint32(len(docs)))
	}
	f.turnAround(docs, upTo)
	return f, nil
}

// turnAround sorts the postings by document; from holds the number of terms of each document one place after it.
func (f *Forward) turnAround(docs, upTo []uint32) {
	single := len(f.from) > 1
	for doc := 1; doc < len(f.from); doc++ {
		single = single && f.from[doc] == 1
		f.from[doc] += f.from[doc-1]
	}
	f.ords = make([]uint32, len(docs))
	next := append([]uint32(nil), f.from...)
	at := uint32(0)
	for ord, end := range upTo {
		for ; at < end; at++ {
			f.ords[next[docs[at]]] = uint32(ord)
			next[docs[at]]++
		}
	}
	if single {
		f.from = nil
	}
}
