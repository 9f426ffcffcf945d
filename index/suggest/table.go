package suggest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"sort"
)

// Table is a list of names with their weights, read in place. It may be read from many goroutines.
// Documents are the names, numbered in their byte order.
type Table struct {
	ID  string // of the store it was made from
	LLN uint64 // log number that it has reached

	image        []byte
	docs, starts int
	width        int // bits of a position in the text
	text         []byte
	pages        []byte // uint32 each
	begins       []byte // uint32 each
	weights      []byte // float32 each
	places       []byte // width+sharedBits each, without gaps
	least        levels // one byte each
	best         levels // bestSize bytes each
	odd          map[uint32]string
	branches     branches
	letters      *letters
	heads        []uint64 // first letters of every headsStep-th place
}

const (
	pageBits   = 8   // of a page of the text
	beginsStep = 16  // names
	fan        = 16  // places in a block, blocks in a block of blocks
	sharedBits = 5   // of how many letters a place shares with the one before
	manyShared = 31  // stands for so many and more
	headsStep  = 512 // places
	bestSize   = 8   // weight, document
)

// levels are the blocks of places, blocks of blocks, and so on up to one.
type levels [][]byte

func cutLevels(part []byte, places, size int) (levels, bool) {
	var l levels
	for n := places; n > 1 || len(l) == 0; {
		n = (n + fan - 1) / fan
		if len(part) < n*size {
			return nil, false
		}
		l, part = append(l, part[:n*size:n*size]), part[n*size:]
	}
	return l, len(part) < 8
}

// Parse checks an image and gives the table in it, which keeps reading from it. Errors: ErrDamaged.
func Parse(image []byte) (*Table, error) {
	t, part, err := readHeader(image)
	if err != nil {
		return nil, err
	}
	fits := func(part []byte, n, size int) bool {
		return n >= 0 && n <= math.MaxInt/16 && len(part) == (n*size+7)/8*8
	}
	var ok1, ok2 bool
	t.least, ok1 = cutLevels(part[partLeast], t.starts, 1)
	t.best, ok2 = cutLevels(part[partBest], t.starts, bestSize)
	t.text, t.pages, t.begins, t.weights, t.places = part[partText], part[partPages], part[partBegins], part[partWeights], part[partPlaces]
	placesSize := (t.starts*(t.width+sharedBits)+7)/8 + 8
	if !ok1 || !ok2 || t.width < 0 || t.width > 32 || !fits(t.weights, t.docs, 4) || !fits(t.places, placesSize, 1) ||
		!fits(t.begins, (t.docs+beginsStep-1)/beginsStep, 4) || !fits(t.pages, len(t.text)>>pageBits+1, 4) {
		return nil, fmt.Errorf("%w: its parts do not fit %d names and %d places", ErrDamaged, t.docs, t.starts)
	}
	if t.odd, err = parseOdd(part[partOdd]); err != nil {
		return nil, err
	}
	if t.branches, err = parseBranches(part[partBranches]); err != nil {
		return nil, err
	}
	t.letters = newLetters()
	for i := 0; i < t.starts; i += headsStep {
		at, _ := t.place(i)
		t.heads = append(t.heads, t.head(at))
	}
	return t, nil
}

// Len is the number of names.
func (t *Table) Len() int { return t.docs }

// Size is the number of bytes of the image.
func (t *Table) Size() int { return len(t.image) }

// place is where in the text the i-th word begins, and how many letters it shares with the one before, at
// most manyShared.
func (t *Table) place(i int) (at uint32, shared int) {
	bit := i * (t.width + sharedBits)
	v := binary.LittleEndian.Uint64(t.places[bit>>3:]) >> (bit & 7)
	return uint32(v & (1<<t.width - 1)), int(v>>t.width) & manyShared
}

// shared is how many letters the i-th place shares with the one before, the ending zero included.
func (t *Table) shared(i int) int {
	at, n := t.place(i)
	if n < manyShared {
		return n
	}
	before, _ := t.place(i - 1)
	for t.letter(int(at)+n) == t.letter(int(before)+n) {
		n++
		if t.letter(int(at)+n-1) == 0 {
			break
		}
	}
	return n
}

// letter is a byte of the text, folded.
func (t *Table) letter(at int) byte { return t.letters[t.text[at]] }

// head is the first eight letters of a tail, zeroes after its end.
func (t *Table) head(at uint32) (first uint64) {
	for i := range 8 {
		b := t.letter(int(at) + i)
		if b == 0 {
			break
		}
		first |= uint64(b) << (56 - 8*i)
	}
	return first
}

// doc is the document in whose name a place is.
func (t *Table) doc(at uint32) uint32 {
	page := at >> pageBits
	ended := binary.LittleEndian.Uint32(t.pages[4*page:])
	return ended + uint32(bytes.Count(t.text[page<<pageBits:at], []byte{0}))
}

// begin is where a document's name begins in the text.
func (t *Table) begin(doc uint32) int {
	at := int(binary.LittleEndian.Uint32(t.begins[4*(doc/beginsStep):]))
	for range doc % beginsStep {
		at += bytes.IndexByte(t.text[at:], 0) + 1
	}
	return at
}

// kept is a document's name as the text has it.
func (t *Table) kept(doc uint32) []byte {
	from := t.begin(doc)
	return t.text[from : from+bytes.IndexByte(t.text[from:], 0)]
}

// name is a document's name.
func (t *Table) name(doc uint32) string {
	if len(t.odd) > 0 {
		if name, ok := t.odd[doc]; ok {
			return name
		}
	}
	return string(t.kept(doc))
}

// find gives the document of a name; ok is false where there is none, and doc then is the next one.
func (t *Table) find(name string) (doc uint32, ok bool) {
	i := sort.Search(t.docs, func(i int) bool { return t.name(uint32(i)) >= name })
	return uint32(i), i < t.docs && t.name(uint32(i)) == name
}

// weight is a name's weight, not boosted.
func (t *Table) weight(doc uint32) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(t.weights[4*doc:]))
}

// weightAt is the weight of the name at a place, boosted if it begins there.
func (t *Table) weightAt(at, doc uint32) float32 {
	if t.whole(at) {
		return boosted(t.weight(doc))
	}
	return t.weight(doc)
}

// whole tells whether a name begins at the place, not just a word of it.
func (t *Table) whole(at uint32) bool { return at == 0 || t.text[at-1] == 0 }

// tail appends the folded name from a place to its end.
func (t *Table) tail(to []byte, at uint32) []byte {
	for i := int(at); ; i++ {
		b := t.letter(i)
		if b == 0 {
			return to
		}
		to = append(to, b)
	}
}

// compare orders the tail at a place and a prefix: 0 if it begins so.
func (t *Table) compare(at uint32, prefix []byte) int {
	for i, p := range prefix {
		b := t.letter(int(at) + i)
		switch {
		case b < p:
			return -1
		case b > p:
			return 1
		case b == 0:
			return 0
		}
	}
	return 0
}

// between gives the range of places that begin with the folded prefix. A prefix that ends with a zero byte
// is a whole tail.
func (t *Table) between(prefix []byte) (from, to int) {
	var lowest, highest uint64 // of the heads of what begins so
	for i := range 8 {
		b, high := byte(0), byte(0xff)
		if i < len(prefix) {
			b, high = prefix[i], prefix[i]
		}
		lowest, highest = lowest<<8|uint64(b), highest<<8|uint64(high)
	}
	low := sort.Search(len(t.heads), func(i int) bool { return t.heads[i] >= lowest })
	high := low + sort.Search(len(t.heads)-low, func(i int) bool { return t.heads[low+i] > highest })
	begin, end := max(0, (low-1)*headsStep), min(t.starts, high*headsStep)
	from = begin + sort.Search(end-begin, func(i int) bool { return t.compareAt(begin+i, prefix) >= 0 })
	if from == t.starts || t.compareAt(from, prefix) != 0 {
		return from, from
	}
	if n := len(prefix); n <= manyShared {
		return from, t.after(from, n)
	}
	to = from + sort.Search(end-from, func(i int) bool { return t.compareAt(from+i, prefix) > 0 })
	return from, to
}

func (t *Table) compareAt(i int, prefix []byte) int {
	at, _ := t.place(i)
	return t.compare(at, prefix)
}

// after is the first place after i that does not share its first n letters.
func (t *Table) after(i, n int) int {
	for i++; i < t.starts; i++ {
		if i%fan == 0 && n <= manyShared {
			if i = t.skip(i/fan, n); i >= t.starts {
				return t.starts
			}
		}
		if _, shared := t.place(i); shared < n && (shared < manyShared || t.shared(i) < n) {
			return i
		}
	}
	return t.starts
}

// skip gives the first place of the first block, from a block on, of which not all places share n letters with
// those before them.
func (t *Table) skip(block, n int) int {
	level := 0
	for block < len(t.least[level]) && int(t.least[level][block]) >= n {
		for block++; block%fan == 0 && level+1 < len(t.least); level++ {
			block /= fan
		}
	}
	if block >= len(t.least[level]) {
		return t.starts
	}
	for ; level > 0; level-- {
		for block *= fan; int(t.least[level-1][block]) >= n; block++ {
		}
	}
	return block * fan
}

// bitsFor is the number of bits that hold every number below n.
func bitsFor(n int) int { return bits.Len(uint(max(n-1, 0))) }
