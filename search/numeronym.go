package search

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Letters that a numeronym stands for between its first and last. Fewer are rather a name: e2e, w3c, k3s.
const (
	minBetween = 5
	maxBetween = 60
)

// numeronym reads a word like "i18n", which stands for any word that begins with its first letter, ends with its
// last and has so many letters between them.
func numeronym(word string) (first, last rune, between int, ok bool) {
	first, head := utf8.DecodeRuneInString(word)
	last, tail := utf8.DecodeLastRuneInString(word)
	if head+tail >= len(word) || !unicode.IsLetter(first) || !unicode.IsLetter(last) {
		return 0, 0, 0, false
	}
	digits := word[head : len(word)-tail]
	between, err := strconv.Atoi(digits)
	if err != nil || between < minBetween || between > maxBetween || strconv.Itoa(between) != digits {
		return 0, 0, 0, false
	}
	return first, last, between, true
}
