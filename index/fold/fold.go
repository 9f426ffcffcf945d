// Package fold gives the form in which text is compared.
package fold

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Text unifies compatibility forms and removes case and Latin accents.
// Text(x) = Text(NFC(x)) = Text(NFD(x)), and folding twice changes nothing.
func Text(s string) string {
	if IsASCII(s) {
		return strings.ToLower(s)
	}
	// Lower case at last: Cherokee folds to capitals and back.
	decomposed := norm.NFKD.String(strings.ToLower(cases.Fold().String(norm.NFKD.String(s))))
	bare := strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f { // combining diacritical marks; other scripts' marks carry meaning
			return -1
		}
		return r
	}, decomposed)
	return norm.NFC.String(bare)
}

// IsASCII tells whether the text has no byte above 0x7f.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
