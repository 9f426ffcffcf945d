package spell

import "sort"

// Between lists the words that begin and end with the given letters and have so many between them, ascending.
func (t *Table) Between(first, last rune, between int) []Word {
	if t.Len() == 0 || between < 0 {
		return nil
	}
	head, tail := t.codes[first], t.codes[last]
	from := sort.Search(t.Len(), func(i int) bool { return t.words.of(uint32(i))[0] >= head })
	var words []Word
	for i := from; i < t.Len(); i++ {
		word := t.words.of(uint32(i))
		if word[0] != head {
			break
		}
		if len(word) == between+2 && word[len(word)-1] == tail {
			words = append(words, Word{string(t.decode(nil, word)), t.uses[i]})
		}
	}
	return words
}
