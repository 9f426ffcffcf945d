package spell

import (
	"cmp"
	"maps"
	"slices"
)

// unknown is the code of characters that a table does not have. No word of a table holds it.
const unknown = 255

// commonest lists the characters of words by code: the commonest, as many as there are codes, ascending.
func commonest(words []Word) []rune {
	counts := map[rune]int{}
	for _, w := range words {
		for _, r := range w.Text {
			counts[r]++
		}
	}
	letters := slices.SortedFunc(maps.Keys(counts), func(a, b rune) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	letters = letters[:min(len(letters), maxCode)]
	slices.Sort(letters) // so that codes order words as their texts do
	return letters
}

func (t *Table) setLetters(letters []rune) {
	t.letters, t.codes = letters, make(map[rune]byte, len(letters))
	for i, r := range letters {
		t.codes[r] = byte(i + 1)
	}
}

func (t *Table) encode(text string) []byte {
	return t.appendCode(make([]byte, 0, len(text)), text, maxWord+1)
}

// appendCode writes a text in codes, up to some length.
func (t *Table) appendCode(to []byte, text string, most int) []byte {
	for _, r := range text {
		if len(to) == most {
			break
		}
		code, ok := t.codes[r]
		if !ok {
			code = unknown
		}
		to = append(to, code)
	}
	return to
}

func (t *Table) decode(to []rune, code []byte) []rune {
	for _, c := range code {
		to = append(to, t.letters[c-1])
	}
	return to
}
