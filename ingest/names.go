package ingest

import "strings"

const maxName = 512 // bytes

// ValidName tells whether name can be a package's: letters, digits and -._~!'()*, at most 512 bytes,
// with one @scope/ in front or none. Neither part begins with a dot, nor the name itself with an
// underscore. Case is kept and counts; node_modules and favicon.ico are refused in any case.
func ValidName(name string) bool {
	if len(name) > maxName || strings.EqualFold(name, "node_modules") || strings.EqualFold(name, "favicon.ico") {
		return false
	}
	if rest, scoped := strings.CutPrefix(name, "@"); scoped {
		scope, own, ok := strings.Cut(rest, "/")
		return ok && validPart(scope) && validPart(own) && own[0] != '_'
	}
	return validPart(name) && name[0] != '_'
}

func validPart(s string) bool {
	if s == "" || s[0] == '.' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !letterOrDigit(c) && !strings.ContainsRune("-._~!'()*", rune(c)) {
			return false
		}
	}
	return true
}

func letterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// unscoped is the name without its scope.
func unscoped(name string) string {
	return name[strings.IndexByte(name, '/')+1:]
}
