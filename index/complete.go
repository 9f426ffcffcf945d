package index

import (
	"bytes"
	"context"
	"math"
	"slices"
)

// Completion is a name that completes what is being typed.
type Completion struct {
	Name   string
	Weight float32 // by use, comparable within a tier
	tier   tier
}

// tier says why a name completes a text, the best reason first.
type tier uint8

const (
	tierNamed   tier = iota // the text is the name, and long enough to mean no other
	tierBegins              // the name or a word of it begins so
	tierInOrder             // the name has all the words in their order
	tierSlipped             // the name or a word of it begins so but for a slip or two
	tierHeld                // any of these, of a name that the registry holds
)

// before orders completions: by tier, then the most used first, then by name.
func (a Completion) before(b Completion) bool {
	switch {
	case a.tier != b.tier:
		return a.tier < b.tier
	case a.Weight != b.Weight:
		return a.Weight > b.Weight
	}
	return a.Name < b.Name
}

// completer collects the k best completions of one text.
type completer struct {
	typed   []byte // as places in the lists of starts are written
	written string // folded only
	k       int
	top     []Completion // best first, no name twice
}

// Complete gives at most k names that complete a text, without regard to case and separators: a long
// name typed in full, then names that begin so or of which a word does, the most used first. When these are
// too few, names that have all the words of the text in order, and then names that begin so but for slips
// of the finger.
func (v *View) Complete(ctx context.Context, text string, k int) ([]Completion, error) {
	c := &completer{typed: asTyped(text), written: Fold(text), k: k}
	if len(c.typed) == 0 || k <= 0 {
		return nil, nil
	}
	for _, s := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.named(s)
		c.begins(s)
	}
	if c.wants(tierInOrder) {
		c.inOrder(v.segments)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.wants(tierSlipped) {
		c.slipped(v.segments)
	}
	return c.top, nil
}

// wants tells whether anything of a tier can still be kept.
func (c *completer) wants(t tier) bool { return c.floor(t) < nothing }

// nothing weighs so much.
const nothing = math.MaxFloat32

// floor is the least weight with which something of a tier is kept.
func (c *completer) floor(t tier) float32 {
	if len(c.top) < c.k {
		return -1
	}
	switch worst := c.top[c.k-1]; {
	case worst.tier > t:
		return -1
	case worst.tier < t:
		return nothing
	default:
		return worst.Weight
	}
}

// offer keeps a document's name if it is among the k best; a name offered again counts where it is better.
func (c *completer) offer(s *Segment, doc uint32, t tier, weight float32) {
	if weight < c.floor(t) || s.Deleted(doc) {
		return
	}
	if weight < 0 {
		t, weight = tierHeld, -1
	}
	name := s.Name(doc)
	n := Completion{name, weight, t}
	if old := slices.IndexFunc(c.top, func(o Completion) bool { return o.Name == name }); old >= 0 {
		if !n.before(c.top[old]) {
			return
		}
		c.top = slices.Delete(c.top, old, old+1)
	}
	at, _ := slices.BinarySearchFunc(c.top, n, func(a, b Completion) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	if at < c.k {
		c.top = slices.Insert(c.top, at, n)
		c.top = c.top[:min(len(c.top), c.k)]
	}
}

// named offers the names that are the text.
func (c *completer) named(s *Segment) {
	st := s.completions()
	from, to := st.between(append(c.typed[:len(c.typed):len(c.typed)], 0))
	for i := from; i < to; i++ {
		if doc := st.docs[i]; st.beginsName(i) {
			t := tierBegins
			if len(c.typed) >= namedFrom && Fold(s.Name(doc)) == c.written {
				t = tierNamed
			}
			c.offer(s, doc, t, namedWeight(s.completionWeight(doc, true)*c.brevity(st.name(doc))))
		}
	}
}

// Names that are typed in full but for separators.
const (
	namedFrom  = 12 // letters from which on the very name comes first, whatever its use
	namedBoost = 10 // for shorter ones: many a name is but the beginning of the one that is meant
)

func namedWeight(weight float32) float32 {
	if weight < 0 { // held
		return weight
	}
	return weight * namedBoost
}

// brevityFrom is the number of letters from which on short names are likelier than long ones: who means a
// long one has more to type and has come less far.
const brevityFrom = 6

// brevity is what a name's weight is multiplied with, at most 1.
func (c *completer) brevity(folded []byte) float32 {
	if len(c.typed) < brevityFrom {
		return 1
	}
	words := 1 + bytes.Count(folded, []byte{'-'})
	return float32(1 / (float64(words*words) * math.Sqrt(float64(len(folded)))))
}

func (c *completer) begins(s *Segment) {
	st := s.completions()
	from, to := st.between(c.typed)
	st.heavy(from, to, func(best float32) bool { return best >= c.floor(tierBegins) }, func(i int) {
		c.offer(s, st.docs[i], tierBegins, s.completionWeight(st.docs[i], st.beginsName(i))*c.brevity(st.name(st.docs[i])))
	})
}
