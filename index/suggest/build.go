package suggest

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Builder makes the image of a table. It takes 16 bytes a place, of which a name has three to four, beside the image.
type Builder struct {
	text    []byte
	begins  []uint32
	weights []float32
	odd     []oddName
	starts  int
	last    string
	letters *letters
}

// NewBuilder begins an empty table.
func NewBuilder() *Builder { return &Builder{letters: newLetters()} }

// Add adds a name with its weight, which Weigh gives. Names come in ascending byte order, none twice.
func (b *Builder) Add(name string, weight float32) error {
	if len(b.begins) > 0 && name <= b.last {
		return fmt.Errorf("add name %q after %q", name, b.last)
	}
	kept, plain := b.letters.keep(name)
	if len(b.text)+len(kept) >= math.MaxUint32-8 {
		return fmt.Errorf("add name %q: the names before it have %d bytes", name, len(b.text))
	}
	doc := uint32(len(b.begins))
	if !plain {
		b.odd = append(b.odd, oddName{doc, name})
	}
	b.begins = append(b.begins, uint32(len(b.text)))
	b.weights = append(b.weights, weight)
	b.text = append(append(b.text, kept...), 0)
	for i := range kept {
		if b.beginsWord(kept, i) {
			b.starts++
		}
	}
	b.last = name
	return nil
}

// beginsWord tells whether a word begins at the i-th byte of a name as it is kept.
func (b *Builder) beginsWord(kept []byte, i int) bool {
	return i == 0 || b.letters[kept[i-1]] == '-' && b.letters[kept[i]] != '-'
}

// start is a place while the list is being sorted.
type start struct {
	head    uint64 // its first eight letters, zeroes after the end of the name
	at, doc uint32
}

// Image sorts the places and writes the table of the store with that ID, as of that log number. The builder must
// not be used afterwards.
func (b *Builder) Image(ctx context.Context, id string, lln uint64) ([]byte, error) {
	if len(id) > maxID {
		return nil, fmt.Errorf("the store's name %.20q… has %d bytes, at most %d are allowed", id, len(id), maxID)
	}
	for len(b.text)%8 != 0 || len(b.text) == 0 {
		b.text = append(b.text, 0)
	}
	buckets, places := b.places()
	if err := b.sort(ctx, buckets, places); err != nil {
		return nil, err
	}
	return b.write(ctx, id, lln, places)
}

// places lists all places by their first two letters, in buckets that end where ends says.
func (b *Builder) places() (ends []int, places []start) {
	counts := make([]int, 1<<16+1)
	b.each(func(at, doc uint32) { counts[b.two(at)+1]++ })
	for i := range len(counts) - 1 {
		counts[i+1] += counts[i]
	}
	places = make([]start, b.starts)
	b.each(func(at, doc uint32) {
		bucket := b.two(at)
		places[counts[bucket]] = start{b.head(at), at, doc}
		counts[bucket]++
	})
	return counts[:1<<16], places
}

func (b *Builder) each(visit func(at, doc uint32)) {
	for doc, begin := range b.begins {
		kept := b.text[begin:]
		for i := 0; kept[i] != 0; i++ {
			if b.beginsWord(kept, i) {
				visit(begin+uint32(i), uint32(doc))
			}
		}
	}
}

func (b *Builder) letter(at uint32) byte { return b.letters[b.text[at]] }

func (b *Builder) two(at uint32) int { return int(b.letter(at))<<8 | int(b.letter(at+1)) }

func (b *Builder) head(at uint32) (first uint64) {
	for i := range 8 {
		l := b.letter(at)
		if l == 0 {
			return first
		}
		first |= uint64(l) << (56 - 8*i)
		at++
	}
	return first
}

func (b *Builder) sort(ctx context.Context, ends []int, places []start) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	from := 0
	for _, to := range ends {
		if bucket := places[from:to]; len(bucket) > 1 {
			g.Go(func() error {
				slices.SortFunc(bucket, b.order)
				return ctx.Err()
			})
		}
		from = to
	}
	return g.Wait()
}

// order sorts places by what stands there, then beginnings of names first, then by name.
func (b *Builder) order(x, y start) int {
	if x.head != y.head {
		return cmp.Compare(x.head, y.head)
	}
	if x.head&0xff != 0 {
		for i := uint32(8); ; i++ {
			l, m := b.letter(x.at+i), b.letter(y.at+i)
			if l != m {
				return cmp.Compare(l, m)
			}
			if l == 0 {
				break
			}
		}
	}
	if whole := b.whole(x); whole != b.whole(y) {
		if whole {
			return -1
		}
		return 1
	}
	return cmp.Compare(x.at, y.at)
}

func (b *Builder) whole(p start) bool { return p.at == b.begins[p.doc] }

// shared is how many letters two places have in common, the ending zero included, at most manyShared.
func (b *Builder) shared(x, y start) int {
	n := 8
	if differ := x.head ^ y.head; differ != 0 {
		return bits.LeadingZeros64(differ) / 8
	}
	if x.head&0xff == 0 { // both have ended
		n = 8 - bits.TrailingZeros64(x.head)/8 + 1
		return min(n, 8)
	}
	for ; n < manyShared; n++ {
		l := b.letter(x.at + uint32(n))
		if l != b.letter(y.at+uint32(n)) {
			return n
		}
		if l == 0 {
			return n + 1
		}
	}
	return n
}

func (b *Builder) weightAt(p start) float32 {
	if b.whole(p) {
		return boosted(b.weights[p.doc])
	}
	return b.weights[p.doc]
}

// heavier tells whether a place orders before another one by weight, then by name.
func heavier(weight float32, doc uint32, than float32, thanDoc uint32) bool {
	return weight > than || weight == than && doc < thanDoc
}

// write lays out the image part by part.
func (b *Builder) write(ctx context.Context, id string, lln uint64, places []start) ([]byte, error) {
	width := bitsFor(len(b.text))
	least, best := levelSizes(len(places), 1), levelSizes(len(places), bestSize)
	sizes := [parts]int{
		partText:    len(b.text),
		partPages:   4 * (len(b.text)>>pageBits + 1),
		partBegins:  4 * ((len(b.begins) + beginsStep - 1) / beginsStep),
		partWeights: 4 * len(b.begins),
		partPlaces:  (len(places)*(width+sharedBits)+7)/8 + 8,
		partLeast:   sum(least),
		partBest:    sum(best),
	}
	odd := appendOdd(nil, b.odd)
	sizes[partOdd] = len(odd)
	var from, ends [parts]int
	end := headerSize
	for i, size := range sizes {
		from[i] = end
		end += (size + 7) / 8 * 8
		ends[i] = end
	}
	image := make([]byte, end)
	part := func(i int) []byte { return image[from[i] : from[i]+sizes[i]] }
	copy(part(partText), b.text)
	copy(part(partOdd), odd)
	b.writeNames(part(partPages), part(partBegins), part(partWeights))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b.writePlaces(part(partPlaces), width, places, cutSizes(part(partLeast), least), cutSizes(part(partBest), best))
	// The branches are found in the table without them.
	writeHeader(image, id, lln, len(b.begins), len(places), width, ends)
	t, err := Parse(image)
	if err != nil {
		return nil, err
	}
	image = append(image, t.growBranches()...)
	for len(image)%8 != 0 {
		image = append(image, 0)
	}
	ends[partBranches] = len(image)
	writeHeader(image, id, lln, len(b.begins), len(places), width, ends)
	return image, ctx.Err()
}

func (b *Builder) writeNames(pages, begins, weights []byte) {
	put := binary.LittleEndian
	ended := uint32(0)
	for at := range b.text {
		if at&(1<<pageBits-1) == 0 {
			put.PutUint32(pages[4*(at>>pageBits):], ended)
		}
		if b.text[at] == 0 {
			ended++
		}
	}
	if len(b.text)&(1<<pageBits-1) == 0 {
		put.PutUint32(pages[4*(len(b.text)>>pageBits):], ended)
	}
	for doc, at := range b.begins {
		if doc%beginsStep == 0 {
			put.PutUint32(begins[4*(doc/beginsStep):], at)
		}
		put.PutUint32(weights[4*doc:], math.Float32bits(b.weights[doc]))
	}
}

func (b *Builder) writePlaces(to []byte, width int, places []start, least, best levels) {
	put := binary.LittleEndian
	for i := range least {
		for j := range least[i] {
			least[i][j] = manyShared
		}
	}
	for i, p := range places {
		shared := 0
		if i > 0 {
			shared = b.shared(places[i-1], p)
		}
		bit := i * (width + sharedBits)
		v := (uint64(shared)<<width | uint64(p.at)) << (bit & 7)
		put.PutUint64(to[bit>>3:], put.Uint64(to[bit>>3:])|v)
		weight := b.weightAt(p)
		for level, block := 0, i/fan; level < len(least); level, block = level+1, block/fan {
			least[level][block] = min(least[level][block], byte(shared))
			old := best[level][bestSize*block:]
			oldWeight, oldDoc := readBest(old)
			if i%pow(fan, level+1) == 0 || heavier(weight, p.doc, oldWeight, oldDoc) {
				put.PutUint32(old, math.Float32bits(weight))
				put.PutUint32(old[4:], p.doc)
			}
		}
	}
}

func readBest(b []byte) (weight float32, doc uint32) {
	return math.Float32frombits(binary.LittleEndian.Uint32(b)), binary.LittleEndian.Uint32(b[4:])
}

func pow(x, n int) int {
	p := 1
	for range n {
		p *= x
	}
	return p
}

// levelSizes are the bytes of each level of blocks.
func levelSizes(places, size int) []int {
	var sizes []int
	for n := places; n > 1 || len(sizes) == 0; {
		n = (n + fan - 1) / fan
		sizes = append(sizes, n*size)
	}
	return sizes
}

func cutSizes(part []byte, sizes []int) levels {
	l := make(levels, len(sizes))
	for i, size := range sizes {
		l[i], part = part[:size], part[size:]
	}
	return l
}

func sum(sizes []int) (n int) {
	for _, size := range sizes {
		n += size
	}
	return n
}
