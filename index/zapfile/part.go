// Package zapfile writes segment files of Bleve (zap, version 17) of documents in a given order.
//
// Bleve's own writers make small segments and merge them, which at millions of documents costs several times what the
// analysis costs. This one gathers the documents in parts, each of which is sorted on its own, and then writes
// every field in one pass over all parts. What it writes is which documents have which terms, and their ids: no
// frequencies, lengths, positions or doc values. The files open, and merge, like those that Bleve has written; the format is
// described in zapx's zap.md.
package zapfile

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"pkgsearch/index/mapped"
)

// PartSize is the greatest number of documents of a Part. A part takes memory while it is filled, some 2 KB a document, and
// then some 200 bytes of memory or, once spilled, of disk.
const PartSize = 1 << 15

// Field is a field of the documents.
type Field struct {
	Name    string
	Options uint64 // as Bleve notes them: index.FieldIndexingOptions
}

// Part is a run of documents.
type Part struct {
	docs   int
	ids    []byte // one after another, each behind its length as a varint
	gather []gatherer
	sorted [][]byte    // by field, once sealed
	spill  *mapped.Map // where they lie, if not in memory
}

// gatherer holds the tokens of one field until they are sorted.
type gatherer struct {
	terms  map[string]uint32 // number by text
	texts  []string
	tokens []token
}

type token struct {
	term uint32
	doc  uint16
}

// idField is the field of the document's id, which every segment has.
func idField() Field { return Field{Name: "_id", Options: 1 | 2} } // indexed and stored

// NewPart makes a part without documents. All parts of a file have the same fields.
func NewPart(fields []Field) *Part {
	p := &Part{gather: make([]gatherer, 1+len(fields))}
	for i := range p.gather {
		p.gather[i].terms = map[string]uint32{}
	}
	return p
}

// Len is the number of documents.
func (p *Part) Len() int { return p.docs }

// Begin begins the next document. Its id is the only one of the file.
func (p *Part) Begin(id string) {
	p.docs++
	p.ids = append(binary.AppendUvarint(p.ids, uint64(len(id))), id...)
	p.gather[0].add(p.docs-1, id)
}

// Add adds a term to a field, by its number, of the document begun last, which may have it already.
func (p *Part) Add(field int, term string) { p.gather[1+field].add(p.docs-1, term) }

func (g *gatherer) add(doc int, term string) {
	n, known := g.terms[term]
	if !known {
		n = uint32(len(g.texts))
		g.terms[term] = n
		g.texts = append(g.texts, term)
	}
	g.tokens = append(g.tokens, token{n, uint16(doc)})
}

// Seal sorts the part, after which nothing can be added.
func (p *Part) Seal() {
	p.sorted = make([][]byte, len(p.gather))
	for i := range p.gather {
		p.sorted[i] = p.gather[i].sort()
	}
	p.gather = nil
}

// Spill moves a sealed part out of memory into a file, of which only the mapping stays.
func (p *Part) Spill(path string) (err error) {
	if p.spill, err = mapped.Spill(path, append(slices.Clip(p.sorted), p.ids)...); err != nil {
		return fmt.Errorf("spill a part of the segment: %w", err)
	}
	rest := p.spill.Bytes()
	take := func(b []byte) []byte {
		part := rest[:len(b):len(b)]
		rest = rest[len(b):]
		return part
	}
	for i, b := range p.sorted {
		p.sorted[i] = take(b)
	}
	p.ids = take(p.ids)
	return nil
}

// sort writes the terms in order. Each is its length and text, the number of documents that have it and, of each, the
// distance from the one before. Numbers are varints.
func (g *gatherer) sort() []byte {
	order := make([]uint32, len(g.texts))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(g.texts[a], g.texts[b]) })
	ends := make([]uint32, len(g.texts)+1)
	for _, t := range g.tokens {
		ends[t.term+1]++
	}
	for i := range g.texts {
		ends[i+1] += ends[i]
	}
	next := slices.Clone(ends)
	byTerm := make([]token, len(g.tokens))
	for _, t := range g.tokens {
		byTerm[next[t.term]] = t
		next[t.term]++
	}
	var out []byte
	for _, n := range order {
		out = append(binary.AppendUvarint(out, uint64(len(g.texts[n]))), g.texts[n]...)
		out = appendDocs(out, byTerm[ends[n]:ends[n+1]])
	}
	return slices.Clip(out)
}

func appendDocs(out []byte, tokens []token) []byte {
	tokens = slices.Compact(tokens)
	out = binary.AppendUvarint(out, uint64(len(tokens)))
	last := uint16(0)
	for _, t := range tokens {
		out = binary.AppendUvarint(out, uint64(t.doc-last))
		last = t.doc
	}
	return out
}
