package suggest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// An image is a table as a run of bytes, little-endian: a header, then the parts one after another, each filled up with
// zeroes to a multiple of 8 bytes. The header says of each part how long it is and its checksum, and ends with
// its own (CRC-32, Castagnoli).
const (
	magic      = "pkgnames"
	version    = 1
	headerSize = 512
	maxID      = 128

	atVersion = 8
	atLLN     = 16
	atDocs    = 24
	atStarts  = 32
	atWidth   = 40 // bits of a position in the text
	atParts   = 48 // of each: its length in 8 bytes, its checksum in 4
	atIDSize  = 332
	atID      = 336
	atSum     = headerSize - 4
)

// The parts of an image.
const (
	partText     = iota // the names as they are kept, in byte order of the names, each ended by a zero byte
	partPages           // how many names have ended before each page of the text
	partBegins          // where every beginsStep-th name begins
	partWeights         // of each name
	partPlaces          // where words begin, in the order of what stands there, and what they share with the place before
	partLeast           // the least that is shared in each block of places, and blocks of blocks
	partBest            // the heaviest place in each block, and blocks of blocks
	partOdd             // the names that are kept folded: what they are
	partBranches        // the upper branches of the tree of all places
	parts
)

// ErrDamaged is returned for an image that is not what was written.
var ErrDamaged = errors.New("damaged")

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// writeHeader fills in the first bytes of an image whose parts end at the given places.
func writeHeader(image []byte, id string, lln uint64, docs, starts, width int, ends [parts]int) {
	put := binary.LittleEndian
	copy(image, magic)
	put.PutUint32(image[atVersion:], version)
	put.PutUint64(image[atLLN:], lln)
	put.PutUint64(image[atDocs:], uint64(docs))
	put.PutUint64(image[atStarts:], uint64(starts))
	put.PutUint64(image[atWidth:], uint64(width))
	from := headerSize
	for i, to := range ends {
		put.PutUint64(image[atParts+12*i:], uint64(to-from))
		put.PutUint32(image[atParts+12*i+8:], crc32.Checksum(image[from:to], castagnoli()))
		from = to
	}
	put.PutUint32(image[atIDSize:], uint32(len(id)))
	copy(image[atID:], id)
	put.PutUint32(image[atSum:], crc32.Checksum(image[:atSum], castagnoli()))
}

// readHeader checks an image as a whole and takes it apart.
func readHeader(image []byte) (t *Table, cut [parts][]byte, err error) {
	get := binary.LittleEndian
	if len(image) < headerSize {
		return nil, cut, fmt.Errorf("%w: %d bytes are no table of names", ErrDamaged, len(image))
	}
	if got, want := crc32.Checksum(image[:atSum], castagnoli()), get.Uint32(image[atSum:]); got != want {
		return nil, cut, fmt.Errorf("%w: checksum of the header is %08x, it says %08x", ErrDamaged, got, want)
	}
	if string(image[:len(magic)]) != magic {
		return nil, cut, fmt.Errorf("%w: it begins with %q, not %q", ErrDamaged, image[:len(magic)], magic)
	}
	if v := get.Uint32(image[atVersion:]); v != version {
		return nil, cut, fmt.Errorf("%w: it has version %d, not %d", ErrDamaged, v, version)
	}
	from := uint64(headerSize)
	for i := range cut {
		size, sum := get.Uint64(image[atParts+12*i:]), get.Uint32(image[atParts+12*i+8:])
		if size > uint64(len(image))-from {
			return nil, cut, fmt.Errorf("%w: part %d has %d bytes, the file only %d", ErrDamaged, i, size, len(image))
		}
		cut[i] = image[from : from+size : from+size]
		if got := crc32.Checksum(cut[i], castagnoli()); got != sum {
			return nil, cut, fmt.Errorf("%w: checksum of part %d is %08x, the header says %08x", ErrDamaged, i, got, sum)
		}
		from += size
	}
	if from != uint64(len(image)) {
		return nil, cut, fmt.Errorf("%w: %d bytes follow its end", ErrDamaged, uint64(len(image))-from)
	}
	idSize := get.Uint32(image[atIDSize:])
	if idSize > maxID {
		return nil, cut, fmt.Errorf("%w: its store's name has %d bytes", ErrDamaged, idSize)
	}
	t = &Table{
		ID: string(image[atID : atID+idSize]), LLN: get.Uint64(image[atLLN:]), image: image,
		docs: int(get.Uint64(image[atDocs:])), starts: int(get.Uint64(image[atStarts:])), width: int(get.Uint64(image[atWidth:])),
	}
	return t, cut, nil
}
