package mapped

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"unsafe"
)

// A file is: magic, key, number of columns and the length of each in bytes (64 bits, big-endian), the columns, each behind
// zero bytes up to a multiple of eight, and a checksum (CRC-32C, big-endian) of all before it.
const (
	magic   = "mapcols1"
	keySize = 16
	align   = 8
)

// Key binds a file to what it was made from.
type Key [keySize]byte

// KeyOf makes a key of everything that a file depends on: its own kind and version among it.
func KeyOf(parts ...any) Key {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", binary.NativeEndian.AppendUint16(nil, 1))
	for _, p := range parts {
		fmt.Fprintf(h, "%T %q\n", p, fmt.Sprint(p))
	}
	return Key(h.Sum(nil)[:keySize])
}

// ErrUnsound is returned for a file that is cut, changed, or made from something else.
var ErrUnsound = errors.New("unsound")

// Columns are the columns of one file.
type Columns struct {
	file    *Map
	columns [][]byte
}

// Read maps the columns of a file and checks all of it.
func Read(path string, key Key, columns int) (*Columns, error) {
	m, err := Open(path)
	if err != nil {
		return nil, err
	}
	c := &Columns{file: m}
	if err := c.parse(key, columns); err != nil {
		return nil, fmt.Errorf("read %s: %w: %w", path, ErrUnsound, err)
	}
	return c, nil
}

func (c *Columns) parse(key Key, columns int) error {
	all := c.file.Bytes()
	header := headerSize(columns)
	if len(all) < header+crc32.Size || !bytes.HasPrefix(all, []byte(magic)) {
		return errors.New("it is no file of columns")
	}
	if !bytes.Equal(all[len(magic):len(magic)+keySize], key[:]) {
		return errors.New("it was made from something else")
	}
	body := all[:len(all)-crc32.Size]
	if got, want := crc32.Checksum(body, castagnoli()), binary.BigEndian.Uint32(all[len(body):]); got != want {
		return fmt.Errorf("checksum is %08x, the file says %08x", got, want)
	}
	lengths := all[len(magic)+keySize : header]
	if n := binary.BigEndian.Uint64(lengths); n != uint64(columns) {
		return fmt.Errorf("it has %d columns, not %d", n, columns)
	}
	at := uint64(header)
	for i := range columns {
		at += padding(at)
		size := binary.BigEndian.Uint64(lengths[8+8*i:])
		if at > uint64(len(body)) || size > uint64(len(body))-at {
			return errors.New("a column goes beyond its end")
		}
		c.columns = append(c.columns, body[at:at+size:at+size])
		at += size
	}
	return nil
}

func headerSize(columns int) int { return len(magic) + keySize + 8 + 8*columns }

func padding(at uint64) uint64 { return -at % align }

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// Number is what columns hold.
type Number interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32
}

// Column gives the i-th column as numbers, in place. They must not be changed, and are good as long as c is kept.
func Column[T Number](c *Columns, i int) []T {
	raw := c.columns[i]
	var zero T
	n := len(raw) / int(unsafe.Sizeof(zero))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(raw))), n)
}

// Bytes gives numbers as the bytes that they are in memory.
func Bytes[T Number](numbers []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(numbers))), len(numbers)*int(unsafe.Sizeof(zero)))
}
