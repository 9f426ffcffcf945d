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

// oneHit is the mark of a dictionary value that is the only posting of a term, of frequency 1 and without
// positions: its field length and its document, 31 bits each.
const (
	oneHit     = 1 << 63
	oneHitBits = 31
	oneHitMask = 1<<oneHitBits - 1
)

// list encodes the postings of one term after another.
type list struct {
	field   Field
	number  int // of the field in the file
	numDocs uint64

	docs     *roaring.Bitmap
	page     []uint32
	freqs    chunks
	places   chunks
	location []byte
}

// single gives the dictionary value of a term that has but one posting, if it can be told in it.
func (l *list) single(at []*cursor) (value uint64, ok bool) {
	if len(at) != 1 || at[0].count != 1 || l.field.Positions {
		return 0, false
	}
	doc, n := binary.Uvarint(at[0].posts)
	length := uint64(1)
	if l.field.Freqs {
		freq, m := binary.Uvarint(at[0].posts[n:])
		length, _ = binary.Uvarint(at[0].posts[n+m:])
		if freq != 1 || length > oneHitMask {
			return 0, false
		}
	}
	return oneHit | length<<oneHitBits | uint64(at[0].first) + doc, true
}

// encode takes the postings of a term.
func (l *list) encode(at []*cursor) {
	count := uint64(0)
	for _, c := range at {
		count += uint64(c.count)
	}
	size := l.numDocs / (count/chunkPosts + 1)
	l.docs.Clear()
	l.freqs.reset(size, l.numDocs)
	l.places.reset(size, l.numDocs)
	for _, c := range at {
		l.page = l.page[:0]
		rest, doc := c.posts, uint64(c.first)
		number := func() uint64 {
			v, n := binary.Uvarint(rest)
			rest = rest[n:]
			return v
		}
		for range c.count {
			doc += number()
			l.page = append(l.page, uint32(doc))
			if !l.field.Freqs {
				l.freqs.add(doc, 0)
				continue
			}
			freq, length := number(), number()
			if !l.field.Positions {
				l.freqs.add(doc, freq<<1, length)
				continue
			}
			l.freqs.add(doc, freq<<1|1, length)
			l.location = l.location[:0]
			for range freq { // field, position, start, end, and no places in arrays
				l.location = binary.AppendUvarint(l.location, uint64(l.number))
				l.location = binary.AppendUvarint(l.location, number())
				l.location = append(l.location, 0, 0, 0)
			}
			l.places.add(doc, uint64(len(l.location)))
			l.places.data = append(l.places.data, l.location...)
		}
		l.docs.AddMany(l.page)
	}
}

// appendTo writes what was encoded and tells where the dictionary finds it; at is the place of out's end in the file.
func (l *list) appendTo(out []byte, at uint64) (_ []byte, value uint64, err error) {
	begin := uint64(len(out))
	freqsAt := at
	out = l.freqs.appendTo(out)
	placesAt := uint64(0) // none
	if len(l.places.data) > 0 {
		placesAt = at + uint64(len(out)) - begin
		out = l.places.appendTo(out)
	}
	value = at + uint64(len(out)) - begin
	docs, err := l.docs.ToBytes()
	if err != nil {
		return out, 0, err
	}
	for _, v := range []uint64{freqsAt, placesAt, uint64(len(docs))} {
		out = binary.AppendUvarint(out, v)
	}
	return append(out, docs...), value, nil
}

// chunks are numbers in runs of documents, so that a reader can skip.
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

// add takes the numbers of a document; documents ascend.
func (c *chunks) add(doc uint64, numbers ...uint64) {
	c.finish(int(doc / c.size))
	for _, v := range numbers {
		c.data = binary.AppendUvarint(c.data, v)
	}
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
