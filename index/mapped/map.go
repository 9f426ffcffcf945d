// Package mapped keeps columns of numbers in files that are read where they lie: mapped into memory they are open in
// milliseconds and take no heap. A file is bound to what it was made from by a key, and says by a checksum whether it is
// whole; one that is not is an error, never another answer. It holds numbers as the processor does, so that a file of
// another kind of machine has another key.
package mapped

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/blevesearch/mmap-go"
)

// Map is a file in memory, which stays there until nothing refers to the Map. Slices of its bytes do not count: whoever
// keeps them keeps the Map.
type Map struct {
	bytes []byte
}

// Open maps a file, which must not be empty, for reading.
func Open(path string) (*Map, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the mapping outlives it
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("map %s: the file is empty", path)
	}
	bytes, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	m := &Map{bytes: bytes}
	runtime.AddCleanup(m, func(bytes mmap.MMap) {
		_ = bytes.Unmap() // nobody to tell, and nothing lost
	}, bytes)
	return m, nil
}

// Bytes are the contents of the file. They must not be changed.
func (m *Map) Bytes() []byte { return m.bytes }

// Spill writes bytes to a file, one part after another, and maps it. Where the system lets it, the file is gone when the mapping
// is; what it holds need not outlive the process.
func Spill(path string, parts ...[]byte) (*Map, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	for _, b := range parts {
		if _, err = f.Write(b); err != nil {
			break
		}
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	m, err := Open(path)
	removed := os.Remove(path)
	if err != nil {
		return nil, errors.Join(err, removed)
	}
	return m, nil // if the file is left, it goes with its directory
}
