package postings

import (
	"bytes"
	"cmp"
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
	lists     map[key]*writing
	gathering gathering
}

// Add takes the next document.
func (b *Builder) Add(d Document) {
	entries := b.gathering.take(d)
	for i := range entries {
		e := &entries[i]
		b.list(e.key).add(b.documents, &e.hit, &e.places)
	}
	b.documents++
}

func (b *Builder) list(k key) *writing {
	if b.lists == nil {
		b.lists = map[key]*writing{}
	}
	w := b.lists[k]
	if w == nil {
		w = &writing{kind: k.kind}
		b.lists[k] = w
	}
	return w
}

// Bytes gives what Parse reads.
func (b *Builder) Bytes() ([]byte, error) {
	keys := slices.SortedFunc(maps.Keys(b.lists), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.term, b.term))
	})
	out := newOutput()
	for _, k := range keys {
		if err := out.list(string(rune(k.kind))+k.term, b.lists[k]); err != nil {
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
