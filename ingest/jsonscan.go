package ingest

import (
	"errors"
	"fmt"
	"io"
)

const (
	// maxDepth is how deep arrays and objects may nest, the document itself being level 1.
	maxDepth = 1000
	// scanBuffer is the window on the source: large enough for most packuments to be read once.
	scanBuffer = 64 << 10
)

var errTooDeep = errors.New("nested too deep")

// syntaxError says what is wrong with a JSON text, and at which byte.
type syntaxError struct {
	at   int64
	what string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.what, e.at) }

// scanner walks a JSON text of any size through a window of fixed size. It holds to the grammar of
// RFC 8259 but for two things: invalid UTF-8 and lone surrogates are read as U+FFFD, and a byte
// order mark before the text is passed over. Strings are kept up to a limit that the caller gives,
// numbers are only recognised, never computed. Keys are compared as they are, case and all.
type scanner struct {
	src   io.ReadSeeker
	buf   []byte
	pos   int   // the next byte is buf[pos]
	n     int   // buf[:n] is filled
	base  int64 // where in src buf[0] came from
	depth int
	key   []byte // scratch for the key at hand, and for texts
}

// reset starts at the beginning of src, which is size bytes long.
func (s *scanner) reset(src io.ReadSeeker, size int64) error {
	want := int(min(max(size+1, 512), scanBuffer))
	if len(s.buf) < want {
		s.buf = make([]byte, want)
	}
	if s.key == nil {
		s.key = make([]byte, 0, 64)
	}
	s.src, s.pos, s.n, s.base, s.depth = src, 0, 0, 0, 0
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if size < 3 {
		return nil
	}
	err := s.fill()
	if s.n >= 3 && string(s.buf[:3]) == "\ufeff" {
		s.pos = 3
	}
	return err
}

// fill replaces the window, all of which has been read.
func (s *scanner) fill() error {
	s.base += int64(s.n)
	s.pos, s.n = 0, 0
	n, err := io.ReadAtLeast(s.src, s.buf, min(3, len(s.buf)))
	s.n = n
	switch {
	case n > 0:
		return nil
	case err == io.EOF:
		return s.fault("unexpected end")
	}
	return err
}

func (s *scanner) offset() int64 { return s.base + int64(s.pos) }

// seek goes to a byte that was passed before.
func (s *scanner) seek(to int64) error {
	if to >= s.base && to <= s.base+int64(s.n) {
		s.pos = int(to - s.base)
		return nil
	}
	if _, err := s.src.Seek(to, io.SeekStart); err != nil {
		return err
	}
	s.base, s.pos, s.n = to, 0, 0
	return nil
}

func (s *scanner) fault(what string) error { return &syntaxError{s.offset(), what} }

// token consumes blanks and the byte after them.
func (s *scanner) token() (byte, error) {
	for {
		for s.pos < s.n {
			c := s.buf[s.pos]
			s.pos++
			if c > ' ' {
				return c, nil
			}
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				s.pos--
				return 0, s.fault("unexpected control character")
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// peek consumes blanks and gives the byte after them, which tells the kind of the value there.
func (s *scanner) peek() (byte, error) {
	c, err := s.token()
	if err == nil {
		s.pos--
	}
	return c, err
}

// finish makes sure that nothing but blanks is left.
func (s *scanner) finish() error {
	_, err := s.peek()
	var se *syntaxError
	switch {
	case err == nil:
		return s.fault("text after the document")
	case errors.As(err, &se) && s.pos == s.n:
		return nil
	}
	return err
}

// next consumes one byte, blank or not.
func (s *scanner) next() (byte, error) {
	if s.pos == s.n {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	s.pos++
	return s.buf[s.pos-1], nil
}

// span passes over one object by its brackets and quotes alone: any depth and any fault inside, for others to find.
func (s *scanner) span() error {
	for depth, quoted := 0, false; ; {
		c, err := s.next()
		if err == nil && quoted && c == '\\' {
			_, err = s.next()
		}
		switch {
		case err != nil:
			return err
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			if depth--; depth == 0 {
				return nil
			}
		}
	}
}
