package postings

import (
	"encoding/binary"
	"math"
)

// writing is one list while it grows.
type writing struct {
	kind   Kind
	docs   []uint32
	hits   []byte // encoded, one after another
	places []byte
	ends   []blockEnd
	most   summary
}

// blockEnd is where a full block ends in the streams.
type blockEnd struct{ hits, places int }

// summary is what is known of a whole list.
type summary struct {
	df   [NumFields]uint32 // documents that have the term there
	freq [NumFields]uint32 // the most
	len  [NumFields]uint32 // the least
	lead bool              // somewhere
}

func (s *summary) count(h *Hit) {
	for f := range NumFields {
		if h.Freq[f] == 0 {
			continue
		}
		if s.df[f]++; s.df[f] == 1 {
			s.len[f] = math.MaxUint32
		}
		s.freq[f] = max(s.freq[f], h.Freq[f])
		s.len[f] = min(s.len[f], h.Len[f])
	}
	s.lead = s.lead || h.Lead
}

// key is a term of a kind.
type key struct {
	kind Kind
	term string
}

// entry is what a document has of a term while it is read.
type entry struct {
	key
	hit    Hit
	places [NumFields][]int
}

// gathering turns a document into what each of its terms has. It is used again for the next one.
type gathering struct {
	at      map[key]int // place in entries
	entries []entry
}

func (g *gathering) take(d Document) []entry {
	if g.at == nil {
		g.at = map[key]int{}
	}
	clear(g.at)
	g.entries = g.entries[:0]
	put := func(kind Kind, f Field, tokens []Token, placed bool) {
		for _, t := range tokens {
			e := g.entry(kind, t.Text)
			e.hit.Freq[f]++
			e.hit.Len[f] = uint32(len(tokens))
			if placed {
				e.places[f] = append(e.places[f], t.Position)
			}
		}
	}
	put(Words, InName, d.Words, true)
	put(Stems, InName, d.Name, false)
	put(Stems, InTags, d.Tags, true)
	put(Stems, InProse, d.Prose, true)
	for _, t := range d.Prose[:min(d.Lead, len(d.Prose))] {
		g.entry(Stems, t.Text).hit.Lead = true
	}
	for _, w := range d.People {
		g.entry(People, w)
	}
	return g.entries
}

// entry is that of a term, good until the next is asked for.
func (g *gathering) entry(kind Kind, term string) *entry {
	k := key{kind, term}
	i, known := g.at[k]
	if known {
		return &g.entries[i]
	}
	i = len(g.entries)
	g.at[k] = i
	if i < cap(g.entries) { // the memory of an earlier document's places
		g.entries = g.entries[:i+1]
	} else {
		g.entries = append(g.entries, entry{})
	}
	e := &g.entries[i]
	e.key, e.hit = k, Hit{}
	for f := range e.places {
		e.places[f] = e.places[f][:0]
	}
	return e
}

// Each visits what a document has of each of its terms, in no order.
func (d Document) Each(visit func(kind Kind, term string, h Hit, places [NumFields][]int)) {
	var g gathering
	for _, e := range g.take(d) {
		visit(e.kind, e.term, e.hit, e.places)
	}
}

// Bits of a Hit of stems in its first byte, beside one for each field.
const leadBit = 1 << NumFields

// appendHit encodes a hit: for stems the set of fields, then for each of them its length, doubled and odd where a
// frequency other than one follows.
func appendHit(to []byte, kind Kind, h *Hit) []byte {
	if kind == People {
		return to
	}
	if kind == Stems {
		set := byte(0)
		for f := range NumFields {
			if h.Freq[f] > 0 {
				set |= 1 << f
			}
		}
		if h.Lead {
			set |= leadBit
		}
		to = append(to, set)
	}
	for f := range NumFields {
		switch {
		case h.Freq[f] == 1:
			to = binary.AppendUvarint(to, uint64(h.Len[f])<<1)
		case h.Freq[f] > 1:
			to = binary.AppendUvarint(to, uint64(h.Len[f])<<1|1)
			to = binary.AppendUvarint(to, uint64(h.Freq[f]))
		}
	}
	return to
}

// placed tells how many places of a hit are listed.
func (h *Hit) placed(kind Kind) uint32 {
	switch kind {
	case Words:
		return h.Freq[InName]
	case Stems:
		return h.Freq[InTags] + h.Freq[InProse]
	}
	return 0
}

func (w *writing) add(doc uint32, h *Hit, places *[NumFields][]int) {
	w.docs = append(w.docs, doc)
	w.hits = appendHit(w.hits, w.kind, h)
	for _, of := range places {
		last := 0
		for _, p := range of {
			w.places = binary.AppendUvarint(w.places, uint64(p-last))
			last = p
		}
	}
	w.most.count(h)
	if len(w.docs)%blockLen == 0 {
		w.ends = append(w.ends, blockEnd{len(w.hits), len(w.places)})
	}
}

// addAll adds all of a list, its documents numbered on from the given one.
func (w *writing) addAll(c *Cursor, from uint32) {
	var places [NumFields][]int
	for ; c.Doc != End; c.Next() {
		h := c.Hit()
		for f := range NumFields {
			places[f] = c.Places(f, places[f][:0])
		}
		w.add(from+c.Doc, h, &places)
	}
}

// appendTo encodes the list: the number of documents, for one of several blocks the summary and the directory, then the
// blocks. A directory's entry is the last document of a block and where the next one begins, each in 32 bits.
func (w *writing) appendTo(to []byte) []byte {
	to = binary.AppendUvarint(to, uint64(len(w.docs)))
	if len(w.docs) <= blockLen {
		to, _ = w.appendBlock(to, 0)
		return to
	}
	to = w.most.appendTo(to)
	blocks := (len(w.docs) + blockLen - 1) / blockLen
	directory := len(to)
	to = append(to, make([]byte, 8*blocks)...)
	begin := len(to)
	for i := range blocks {
		var last uint32
		to, last = w.appendBlock(to, i)
		binary.LittleEndian.PutUint32(to[directory+8*i:], last)
		binary.LittleEndian.PutUint32(to[directory+8*i+4:], uint32(len(to)-begin))
	}
	return to
}

// appendBlock encodes block i: how long its gaps and hits are, then the three streams.
func (w *writing) appendBlock(to []byte, i int) ([]byte, uint32) {
	docs := w.docs[i*blockLen : min(len(w.docs), (i+1)*blockLen)]
	var from, end blockEnd
	if i > 0 {
		from = w.ends[i-1]
	}
	if end = (blockEnd{len(w.hits), len(w.places)}); i < len(w.ends) {
		end = w.ends[i]
	}
	before := int64(-1)
	if i > 0 {
		before = int64(w.docs[i*blockLen-1])
	}
	var gaps []byte
	for _, doc := range docs {
		gaps = binary.AppendUvarint(gaps, uint64(int64(doc)-before-1))
		before = int64(doc)
	}
	to = binary.AppendUvarint(to, uint64(len(gaps)))
	to = binary.AppendUvarint(to, uint64(end.hits-from.hits))
	to = append(to, gaps...)
	to = append(to, w.hits[from.hits:end.hits]...)
	return append(to, w.places[from.places:end.places]...), docs[len(docs)-1]
}

func (s *summary) appendTo(to []byte) []byte {
	lead := uint64(0)
	if s.lead {
		lead = 1
	}
	to = binary.AppendUvarint(to, lead)
	for f := range NumFields {
		for _, v := range []uint32{s.df[f], s.freq[f], s.len[f]} {
			to = binary.AppendUvarint(to, uint64(v))
		}
	}
	return to
}
