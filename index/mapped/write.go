package mapped

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"os"
)

// Write makes a file of columns, each of which is given in pieces, and makes it durable. It takes the place of one
// that is there in one step; who has that one mapped keeps it.
func Write(path string, key Key, columns [][][]byte) error {
	aside := path + ".new"
	if err := makeAside(aside, func(f *os.File) error { return write(f, key, columns) }); err != nil {
		return err
	}
	return PutInPlace(aside, path)
}

func write(f *os.File, key Key, columns [][][]byte) error {
	w := bufio.NewWriterSize(f, 1<<20)
	at, sum := uint64(0), uint32(0)
	put := func(b []byte) error {
		at += uint64(len(b))
		sum = crc32.Update(sum, castagnoli(), b)
		_, err := w.Write(b)
		return err
	}
	header := append([]byte(magic), key[:]...)
	header = binary.BigEndian.AppendUint64(header, uint64(len(columns)))
	for _, pieces := range columns {
		size := 0
		for _, b := range pieces {
			size += len(b)
		}
		header = binary.BigEndian.AppendUint64(header, uint64(size))
	}
	if err := put(header); err != nil {
		return err
	}
	for _, pieces := range columns {
		if err := put(make([]byte, padding(at))); err != nil {
			return err
		}
		for _, b := range pieces {
			if err := put(b); err != nil {
				return err
			}
		}
	}
	if err := put(binary.BigEndian.AppendUint32(nil, sum)); err != nil {
		return err
	}
	return w.Flush()
}
