package postings

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"

	"github.com/blevesearch/vellum"
)

// blockLen is the number of documents of a block; the last one of a list may have fewer.
const blockLen = 128

// Builder makes lists of documents given one after another. The zero value is ready.
type Builder struct {
	documents uint32
	lists     map[string]*writing
}

// Add takes the next document.
func (b *Builder) Add(d Document) {
	for term, e := range gather(d) {
		b.list(term).add(b.documents, e.hit, e.places)
	}
	b.documents++
}

func (b *Builder) list(term string) *writing {
	if b.lists == nil {
		b.lists = map[string]*writing{}
	}
	w := b.lists[term]
	if w == nil {
		w = &writing{kind: Kind(term[0])}
		b.lists[term] = w
	}
	return w
}

// Bytes gives what Parse reads.
func (b *Builder) Bytes() ([]byte, error) {
	out := newOutput()
	for _, term := range slices.Sorted(maps.Keys(b.lists)) {
		if err := out.list(term, b.lists[term]); err != nil {
			return nil, err
		}
	}
	return out.bytes(b.documents)
}

// Lists gives the lists without a copy of their own on disk.
func (b *Builder) Lists() (*Lists, error) {
	raw, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return Map(raw)
}

// Join gives the bytes of the lists of several runs of documents, one run after the other.
func Join(runs []*Lists) ([]byte, error) {
	out := newOutput()
	from := make([]uint32, len(runs)) // number of the first document of each
	documents := uint32(0)
	var walks []*walk
	for i, r := range runs {
		from[i] = documents
		documents += uint32(r.documents)
		walks = append(walks, r.walk(i))
	}
	for {
		least, found := "", false
		for _, w := range walks {
			if w.err != nil {
				return nil, w.err
			}
			if !w.done && (!found || w.term < least) {
				least, found = w.term, true
			}
		}
		if !found {
			return out.bytes(documents)
		}
		joined := &writing{kind: Kind(least[0])}
		for _, w := range walks {
			if w.done || w.term != least {
				continue
			}
			joined.addAll(runs[w.run].at(w.place, joined.kind), from[w.run])
			w.next()
		}
		if err := out.list(least, joined); err != nil {
			return nil, err
		}
	}
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

// output puts lists one after another and their places into a transducer.
type output struct {
	terms bytes.Buffer
	fst   *vellum.Builder
	data  []byte
	err   error
}

func newOutput() *output {
	o := &output{}
	o.fst, o.err = vellum.New(&o.terms, nil)
	return o
}

func (o *output) list(term string, w *writing) error {
	if o.err == nil {
		o.err = o.fst.Insert([]byte(term), uint64(len(o.data)))
		o.data = w.appendTo(o.data)
	}
	return o.err
}

func (o *output) bytes(documents uint32) ([]byte, error) {
	if o.err == nil {
		o.err = o.fst.Close()
	}
	if o.err != nil {
		return nil, fmt.Errorf("list terms: %w", o.err)
	}
	raw := make([]byte, 0, headSize+o.terms.Len()+len(o.data)+crc32.Size)
	raw = append(raw, magic...)
	for _, n := range []int{int(documents), o.terms.Len(), len(o.data)} {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(n))
	}
	raw = append(append(raw, o.terms.Bytes()...), o.data...)
	return binary.LittleEndian.AppendUint32(raw, crc32.Checksum(raw, castagnoli())), nil
}
