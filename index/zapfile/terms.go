package zapfile

import (
	"bytes"
	"encoding/binary"
)

// cursor walks the terms of one field of one part.
type cursor struct {
	part  int
	first uint32 // document number of the part's first document
	rest  []byte

	term  []byte
	count int    // documents that have it
	docs  []byte // which, as gatherer.sort has written them
}

// next moves to the next term; false at the end.
func (c *cursor) next() bool {
	if len(c.rest) == 0 {
		return false
	}
	n := c.number()
	c.term, c.rest = c.rest[:n], c.rest[n:]
	c.count = int(c.number())
	begin := c.rest
	for range c.count {
		c.number()
	}
	c.docs = begin[:len(begin)-len(c.rest)]
	return true
}

func (c *cursor) number() uint64 {
	v, n := binary.Uvarint(c.rest)
	c.rest = c.rest[n:]
	return v
}

func (c *cursor) before(o *cursor) bool {
	if order := bytes.Compare(c.term, o.term); order != 0 {
		return order < 0
	}
	return c.part < o.part
}

// merger gives the terms of a field over all parts in order, each with the cursors that stand on it in the order of their
// documents. It is a heap of cursors.
type merger struct {
	heap []*cursor
	same []*cursor
}

func newMerger(parts []*Part, field int) *merger {
	m := &merger{}
	first := uint32(0)
	for i, p := range parts {
		c := &cursor{part: i, first: first, rest: p.sorted[field]}
		if c.next() {
			m.push(c)
		}
		first += uint32(p.docs)
	}
	return m
}

// next gives the cursors of the next term; none at the end.
func (m *merger) next() []*cursor {
	for _, c := range m.same {
		if c.next() {
			m.push(c)
		}
	}
	m.same = m.same[:0]
	for len(m.heap) > 0 && (len(m.same) == 0 || bytes.Equal(m.heap[0].term, m.same[0].term)) {
		m.same = append(m.same, m.pop())
	}
	return m.same
}

func (m *merger) push(c *cursor) {
	m.heap = append(m.heap, c)
	for i := len(m.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !m.heap[i].before(m.heap[up]) {
			return
		}
		m.heap[i], m.heap[up] = m.heap[up], m.heap[i]
		i = up
	}
}

func (m *merger) pop() *cursor {
	top, last := m.heap[0], len(m.heap)-1
	m.heap[0] = m.heap[last]
	m.heap = m.heap[:last]
	for i := 0; ; {
		least := i
		for _, child := range []int{2*i + 1, 2*i + 2} {
			if child < last && m.heap[child].before(m.heap[least]) {
				least = child
			}
		}
		if least == i {
			return top
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}
