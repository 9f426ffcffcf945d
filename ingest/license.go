package ingest

import "strings"

const maxLicense = 128 // code points: every SPDX expression in use is shorter; what is longer is prose

// license reads a licence: a text, an object's type or name, or an array of these joined with OR.
func license(v value) (string, fit) {
	s, f := licenseText(v)
	if clip(s, maxLicense) != s {
		return "", blank
	}
	return s, f
}

func licenseText(v value) (string, fit) {
	switch v.kind {
	case text:
		s := v.line()
		return s, filled(s)
	case object:
		for _, key := range []string{"type", "name"} {
			if s := v.get(key).line(); s != "" {
				return s, good
			}
		}
		return "", wrong
	case array:
		var parts []string
		for _, item := range v.items {
			if item.kind == array {
				continue
			}
			if s, f := licenseText(item); f == good {
				parts = append(parts, s)
			}
		}
		s := strings.Join(parts, " OR ")
		return s, filled(s)
	}
	return "", wrong
}
