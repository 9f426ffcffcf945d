// Package spell finds the words of a fixed list that are a few slips of the finger from another word. It owns the
// tables for that and promises that a table finds exactly what a comparison with every one of its words would,
// in microseconds.
package spell

import (
	"cmp"
	"slices"
	"sync"

	"pkgsearch/index/slip"
)

// Limits of a table and of what is looked for in it.
const (
	MaxEdits  = 2                    // insertions, omissions, substitutions, and transpositions of neighbours
	MaxSought = 48                   // characters of a word that has neighbours
	maxWord   = MaxSought + MaxEdits // characters of a word in a table
	maxCode   = 254                  // different characters of a table
)

// Word is a word and how much it is used.
type Word struct {
	Text string
	Use  uint32
}

// Table holds words, ready to be searched by any number of goroutines. It never changes; nil and the zero
// value hold none.
type Table struct {
	letters  []rune        // by code, from 1; the commonest first
	codes    map[rune]byte // and back
	words    list          // in codes, ascending, and so are their texts
	uses     []uint32      // of each
	backward []uint32      // the same words in the order of their reversals

	fromStart, fromEnd trie
}

// New makes a table of words, no two of them the same. Those that are longer than anything Near can reach are
// left out, and so are those with characters that are not among the 254 commonest.
func New(words []Word) *Table {
	t := &Table{}
	words = slices.Clone(words)
	slices.SortFunc(words, func(a, b Word) int { return cmp.Compare(a.Text, b.Text) })
	t.setLetters(commonest(words))
	for _, w := range words {
		if code := t.encode(w.Text); 0 < len(code) && len(code) <= maxWord && !slices.Contains(code, unknown) {
			t.words.add(code)
			t.uses = append(t.uses, w.Use)
			t.backward = append(t.backward, uint32(len(t.backward)))
		}
	}
	slices.SortFunc(t.backward, func(a, b uint32) int { return compareBackward(t.words.of(a), t.words.of(b)) })
	t.build()
	return t
}

// Len is the number of words.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return len(t.words.ends)
}

// Near is a word near another one.
type Near struct {
	Text   string
	Likely float64 // slip.Likeness to the word sought
	Use    uint32
}

// Near lists the words that are at most some edits away from a word and used at least so much, the likeliest
// first, ties by text; at most so many of them. The word itself is left out. Words of fewer than two or more than
// 48 characters have no neighbours.
func (t *Table) Near(word string, edits int, least uint32, most int) []Near {
	edits = min(edits, MaxEdits)
	if t.Len() == 0 || edits < 1 || most < 1 {
		return nil
	}
	var buffer [maxWord + 1]byte
	sought := t.appendCode(buffer[:0], word, len(buffer))
	if len(sought) < 2 || len(sought) > MaxSought {
		return nil
	}
	s := seeker{table: t, least: least, sought: []rune(word)}
	s.seek(sought, edits)
	return s.best(most)
}

// build makes the tries of what else is set, on two processors if there are.
func (t *Table) build() {
	var other sync.WaitGroup
	other.Go(func() { t.fromStart = newTrie(texts{t.words.of, sharing(t.words.of, t.Len()), nil}, t.uses) })
	text := slices.Clone(t.words.text)
	slices.Reverse(text)
	whole := uint32(len(text))
	reversed := func(i uint32) []byte {
		from, to := t.words.span(t.backward[i])
		return text[whole-to : whole-from]
	}
	t.fromEnd = newTrie(texts{reversed, sharing(reversed, t.Len()), t.backward}, t.uses)
	other.Wait()
}

// sharing gives for each of n texts the length of what it shares with the one before.
func sharing(of func(uint32) []byte, n int) []uint8 {
	lengths := make([]uint8, n)
	for i := 1; i < n; i++ {
		lengths[i] = uint8(shared(of(uint32(i-1)), of(uint32(i))))
	}
	return lengths
}

// list is many texts in one.
type list struct {
	text []byte
	ends []uint32
}

func (l *list) add(text []byte) {
	l.text = append(l.text, text...)
	l.ends = append(l.ends, uint32(len(l.text)))
}

func (l *list) span(i uint32) (from, to uint32) {
	if i > 0 {
		from = l.ends[i-1]
	}
	return from, l.ends[i]
}

func (l *list) of(i uint32) []byte {
	from, to := l.span(i)
	return l.text[from:to]
}

// compareBackward orders words by their last letters first.
func compareBackward(a, b []byte) int {
	for i, j := len(a)-1, len(b)-1; i >= 0 && j >= 0; i, j = i-1, j-1 {
		if a[i] != b[j] {
			return cmp.Compare(a[i], b[j])
		}
	}
	return cmp.Compare(len(a), len(b))
}

// seeker gathers what one search finds.
type seeker struct {
	table  *Table
	least  uint32
	sought []rune
	found  []uint32 // numbers of words, some of them twice
}

// best orders what was found.
func (s *seeker) best(most int) []Near {
	slices.Sort(s.found)
	s.found = slices.Compact(s.found)
	type rated struct {
		id     uint32
		likely float64
	}
	var few [64]rated
	all := few[:0]
	var letters [maxWord]rune
	for _, id := range s.found {
		text := s.table.decode(letters[:0], s.table.words.of(id))
		if !slices.Equal(text, s.sought) {
			all = append(all, rated{id, slip.LikenessOf(s.sought, text)})
		}
	}
	t := s.table
	slices.SortFunc(all, func(a, b rated) int {
		if a.likely != b.likely {
			return cmp.Compare(b.likely, a.likely)
		}
		return cmp.Compare(a.id, b.id) // as their texts
	})
	near := make([]Near, min(len(all), most))
	for i := range near {
		id := all[i].id
		near[i] = Near{string(t.decode(letters[:0], t.words.of(id))), all[i].likely, t.uses[id]}
	}
	return near
}
