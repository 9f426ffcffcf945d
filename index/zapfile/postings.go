package zapfile

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"
)

// What zapx calls its chunk mode: postings of a term are read in chunks of about so many.
const (
	chunkMode  = 1026
	chunkPosts = 1024
)

// oneHit is the mark of a dictionary value that is the only document of a term, in its lowest 31 bits. Above them
// is a field length, which must not be zero.
const (
	oneHit     = 1<<63 | 1<<oneHitBits
	oneHitBits = 31
)

// list encodes the postings of one term after another.
type list struct {
	numDocs uint64

	docs  *roaring.Bitmap
	page  []uint32
	freqs chunks
}

// single gives the dictionary value of a term that has but one document.
func (l *list) single(at []*cursor) (value uint64, ok bool) {
	if len(at) != 1 || at[0].count != 1 {
		return 0, false
	}
	doc, _ := binary.Uvarint(at[0].docs)
	return oneHit | uint64(at[0].first) + doc, true
}

// encode takes the documents of a term.
func (l *list) encode(at []*cursor) {
	count := uint64(0)
	for _, c := range at {
		count += uint64(c.count)
	}
	l.docs.Clear()
	l.freqs.reset(l.numDocs/(count/chunkPosts+1), l.numDocs)
	for _, c := range at {
		l.page = l.page[:0]
		rest, doc := c.docs, uint64(c.first)
		for range c.count {
			gap, n := binary.Uvarint(rest)
			rest, doc = rest[n:], doc+gap
			l.page = append(l.page, uint32(doc))
			l.freqs.add(doc)
		}
		l.docs.AddMany(l.page)
	}
}

// appendTo writes what was encoded and tells where the dictionary finds it; at is the place of out's end in the file.
func (l *list) appendTo(out []byte, at uint64) (_ []byte, value uint64, err error) {
	begin := uint64(len(out))
	out = l.freqs.appendTo(out)
	value = at + uint64(len(out)) - begin
	docs, err := l.docs.ToBytes()
	if err != nil {
		return out, 0, err
	}
	for _, v := range []uint64{at, 0, uint64(len(docs))} { // where frequencies begin, and locations: none
		out = binary.AppendUvarint(out, v)
	}
	return append(out, docs...), value, nil
}

// chunks are the frequencies of a term, in runs of documents. None is kept, which is a zero for each document: without them
// a merge would lose the documents.
type chunks struct {
	size uint64 // documents of a chunk
	at   int    // chunk that is being filled
	ends []uint64
	data []byte
}

func (c *chunks) reset(size, numDocs uint64) {
	n := int((numDocs-1)/size + 1)
	if cap(c.ends) < n {
		c.ends = make([]uint64, n)
	}
	c.size, c.at, c.ends, c.data = size, 0, c.ends[:n], c.data[:0]
}

// add takes a document; they ascend.
func (c *chunks) add(doc uint64) {
	c.finish(int(doc / c.size))
	c.data = append(c.data, 0)
}

// finish ends the chunks before the given one.
func (c *chunks) finish(until int) {
	for ; c.at < until; c.at++ {
		c.ends[c.at] = uint64(len(c.data))
	}
}

func (c *chunks) appendTo(out []byte) []byte {
	c.finish(len(c.ends))
	out = binary.AppendUvarint(out, uint64(len(c.ends)))
	for _, end := range c.ends {
		out = binary.AppendUvarint(out, end)
	}
	return append(out, c.data...)
}
