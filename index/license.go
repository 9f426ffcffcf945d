package index

import (
	"slices"
	"strings"
	"unicode"
)

// LicenseTerms gives the folded identifiers that a licence names, sorted: of an SPDX expression each of its licences
// and exceptions, whether joined by OR, AND or WITH; of a well-known spelling its SPDX identifier; of anything
// else, its whole folded text.
func LicenseTerms(license string) []string {
	text := strings.Join(strings.FieldsFunc(Fold(license), func(r rune) bool {
		return unicode.IsSpace(r) || r == '(' || r == ')'
	}), " ")
	if text == "" {
		return nil
	}
	var terms []string
	for _, id := range splitExpression(text) {
		if id = spdx(id); strings.Contains(id, " ") && id != text {
			return []string{text} // prose with an "and" in it
		}
		terms = append(terms, id)
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// splitExpression cuts a folded text at its operators.
func splitExpression(text string) []string {
	var parts []string
	var part []string
	for word := range strings.FieldsSeq(text) {
		if word != "or" && word != "and" && word != "with" {
			part = append(part, word)
			continue
		}
		if len(part) == 0 {
			return []string{text}
		}
		parts = append(parts, strings.Join(part, " "))
		part = nil
	}
	if len(part) == 0 {
		return []string{text}
	}
	return append(parts, strings.Join(part, " "))
}

// spdx gives the identifier that is meant by a common spelling that is none. "BSD" and "GPL" stay: which is not said.
func spdx(folded string) string {
	switch strings.TrimPrefix(folded, "the ") {
	case "mit license", "mit licence", "mit/x11", "x11/mit", "expat":
		return "mit"
	case "isc license":
		return "isc"
	case "apache 2", "apache2", "apache 2.0", "apache-2", "apache2.0", "apache license 2.0", "apache license, version 2.0",
		"apache license version 2.0", "apache v2", "apachev2", "apache license, 2.0", "asl 2.0":
		return "apache-2.0"
	case "bsd-2", "bsd 2-clause", "2-clause bsd", "bsd2", "simplified bsd":
		return "bsd-2-clause"
	case "bsd-3", "bsd 3-clause", "3-clause bsd", "bsd3", "new bsd", "new bsd license":
		return "bsd-3-clause"
	case "gplv2", "gpl-2", "gpl2", "gpl v2":
		return "gpl-2.0"
	case "gplv3", "gpl-3", "gpl3", "gpl v3":
		return "gpl-3.0"
	case "lgplv3", "lgpl-3", "lgpl3":
		return "lgpl-3.0"
	case "agplv3", "agpl-3", "agpl3":
		return "agpl-3.0"
	case "mpl 2.0", "mpl-2", "mpl2", "mozilla public license 2.0":
		return "mpl-2.0"
	case "cc0", "cc0 1.0":
		return "cc0-1.0"
	case "the unlicense":
		return "unlicense"
	}
	return folded
}
