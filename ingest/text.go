package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// mend replaces what is not UTF-8 in b[from:] by U+FFFD, one for each maximal part of a sequence, as
// the Unicode standard recommends (chapter 3, "U+FFFD substitution of maximal subparts").
func mend(b []byte, from int) []byte {
	if utf8.Valid(b[from:]) {
		return b
	}
	bad := append([]byte(nil), b[from:]...)
	b = b[:from]
	for len(bad) > 0 {
		r, n := utf8.DecodeRune(bad)
		if r == utf8.RuneError && n == 1 {
			n = subpart(bad)
		}
		b = utf8.AppendRune(b, r)
		bad = bad[n:]
	}
	return b
}

// subpart is the length of the longest front of b that could begin a UTF-8 sequence, at least 1.
func subpart(b []byte) int {
	low, high, more := byte(0x80), byte(0xBF), 0
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		more = 1
	case c >= 0xE0 && c <= 0xEF:
		more = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		more = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for n <= more && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// edge is the largest n <= limit at which valid UTF-8 can be cut.
func edge[T string | []byte](s T, limit int) int {
	if len(s) <= limit {
		return len(s)
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return limit
}

// dropped tells the characters that never reach a record: controls but tab and newline, bidi
// controls, and the invisible U+200B, U+2060 and U+FEFF. The joiners U+200C and U+200D stay, since
// scripts and emoji need them.
func dropped(r rune) bool {
	switch {
	case r == '\t' || r == '\n':
		return false
	case r < 0x20 || r >= 0x7F && r <= 0x9F:
		return true
	case r < 0x061C:
		return false
	case r == 0x061C || r == 0x200E || r == 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r == 0x200B || r == 0x2060 || r == 0xFEFF
}

// clean removes what is dropped and composes the rest (NFC). Lines stay as they are.
func clean(s string) string {
	ascii := true
	for i := range len(s) {
		if c := s[i]; c >= 0x7F || c < ' ' && c != '\n' && c != '\t' {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if dropped(r) {
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(s)
}

// oneLine is clean text with every run of white space made one blank and none at the ends.
func oneLine(s string) string {
	s = clean(s)
	blank := true // whether a blank here would be one too many
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c < ' ' || c == ' ' && blank {
			return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
		}
		blank = c == ' '
	}
	return strings.TrimSuffix(s, " ")
}

// clip cuts one-line text to at most n code points.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return strings.TrimRight(s[:i], " ")
		}
		n--
	}
	return s
}

const (
	maxDescription = 512      // code points
	maxReadme      = 64 << 10 // bytes
	// noReadme is what npm itself writes where a package has none.
	noReadme = "ERROR: No README data found!"
)

// readmeText is a README as it is kept.
func readmeText(s string) string {
	s = clean(strings.ReplaceAll(s, "\r\n", "\n"))
	if strings.TrimSpace(s) == noReadme {
		return ""
	}
	return s[:edge(s, maxReadme)]
}
