package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	// maxDepth is how deep arrays and objects may nest, the document itself being level 1.
	maxDepth = 1000
	// maxKey is how many bytes of a key are kept. No key anyone asks for is longer: names end at 512
	// bytes, versions at 256.
	maxKey = 1024
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

func (s *scanner) enter() error {
	if s.depth++; s.depth > maxDepth {
		return errTooDeep
	}
	return nil
}

// object walks the members of the object that comes next. fn must consume the value; key is good
// until it does. A key longer than maxKey comes as nil.
func (s *scanner) object(fn func(key []byte) error) error {
	if c, err := s.token(); err != nil {
		return err
	} else if c != '{' {
		s.pos--
		return s.fault("expected an object")
	}
	if err := s.enter(); err != nil {
		return err
	}
	c, err := s.token()
	for first := true; err == nil; first = false {
		if c == '}' && first {
			break
		}
		if c != '"' {
			s.pos--
			return s.fault("expected a key")
		}
		key, err := s.readKey()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		if err := fn(key); err != nil {
			return err
		}
		more, err := s.more('}')
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if c, err = s.token(); err != nil {
			return err
		}
	}
	s.depth--
	return err
}

// array walks the items of the array that comes next. fn must consume the item.
func (s *scanner) array(fn func() error) error {
	if c, err := s.token(); err != nil {
		return err
	} else if c != '[' {
		s.pos--
		return s.fault("expected an array")
	}
	if err := s.enter(); err != nil {
		return err
	}
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c == ']' {
		s.pos++
		s.depth--
		return nil
	}
	for {
		if err := fn(); err != nil {
			return err
		}
		more, err := s.more(']')
		if err != nil {
			return err
		}
		if !more {
			s.depth--
			return nil
		}
	}
}

// more consumes a comma (true) or the closing bracket (false).
func (s *scanner) more(closing byte) (bool, error) {
	c, err := s.token()
	switch {
	case err != nil:
		return false, err
	case c == ',':
		return true, nil
	case c == closing:
		return false, nil
	}
	s.pos--
	return false, s.fault("expected ',' or '" + string(rune(closing)) + "'")
}

func (s *scanner) expect(want byte) error {
	c, err := s.token()
	if err == nil && c != want {
		s.pos--
		err = s.fault("expected '" + string(rune(want)) + "'")
	}
	return err
}

// skip passes over one value, checking its grammar and keeping nothing.
func (s *scanner) skip() error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	switch {
	case c == '"':
		s.pos++
		return s.skipString()
	case c == '{':
		return s.skipObject()
	case c == '[':
		return s.array(s.skip)
	case c == '-' || c >= '0' && c <= '9':
		_, err := s.number(nil)
		return err
	}
	_, err = s.literal()
	return err
}

// skipObject is object without keeping keys: most of a packument passes through here.
func (s *scanner) skipObject() error {
	s.pos++
	if err := s.enter(); err != nil {
		return err
	}
	c, err := s.token()
	if err != nil {
		return err
	}
	if c == '}' {
		s.depth--
		return nil
	}
	for {
		if c != '"' {
			s.pos--
			return s.fault("expected a key")
		}
		if err := s.skipString(); err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		if err := s.skip(); err != nil {
			return err
		}
		more, err := s.more('}')
		if err != nil {
			return err
		}
		if !more {
			s.depth--
			return nil
		}
		if c, err = s.token(); err != nil {
			return err
		}
	}
}

// literal reads true, false or null and gives its first letter.
func (s *scanner) literal() (byte, error) {
	c, err := s.token()
	if err != nil {
		return 0, err
	}
	var rest string
	switch c {
	case 't':
		rest = "rue"
	case 'f':
		rest = "alse"
	case 'n':
		rest = "ull"
	default:
		s.pos--
		return 0, s.fault("unexpected character")
	}
	for i := range len(rest) {
		b, err := s.next()
		if err != nil {
			return 0, err
		}
		if b != rest[i] {
			return 0, s.fault("unknown word")
		}
	}
	return c, nil
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

// number passes over a number of any length and appends its first bytes to dst, as many as fit.
func (s *scanner) number(dst []byte) ([]byte, error) {
	take := func() {
		if len(dst) < cap(dst) {
			dst = append(dst, s.buf[s.pos])
		}
		s.pos++
	}
	at := func(set string) (bool, error) {
		if s.pos == s.n {
			if err := s.fill(); err != nil {
				return false, err
			}
		}
		for i := range len(set) {
			if s.buf[s.pos] == set[i] {
				return true, nil
			}
		}
		return false, nil
	}
	digits := func() error {
		for some := false; ; some = true {
			ok, err := at("0123456789")
			if err != nil {
				return err
			}
			if !ok {
				if !some {
					return s.fault("expected a digit")
				}
				return nil
			}
			take()
		}
	}
	if minus, err := at("-"); err != nil {
		return dst, err
	} else if minus {
		take()
	}
	if zero, err := at("0"); err != nil {
		return dst, err
	} else if zero {
		take()
		if digit, err := at("0123456789"); err != nil {
			return dst, err
		} else if digit {
			return dst, s.fault("number with a leading zero")
		}
	} else if err := digits(); err != nil {
		return dst, err
	}
	if point, err := at("."); err != nil {
		return dst, err
	} else if point {
		take()
		if err := digits(); err != nil {
			return dst, err
		}
	}
	if exp, err := at("eE"); err != nil || !exp {
		return dst, err
	}
	take()
	if sign, err := at("+-"); err != nil {
		return dst, err
	} else if sign {
		take()
	}
	return dst, digits()
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special tells whether one of eight bytes is a quote, a backslash or a control character.
func special(x uint64) bool {
	quote, slash := x^('"'*ones), x^('\\'*ones)
	return ((quote-ones)&^quote|(slash-ones)&^slash|(x-' '*ones)&^x)&highs != 0
}

// plain counts the bytes at the front of b that a string may hold as they are.
func plain(b []byte) int {
	i := 0
	for i+8 <= len(b) && !special(binary.LittleEndian.Uint64(b[i:])) {
		i += 8
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
		i++
	}
	return i
}

// skipString passes over the rest of a string whose opening quote is consumed.
func (s *scanner) skipString() error {
	for {
		s.pos += plain(s.buf[s.pos:s.n])
		c, err := s.next()
		switch {
		case err != nil:
			return err
		case c == '"':
			return nil
		case c == '\\':
			if _, _, err := s.escape(); err != nil {
				return err
			}
		case c < ' ':
			s.pos--
			return s.fault("control character in a string")
		}
	}
}

// escape reads what follows a backslash. A \u escape gives its code unit and true.
func (s *scanner) escape() (rune, bool, error) {
	c, err := s.next()
	if err != nil {
		return 0, false, err
	}
	switch c {
	case '"', '\\', '/':
		return rune(c), false, nil
	case 'b':
		return '\b', false, nil
	case 'f':
		return '\f', false, nil
	case 'n':
		return '\n', false, nil
	case 'r':
		return '\r', false, nil
	case 't':
		return '\t', false, nil
	case 'u':
		var unit rune
		for range 4 {
			h, err := s.next()
			if err != nil {
				return 0, false, err
			}
			switch {
			case h >= '0' && h <= '9':
				h -= '0'
			case h >= 'a' && h <= 'f':
				h -= 'a' - 10
			case h >= 'A' && h <= 'F':
				h -= 'A' - 10
			default:
				return 0, false, s.fault("bad \\u escape")
			}
			unit = unit<<4 | rune(h)
		}
		return unit, true, nil
	}
	return 0, false, s.fault("unknown escape")
}

// readKey reads a key whose opening quote is consumed.
func (s *scanner) readKey() ([]byte, error) {
	if i := plain(s.buf[s.pos:s.n]); s.pos+i < s.n && s.buf[s.pos+i] == '"' && i <= maxKey {
		key := s.buf[s.pos : s.pos+i]
		if utf8.Valid(key) {
			s.key = append(s.key[:0], key...) // the window may move before the key is used
			s.pos += i + 1
			return s.key, nil
		}
	}
	key, cut, err := s.text(s.key[:0], maxKey)
	s.key = key
	if cut {
		return nil, err
	}
	return key, err
}

// text reads a string whose opening quote is consumed and appends it to dst as valid UTF-8. At most
// limit bytes are kept; cut says that there were more.
func (s *scanner) text(dst []byte, limit int) (_ []byte, cut bool, err error) {
	var high rune // a high surrogate that waits for its other half
	start := len(dst)
	put := func(r rune) {
		if dst = utf8.AppendRune(dst, r); len(dst)-start > limit {
			cut = true
		}
	}
	settle := func() {
		if high != 0 {
			put(utf8.RuneError)
			high = 0
		}
	}
	for {
		if i := plain(s.buf[s.pos:s.n]); i > 0 {
			settle()
			// Some bytes over the limit are taken, so that the cut falls between whole characters.
			room := max(limit+utf8.UTFMax-(len(dst)-start), 0)
			dst = append(dst, s.buf[s.pos:s.pos+min(i, room)]...)
			cut = cut || len(dst)-start > limit
			s.pos += i
		}
		c, err := s.next()
		switch {
		case err != nil:
			return dst, cut, err
		case c == '"':
			settle()
			dst = mend(dst, start)
			if len(dst)-start > limit {
				cut = true
				dst = dst[:start+edge(dst[start:], limit)]
			}
			return dst, cut, nil
		case c < ' ':
			s.pos--
			return dst, cut, s.fault("control character in a string")
		case c != '\\': // the window ended within plain bytes
			s.pos--
			continue
		}
		r, unit, err := s.escape()
		if err != nil {
			return dst, cut, err
		}
		switch {
		case cut:
		case unit && r >= 0xDC00 && r <= 0xDFFF && high != 0:
			put(0x10000 + (high-0xD800)<<10 + r - 0xDC00)
			high = 0
		case unit && r >= 0xD800 && r <= 0xDBFF:
			settle()
			high = r
		default:
			settle()
			put(r) // a lone low surrogate is written as U+FFFD
		}
	}
}
