package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrTooLarge is what a Spool answers once more than its maximum was written to it.
var ErrTooLarge = errors.New("document too large")

const (
	spoolMemory = 8 << 20   // most packuments are below 1 MiB, so that few touch the disk
	spoolMax    = 256 << 20 // registries cap a packument at 100 MB
)

// Spool holds one document so that it can be read more than once: in memory while it is small, in a
// temporary file when it is not. Write it first, then read and seek; Reset makes room for the next.
type Spool struct {
	// Max is the most bytes that are taken, 256 MiB when zero. Past it Write, Read and Seek give
	// ErrTooLarge.
	Max int64

	limit int64
	dir   string
	mem   []byte
	file  *os.File
	size  int64
	pos   int64
	over  bool
}

// NewSpool makes a spool that holds up to limit bytes in memory (8 MiB when 0) and puts its file into
// dir (the system's directory for such when "").
func NewSpool(limit int64, dir string) *Spool {
	return &Spool{limit: limit, dir: dir}
}

// Write appends to the document.
func (s *Spool) Write(p []byte) (int, error) {
	top, limit := s.Max, s.limit
	if top <= 0 {
		top = spoolMax
	}
	if limit <= 0 {
		limit = spoolMemory
	}
	if s.over = s.over || s.size+int64(len(p)) > top; s.over {
		return 0, fmt.Errorf("%w: over %d MiB", ErrTooLarge, top>>20)
	}
	if s.file == nil && s.size+int64(len(p)) <= limit {
		s.mem = append(s.mem, p...)
		s.size += int64(len(p))
		return len(p), nil
	}
	if s.file == nil {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	n, err := s.file.WriteAt(p, s.size)
	s.size += int64(n)
	return n, err
}

// spill moves the document from memory into a file. The file loses its name at once where the system
// allows that, so that a crash leaves nothing behind.
func (s *Spool) spill() error {
	f, err := os.CreateTemp(s.dir, "pkgsearch-*.json")
	if err != nil {
		return fmt.Errorf("make a temporary file: %w", err)
	}
	_ = os.Remove(f.Name())
	if _, err := f.Write(s.mem); err != nil {
		return errors.Join(fmt.Errorf("write temporary file: %w", err), f.Close(), removeLeft(f.Name()))
	}
	s.file, s.mem = f, nil
	return nil
}

// Read reads on from where the last Read or Seek ended.
func (s *Spool) Read(p []byte) (n int, err error) {
	switch {
	case s.over:
		return 0, ErrTooLarge
	case s.pos >= s.size:
		return 0, io.EOF
	case s.file == nil:
		n = copy(p, s.mem[s.pos:])
	default:
		n, err = s.file.ReadAt(p[:min(int64(len(p)), s.size-s.pos)], s.pos)
	}
	s.pos += int64(n)
	return n, err
}

// Seek is io.Seeker's.
func (s *Spool) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.pos
	case io.SeekEnd:
		offset += s.size
	}
	switch {
	case s.over:
		return 0, ErrTooLarge
	case offset < 0:
		return 0, errors.New("seek before the start of a document")
	}
	s.pos = offset
	return offset, nil
}

// Size is how many bytes were written.
func (s *Spool) Size() int64 { return s.size }

// Reset forgets the document. Memory that a large one took is given back.
func (s *Spool) Reset() error {
	s.size, s.pos, s.over = 0, 0, false
	s.mem = s.mem[:0]
	if cap(s.mem) > 1<<20 {
		s.mem = nil
	}
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return errors.Join(f.Close(), removeLeft(f.Name()))
}

// Close forgets the document and deletes its file.
func (s *Spool) Close() error { return s.Reset() }

// removeLeft deletes a file that may be deleted already.
func removeLeft(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
