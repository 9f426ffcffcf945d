package index

import "bytes"

// maxOrdered bounds the words of a text that are looked for one by one.
const maxOrdered = 8

// inOrder offers names that have all the words typed in their order, others between them perhaps; the
// last word need only be begun.
func (c *completer) inOrder(segments []*Segment) {
	words := typedWords(c.typed)
	if len(words) < 2 || len(words) > maxOrdered {
		return
	}
	for _, s := range segments {
		st := s.completions()
		from, to := st.rarest(words)
		st.heavy(from, to, func(best float32) bool { return best >= c.floor(tierInOrder) }, func(i int) {
			doc := st.docs[i]
			if weight := s.completionWeight(doc, false); weight >= c.floor(tierInOrder) && inOrder(st.name(doc), words) {
				c.offer(s, doc, tierInOrder, weight)
			}
		})
	}
}

func typedWords(typed []byte) [][]byte {
	return bytes.FieldsFunc(typed, func(r rune) bool { return r == '-' })
}

// rarest is the shortest of the ranges in which every name with all the words must have a place.
func (s *starts) rarest(words [][]byte) (from, to int) {
	from, to = s.between(words[len(words)-1])
	for _, w := range words[:len(words)-1] {
		f, t := s.between(append(w[:len(w):len(w)], '-'))
		if t-f < to-from {
			from, to = f, t
		}
	}
	return from, to
}

// inOrder tells whether a folded name has the words in order, the last one begun at least.
func inOrder(name []byte, words [][]byte) bool {
	for part := range bytes.SplitSeq(name, []byte{'-'}) {
		if len(words) == 1 && bytes.HasPrefix(part, words[0]) {
			return true
		}
		if len(words) > 1 && bytes.Equal(part, words[0]) {
			words = words[1:]
		}
	}
	return false
}
