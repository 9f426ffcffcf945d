package index

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"pkgsearch/index/store"
)

// starts finds the names of one segment that begin with a prefix, or of which a word does, best first.
// It is a sorted list of all places where a word of a folded name begins, with the best rank of each
// block, so that a prefix costs two binary searches and a walk over its best blocks.
type starts struct {
	text  []byte    // folded names, each ended by a zero byte
	at    []uint32  // where a word begins in text, in the order of what stands there
	docs  []uint32  // whose name that is, beside at
	names []uint32  // where the name of each document begins in text
	best  []float32 // highest completion weight of each block of startsBlock places
}

const startsBlock = 64

func newStarts(c *column) *starts {
	s := &starts{}
	for doc := range c.ends {
		name := c.Name(uint32(doc))
		begin := len(s.text)
		s.names = append(s.names, uint32(begin))
		typed := asTyped(name)
		s.text = append(append(s.text, typed...), 0)
		s.add(begin, doc)
		for i := 1; i < len(typed); i++ {
			if typed[i-1] == '-' && typed[i] != '-' {
				s.add(begin+i, doc)
			}
		}
	}
	order := make([]uint32, len(s.at))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(bytes.Compare(s.tail(s.at[a]), s.tail(s.at[b])), cmp.Compare(s.at[a], s.at[b]))
	})
	at, docs := make([]uint32, len(order)), make([]uint32, len(order))
	for i, o := range order {
		at[i], docs[i] = s.at[o], s.docs[o]
	}
	s.at, s.docs = at, docs
	s.best = make([]float32, (len(at)+startsBlock-1)/startsBlock)
	for i, doc := range docs {
		s.best[i/startsBlock] = max(s.best[i/startsBlock], c.completionWeight(doc, s.beginsName(i)))
	}
	return s
}

func (s *starts) add(at, doc int) {
	s.at = append(s.at, uint32(at))
	s.docs = append(s.docs, uint32(doc))
}

// tail is the folded name from a place to its end.
func (s *starts) tail(at uint32) []byte {
	rest := s.text[at:]
	return rest[:bytes.IndexByte(rest, 0)]
}

// beginsName tells whether the i-th place is where a name begins, not just a word of it.
func (s *starts) beginsName(i int) bool {
	return s.at[i] == 0 || s.text[s.at[i]-1] == 0
}

// between gives the range of places that begin with the folded prefix.
func (s *starts) between(prefix []byte) (from, to int) {
	from = sort.Search(len(s.at), func(i int) bool { return bytes.Compare(s.tail(s.at[i]), prefix) >= 0 })
	to = from + sort.Search(len(s.at)-from, func(i int) bool { return !bytes.HasPrefix(s.tail(s.at[from+i]), prefix) })
	return from, to
}

// asTyped folds a name or a prefix of one and writes every separator, and the space that people type
// instead, as a hyphen.
func asTyped(text string) []byte {
	out := []byte(Fold(text))
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

// Completion is a name that completes a prefix.
type Completion struct {
	Name   string
	Weight float32 // by use: see completionWeight
}

// before orders completions: the most used first, then by name.
func (a Completion) before(b Completion) bool {
	if a.Weight != b.Weight {
		return a.Weight > b.Weight
	}
	return a.Name < b.Name
}

// Complete gives at most k names that begin with the prefix, or of which a word does, without regard to
// case and separators, the most used first. A name that itself begins so counts wholeNameBoost times.
func (v *View) Complete(prefix string, k int) []Completion {
	typed := asTyped(strings.TrimLeftFunc(prefix, unicode.IsSpace))
	if len(typed) == 0 || k <= 0 {
		return nil
	}
	var top []Completion
	keep := func(c Completion) {
		at, found := slices.BinarySearchFunc(top, c, func(a, b Completion) int {
			switch {
			case a.before(b):
				return -1
			case b.before(a):
				return 1
			}
			return 0
		})
		if !found && at < k {
			top = slices.Insert(top, at, c)
			top = top[:min(len(top), k)]
		}
	}
	for _, s := range v.segments {
		s.complete(typed, func() (float32, bool) {
			if len(top) < k {
				return 0, false
			}
			return top[k-1].Weight, true
		}, keep)
	}
	return top
}

// complete offers the segment's candidates, leaving out blocks that cannot reach the worst one kept.
func (s *Segment) complete(typed []byte, worst func() (float32, bool), keep func(Completion)) {
	st := s.completions()
	from, to := st.between(typed)
	for i := from; i < to; {
		block := i / startsBlock
		end := min(to, (block+1)*startsBlock)
		if least, full := worst(); full && st.best[block] < least {
			i = end
			continue
		}
		for ; i < end; i++ {
			doc, whole := st.docs[i], st.beginsName(i)
			if s.Deleted(doc) || !whole && bytes.HasPrefix(st.text[st.names[doc]:], typed) {
				continue // a name that also begins so is offered where it begins
			}
			keep(Completion{s.Name(doc), s.completionWeight(doc, whole)})
		}
	}
}

// wholeNameBoost is how much more use a name must have to stand above one that begins as typed when only
// a later word of it does.
const wholeNameBoost = 10

// completionWeight orders completions by downloads a month; names that the registry holds weigh nothing.
func (c *column) completionWeight(doc uint32, whole bool) float32 {
	r := c.ranks[doc]
	switch {
	case r.Flags&store.FlagSecurityHeld != 0:
		return 0
	case whole:
		return wholeNameBoost * float32(r.Downloads)
	}
	return float32(r.Downloads)
}

// completions builds the list when first asked: importing a registry must not pay for it.
func (c *column) completions() *starts {
	c.startsOnce.Do(func() { c.starts = newStarts(c) })
	return c.starts
}
