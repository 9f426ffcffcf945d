package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"strings"
	"unicode"

	"pkgsearch/index/store"
)

// starts is a sorted list of all places where a word of a folded name of one segment begins: what begins
// with a prefix stands together, and all prefixes make a tree that can be walked. About 9 bytes a place
// beside the names' text; a name has two to three places.
type starts struct {
	text  []byte    // folded names, each ended by a zero byte
	names []uint32  // where the name of each document begins in text
	at    []uint32  // where a word begins in text, in the order of what stands there
	docs  []uint32  // whose name that is, beside at
	same  []uint8   // bytes that a place shares with the one before, the ending zero included, at most 255
	best  []float32 // highest completion weight of each block of startsBlock places
	least []uint8   // lowest same of each block
}

const startsBlock = 64

// place is one start while the list is being sorted.
type place struct {
	head    uint64 // its first eight bytes, zeroes after the end of the name
	at, doc uint32
}

func newStarts(c *column) *starts {
	s := &starts{names: make([]uint32, 0, c.Len())}
	var places []place
	for doc := range c.Len() {
		begin := len(s.text)
		s.names = append(s.names, uint32(begin))
		typed := asTyped(c.Name(uint32(doc)))
		s.text = append(append(s.text, typed...), 0)
		for i := range typed {
			if i == 0 || typed[i-1] == '-' && typed[i] != '-' {
				places = append(places, place{head(typed[i:]), uint32(begin + i), uint32(doc)})
			}
		}
	}
	slices.SortFunc(places, s.order)
	n := len(places)
	s.at, s.docs, s.same = make([]uint32, n), make([]uint32, n), make([]uint8, n)
	blocks := (n + startsBlock - 1) / startsBlock
	s.best, s.least = slices.Repeat([]float32{-1}, blocks), make([]uint8, blocks)
	for i, p := range places {
		s.at[i], s.docs[i] = p.at, p.doc
		block := i / startsBlock
		s.best[block] = max(s.best[block], c.completionWeight(p.doc, s.beginsName(i)))
		if i > 0 {
			s.same[i] = s.shared(s.at[i-1], p.at)
		}
		if i%startsBlock == 0 {
			s.least[block] = s.same[i]
		}
		s.least[block] = min(s.least[block], s.same[i])
	}
	return s
}

func head(text []byte) uint64 {
	var first [8]byte
	copy(first[:], text)
	return binary.BigEndian.Uint64(first[:])
}

func (s *starts) order(a, b place) int {
	if a.head != b.head {
		return cmp.Compare(a.head, b.head)
	}
	if a.head&0xff == 0 { // both have ended
		return cmp.Compare(a.at, b.at)
	}
	return cmp.Or(bytes.Compare(s.tail(a.at+8), s.tail(b.at+8)), cmp.Compare(a.at, b.at))
}

func (s *starts) shared(a, b uint32) uint8 {
	n := uint8(0)
	for n < 255 && s.text[a] == s.text[b] {
		n++
		if s.text[a] == 0 {
			break
		}
		a, b = a+1, b+1
	}
	return n
}

// tail is the folded name from a place to its end.
func (s *starts) tail(at uint32) []byte {
	rest := s.text[at:]
	return rest[:bytes.IndexByte(rest, 0)]
}

// name is a document's folded name.
func (s *starts) name(doc uint32) []byte { return s.tail(s.names[doc]) }

// beginsName tells whether the i-th place is where a name begins, not just a word of it.
func (s *starts) beginsName(i int) bool { return s.at[i] == s.names[s.docs[i]] }

// between gives the range of places that begin with the folded prefix. A prefix that ends with a zero byte
// is a whole tail.
func (s *starts) between(prefix []byte) (from, to int) {
	// What follows the end of a name is compared too, but the zero before it has decided by then.
	begins := func(i int) []byte {
		rest := s.text[s.at[i]:]
		return rest[:min(len(rest), len(prefix))]
	}
	from = sort.Search(len(s.at), func(i int) bool { return bytes.Compare(begins(i), prefix) >= 0 })
	to = from + sort.Search(len(s.at)-from, func(i int) bool { return !bytes.Equal(begins(from+i), prefix) })
	return from, to
}

// after is the first place after i that does not share its first n bytes, 1 to 255.
func (s *starts) after(i, n int) int {
	for i++; i < len(s.at); i++ {
		if i%startsBlock == 0 {
			for i < len(s.at) && int(s.least[i/startsBlock]) >= n {
				i += startsBlock
			}
			if i >= len(s.at) {
				break
			}
		}
		if int(s.same[i]) < n {
			return i
		}
	}
	return len(s.at)
}

// heavy visits the places of a range, but for blocks of which even the best weight is too low.
func (s *starts) heavy(from, to int, enough func(best float32) bool, visit func(i int)) {
	for i := from; i < to; {
		block := i / startsBlock
		end := min(to, (block+1)*startsBlock)
		if enough(s.best[block]) {
			for ; i < end; i++ {
				visit(i)
			}
		}
		i = end
	}
}

// asTyped folds a name or the beginning of one and writes every separator, and the space that people type
// instead, as a hyphen.
func asTyped(text string) []byte {
	out := []byte(Fold(strings.TrimLeftFunc(text, unicode.IsSpace)))
	for i, b := range out {
		switch b {
		case '.', '_', '~', '@', '/', '!', '\'', '(', ')', '*', ' ':
			out[i] = '-'
		case 0:
			out[i] = ' ' // ends a name in starts.text; no name holds it
		}
	}
	return out
}

// What a name weighs when completing, besides its downloads a month.
const (
	wholeNameBoost  = 100 // for one that begins as typed, against one of which only a later word does
	deprecatedShare = 0.1 // of its use for a deprecated one
)

// completionWeight orders completions; names that the registry holds weigh -1.
func (c *column) completionWeight(doc uint32, whole bool) float32 {
	r := c.Rank(doc)
	if r.Flags&store.FlagSecurityHeld != 0 {
		return -1
	}
	weight := float32(r.Downloads)
	if r.Flags&store.FlagDeprecated != 0 {
		weight *= deprecatedShare
	}
	if whole {
		weight *= wholeNameBoost
	}
	return weight
}

// completions builds the list when first asked: importing a registry must not pay for it.
func (c *column) completions() *starts {
	c.startsOnce.Do(func() { c.starts = newStarts(c) })
	return c.starts
}
