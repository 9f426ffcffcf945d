package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxVersion = 256       // characters
	maxNumber  = 1<<53 - 1 // the largest integer that a JavaScript number holds exactly
)

// version is a cleaned semantic version. Build metadata is gone.
type version struct {
	text                string
	major, minor, patch uint64
	pre                 string // without the hyphen; "" for a stable version
}

// parseVersion cleans a version as node-semver does in loose mode: leading "v", "=" and blanks go,
// numbers lose leading zeros, a prerelease needs no hyphen ("0.0.6pre2" is 0.0.6-pre2), build
// metadata is dropped. Over 256 characters or with a main number over 2^53-1 it is invalid.
func parseVersion(s string) (version, bool) {
	if len(s) > maxVersion && utf8.RuneCountInString(s) > maxVersion {
		return version{}, false
	}
	raw := strings.TrimFunc(s, jsSpace)
	raw = strings.TrimLeftFunc(raw, func(r rune) bool { return r == 'v' || r == '=' || jsSpace(r) })

	var v version
	var ok bool
	rest := raw
	if v.major, rest, ok = leadingNumber(rest); !ok || !strings.HasPrefix(rest, ".") {
		return version{}, false
	}
	if v.minor, rest, ok = leadingNumber(rest[1:]); !ok || !strings.HasPrefix(rest, ".") {
		return version{}, false
	}
	patch := rest[1:]
	n := digits(patch)
	if n == 0 {
		return version{}, false
	}
	if v.pre, ok = prerelease(patch[n:]); !ok {
		// A pattern matcher would now give back digits of the patch: "1.2.34.5" is 1.2.3-4.5.
		if n--; n == 0 {
			return version{}, false
		}
		if v.pre, ok = prerelease(patch[n:]); !ok {
			return version{}, false
		}
	}
	if v.patch, ok = smallNumber(patch[:n]); !ok {
		return version{}, false
	}
	v.text = v.format(raw)
	return v, true
}

// format writes the version, sharing the memory of raw where that is already the clean form.
func (v *version) format(raw string) string {
	b := make([]byte, 0, len(raw)+8)
	b = appendNumber(b, v.major)
	b = appendNumber(append(b, '.'), v.minor)
	b = appendNumber(append(b, '.'), v.patch)
	if v.pre != "" {
		b = append(append(b, '-'), v.pre...)
	}
	if string(b) == raw {
		return raw
	}
	return string(b)
}

func appendNumber(b []byte, n uint64) []byte {
	if n >= 10 {
		b = appendNumber(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// compare orders by precedence (semver 2.0, section 11).
func (v *version) compare(w *version) int {
	for _, p := range [...][2]uint64{{v.major, w.major}, {v.minor, w.minor}, {v.patch, w.patch}} {
		if p[0] != p[1] {
			return order(p[0] < p[1])
		}
	}
	if v.pre == w.pre {
		return 0
	}
	if v.pre == "" || w.pre == "" {
		return order(v.pre != "")
	}
	a, b, moreA, moreB := v.pre, w.pre, true, true
	for moreA && moreB {
		var x, y string
		x, a, moreA = strings.Cut(a, ".")
		y, b, moreB = strings.Cut(b, ".")
		if c := compareIdentifiers(x, y); c != 0 {
			return c
		}
	}
	switch {
	case moreA == moreB:
		return 0
	default:
		return order(moreB)
	}
}

// compareIdentifiers: numbers by value and before words, words by bytes.
func compareIdentifiers(x, y string) int {
	numX, numY := digits(x) == len(x), digits(y) == len(y)
	switch {
	case numX != numY:
		return order(numX)
	case numX:
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if len(x) != len(y) {
			return order(len(x) < len(y))
		}
	}
	return strings.Compare(x, y)
}

func order(less bool) int {
	if less {
		return -1
	}
	return 1
}

// prerelease reads what follows the patch number: identifiers after a hyphen that may be missing, then
// build metadata that is dropped.
func prerelease(s string) (string, bool) {
	s, build, hasBuild := strings.Cut(s, "+")
	if hasBuild && !identifiers(build) {
		return "", false
	}
	if s == "" {
		return "", true
	}
	if after, ok := strings.CutPrefix(s, "-"); ok && identifiers(after) {
		s = after
	} else if !identifiers(s) {
		return "", false
	}
	if digits(s) == 0 && !strings.Contains(s, ".") {
		return s, true
	}
	ids := strings.Split(s, ".")
	for i, id := range ids {
		// A number too large for JavaScript stays the text it is.
		if n, ok := smallNumber(id); ok && n < maxNumber && id[0] == '0' {
			ids[i] = string(appendNumber(nil, n))
		}
	}
	return strings.Join(ids, "."), true
}

// identifiers tells whether s is one or more dot-separated runs of letters, digits and hyphens.
func identifiers(s string) bool {
	last := byte('.')
	for i := range len(s) {
		c := s[i]
		if c == '.' && last == '.' || c != '.' && c != '-' && !letterOrDigit(c) {
			return false
		}
		last = c
	}
	return last != '.'
}

func digits(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func leadingNumber(s string) (n uint64, rest string, ok bool) {
	i := digits(s)
	n, ok = smallNumber(s[:i])
	return n, s[i:], ok
}

// smallNumber reads a string of digits up to 2^53-1.
func smallNumber(s string) (uint64, bool) {
	if s == "" || digits(s) != len(s) {
		return 0, false
	}
	s = strings.TrimLeft(s, "0")
	if len(s) > 16 {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		n = n*10 + uint64(s[i]-'0')
	}
	return n, n <= maxNumber
}

// jsSpace is white space as JavaScript sees it.
func jsSpace(r rune) bool {
	return r == 0xFEFF || r != 0x85 && unicode.IsSpace(r)
}
