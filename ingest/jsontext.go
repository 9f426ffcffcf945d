package ingest

import (
	"encoding/binary"
	"unicode/utf8"
)

// maxKey is how many bytes of a key are kept. No key anyone asks for is longer: names end at 512
// bytes, versions at 256.
const maxKey = 1024

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
