package postings

import (
	"encoding/binary"
	"math"
	"sort"
)

// End is the document of a cursor that has passed all.
const End = math.MaxUint32

// Cursor walks one list in order of documents. It belongs to one goroutine.
type Cursor struct {
	Doc uint32 // the current document; End after the last

	kind   Kind
	count  int
	most   summary
	blocks int
	dir    []byte // nil where there is one block
	data   []byte // all blocks, from the first

	block int
	n     int    // documents of the block
	at    int    // place of Doc among them
	gaps  []byte // what is left of the block's streams, behind Doc

	hits, places []byte
	read         int // hits of the block read, the last of which is hit
	hit          Hit
	skip         uint32 // places of earlier hits not yet passed over
}

// Open gives a cursor at the first document of a term's list; nil where no document has the term.
func (l *Lists) Open(kind Kind, term string) *Cursor {
	at, found := l.find(kind, term)
	if !found {
		return nil
	}
	return l.at(at, kind)
}

func (l *Lists) at(place uint64, kind Kind) *Cursor {
	c := &Cursor{kind: kind}
	c.start(l.data[place:])
	return c
}

func (c *Cursor) start(raw []byte) {
	n, w := binary.Uvarint(raw)
	c.count, c.data = int(n), raw[w:]
	c.blocks = (c.count + blockLen - 1) / blockLen
	if c.blocks > 1 {
		c.data = c.most.read(c.data)
		c.dir, c.data = c.data[:8*c.blocks], c.data[8*c.blocks:]
	}
	c.enter(0)
	if c.blocks == 1 {
		c.summarise()
	}
}

// Len is the number of documents of the list.
func (c *Cursor) Len() int { return c.count }

// Most gives what no document of the list has more of: the highest frequency with the least length of each field.
func (c *Cursor) Most() Hit {
	return Hit{Freq: c.most.freq, Len: c.most.len, Lead: c.most.lead}
}

// summarise takes what is not written of a list of one block.
func (c *Cursor) summarise() {
	if c.kind == People {
		return
	}
	for range c.n {
		c.readHit()
		c.most.count(&c.hit)
	}
	c.enter(0)
}

func (s *summary) read(raw []byte) []byte {
	next := func() uint32 {
		v, w := binary.Uvarint(raw)
		raw = raw[w:]
		return uint32(v)
	}
	s.lead = next() == 1
	for f := range NumFields {
		s.df[f], s.freq[f], s.len[f] = next(), next(), next()
	}
	return raw
}

// last is the last document of a block.
func (c *Cursor) last(block int) uint32 { return binary.LittleEndian.Uint32(c.dir[8*block:]) }

// enter goes to the first document of a block.
func (c *Cursor) enter(block int) {
	raw, before := c.data, uint32(math.MaxUint32) // one before document 0
	if block > 0 {
		raw = raw[binary.LittleEndian.Uint32(c.dir[8*block-4:]):]
		before = c.last(block - 1)
	}
	gaps, raw := number(raw)
	hits, raw := number(raw)
	c.block, c.n, c.at = block, min(blockLen, c.count-block*blockLen), 0
	c.read, c.skip = 0, 0
	c.gaps, c.hits, c.places = raw[:gaps], raw[gaps:gaps+hits], raw[gaps+hits:]
	c.Doc = before
	c.step()
}

// step reads the next document of the block.
func (c *Cursor) step() {
	gap, rest := number(c.gaps)
	c.Doc, c.gaps = c.Doc+uint32(gap)+1, rest
}

// Next moves to the next document.
func (c *Cursor) Next() {
	if c.at++; c.at < c.n {
		c.step()
		return
	}
	if c.block+1 < c.blocks {
		c.enter(c.block + 1)
		return
	}
	c.at, c.Doc = c.n, End
}

// Until moves to the first document that is not before the given one, and appends those that it passes, from the current
// one on.
func (c *Cursor) Until(to uint32, passed []uint32) []uint32 {
	for c.Doc < to {
		doc, at, gaps := c.Doc, c.at, c.gaps
		passed = append(passed, doc)
		for at++; at < c.n; at++ {
			gap := uint64(gaps[0])
			if gap < 0x80 {
				gaps = gaps[1:]
			} else {
				gap, gaps = number(gaps)
			}
			if doc += uint32(gap) + 1; doc >= to {
				break
			}
			passed = append(passed, doc)
		}
		c.Doc, c.at, c.gaps = doc, at, gaps
		if at == c.n {
			c.at--
			c.Next()
		}
	}
	return passed
}

// Seek moves to the first document that is not before the given one; never back.
func (c *Cursor) Seek(doc uint32) {
	if c.Doc >= doc {
		return
	}
	if c.block+1 < c.blocks && c.last(c.block) < doc && !c.enterFor(doc) {
		c.at, c.Doc = c.n, End
		return
	}
	for c.Doc < doc {
		if c.at++; c.at == c.n {
			c.Doc = End
			return
		}
		c.step()
	}
}

// enterFor enters the block in which a document behind the present block would be, by doubling steps.
func (c *Cursor) enterFor(doc uint32) bool {
	from, step := c.block+1, 1
	for from+step <= c.blocks && c.last(from+step-1) < doc {
		from += step
		step *= 2
	}
	rest := min(step, c.blocks-from)
	if rest <= 0 {
		return false
	}
	block := from + sort.Search(rest, func(i int) bool { return c.last(from+i) >= doc })
	if block >= c.blocks {
		return false
	}
	c.enter(block)
	return true
}

// Hit gives what the current document has. It is valid until the cursor moves.
func (c *Cursor) Hit() *Hit {
	if c.kind != People {
		for c.read <= c.at {
			c.readHit()
		}
	}
	return &c.hit
}

// readHit reads the next hit of the block; the places of the one before are to be passed over.
func (c *Cursor) readHit() {
	if c.read > 0 {
		c.skip += c.hit.placed(c.kind)
	}
	c.read++
	c.hit = Hit{}
	raw := c.hits
	set := byte(1)
	if c.kind == Stems {
		set, raw = raw[0], raw[1:]
		c.hit.Lead = set&leadBit != 0
	}
	for f := range NumFields {
		if set&(1<<f) == 0 {
			continue
		}
		var length uint64
		length, raw = number(raw)
		c.hit.Freq[f], c.hit.Len[f] = 1, uint32(length>>1)
		if length&1 != 0 {
			length, raw = number(raw)
			c.hit.Freq[f] = uint32(length)
		}
	}
	c.hits = raw
}

func number(raw []byte) (uint64, []byte) {
	if raw[0] < 0x80 {
		return uint64(raw[0]), raw[1:]
	}
	v, w := binary.Uvarint(raw)
	return v, raw[w:]
}

// Places appends the places of the term in a field of the current document, ascending. Those of the name are kept of
// Words alone.
func (c *Cursor) Places(f Field, to []int) []int {
	h := c.Hit()
	for ; c.skip > 0; c.skip-- {
		_, c.places = number(c.places)
	}
	raw := c.places
	for g := range f {
		for range placesIn(c.kind, g, h) {
			_, raw = number(raw)
		}
	}
	place := 0
	for range placesIn(c.kind, f, h) {
		var gap uint64
		gap, raw = number(raw)
		place += int(gap)
		to = append(to, place)
	}
	return to
}

func placesIn(kind Kind, f Field, h *Hit) uint32 {
	if kind == People || kind == Stems && f == InName {
		return 0
	}
	return h.Freq[f]
}
