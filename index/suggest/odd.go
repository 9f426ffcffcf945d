package suggest

import (
	"encoding/binary"
	"fmt"
)

// oddName is a name of which a table's text has only the folded form.
type oddName struct {
	doc  uint32
	name string
}

// appendOdd writes how many there are and then of each its document, its length and its letters.
func appendOdd(to []byte, odd []oddName) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(len(odd)))
	for _, o := range odd {
		to = binary.LittleEndian.AppendUint32(to, o.doc)
		to = binary.LittleEndian.AppendUint32(to, uint32(len(o.name)))
		to = append(to, o.name...)
	}
	return to
}

func parseOdd(part []byte) (map[uint32]string, error) {
	get := binary.LittleEndian
	if len(part) < 4 {
		return nil, fmt.Errorf("%w: it does not say which names are odd", ErrDamaged)
	}
	odd, n := map[uint32]string{}, get.Uint32(part)
	part = part[4:]
	for range n {
		if len(part) < 8 || uint64(len(part)-8) < uint64(get.Uint32(part[4:])) {
			return nil, fmt.Errorf("%w: %d odd names do not fit", ErrDamaged, n)
		}
		size := get.Uint32(part[4:])
		odd[get.Uint32(part)] = string(part[8 : 8+size])
		part = part[8+size:]
	}
	return odd, nil
}
