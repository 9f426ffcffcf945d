package store

import (
	"fmt"
	"strings"
)

// Version is the three numbers of a semantic version in one that sorts as they do, 21 bits each; a number that is larger counts
// as the largest. A prerelease counts as the version that it leads to.
type Version uint64

const (
	versionBits   = 21
	versionNumber = 1<<versionBits - 1
)

// MaxVersion is not below any version.
const MaxVersion Version = 1<<(3*versionBits) - 1

// VersionOf packs three numbers.
func VersionOf(major, minor, patch uint64) Version {
	v := Version(0)
	for _, n := range []uint64{major, minor, patch} {
		v = v<<versionBits | Version(min(n, versionNumber))
	}
	return v
}

// String writes the three numbers with dots.
func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d", v>>(2*versionBits), v>>versionBits&versionNumber, v&versionNumber)
}

// ParseVersion reads a version of one to three numbers, and what versions it stands for: from the first to the
// last of them. 1 and 1.x are all whose first number is 1; 1.2.3, 1.2.3-beta and v1.2.3+build are 1.2.3 alone. "*" and "x" are all versions.
func ParseVersion(s string) (from, to Version, ok bool) {
	s = strings.TrimLeft(strings.TrimSpace(s), "vV=")
	if s = strings.TrimSpace(s); s == "" {
		return 0, 0, false
	}
	given := 0
	for open := true; given < 3 && open; given++ {
		n, rest, digits := leading(s)
		if !digits {
			rest, wild := cutWildcard(s)
			if !wild || strings.Trim(rest, ".xX*") != "" {
				return 0, 0, false
			}
			s = ""
			break
		}
		from = from<<versionBits | Version(n)
		if s, open = strings.CutPrefix(rest, "."); open && s == "" {
			return 0, 0, false
		}
	}
	if s != "" && (given < 3 || s[0] != '-' && s[0] != '+') {
		return 0, 0, false
	}
	open := (3 - given) * versionBits
	from <<= open
	return from, from | (1<<open - 1), true
}

// leading reads the digits at the head of s, and saturates.
func leading(s string) (n uint64, rest string, ok bool) {
	i := 0
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		n = min(n*10+uint64(s[i]-'0'), versionNumber)
	}
	return n, s[i:], i > 0
}

func cutWildcard(s string) (rest string, ok bool) {
	for _, w := range []string{"x", "X", "*"} {
		if rest, ok = strings.CutPrefix(s, w); ok {
			return rest, true
		}
	}
	return s, false
}
