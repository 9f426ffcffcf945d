package search

// A text of one or two words names what is wanted, and a package must have them. One of many describes it, in
// words of which the package itself may use few. So the more words there are, the less it costs to lack one, and
// the more it counts that the package says little else: that the text covers its name and its description.

// namingWords of a text name what is wanted; any more describe it.
const namingWords = 2

// detailOf tells how much of a description a text of so many words is: 0 up to two, approaching 1.
func detailOf(words int) float64 { return 1 - namingWords/float64(max(namingWords, words)) }

// minDescription is the length in words below which a description says too little to be covered.
const minDescription = 3

// shareOf is the share of a field's words that the query has, in [0,1]; a field of fewer words than least
// counts as one of so many.
func shareOf(found float64, words, least int) float64 {
	return min(1, found/float64(max(least, words)))
}

// tell notes that the description has what a term stands for, unless that only goes together with a word or is
// two of them written as one.
func (m *match) tell(t *term) {
	if len(t.slots) == 1 && !t.soft && !t.again {
		m.told[t.slots[0]] = true
	}
}

// toldWords is how many words of the description the query has, those of several that stand for one included.
func (m *match) toldWords() float64 {
	n := 0.0
	for _, told := range m.told {
		if told {
			n++
		}
	}
	return n
}
