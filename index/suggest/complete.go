package suggest

import (
	"bytes"
	"context"
	"math"
	"slices"

	"pkgsearch/index/fold"
)

// Completion is a name that completes what is being typed.
type Completion struct {
	Name   string
	Weight float32 // by use, comparable within a tier
	tier   tier
	part   *part // where the name is
	doc    uint32
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
	typed   []byte // as the places in a table are compared
	written string // folded only
	k       int
	top     []Completion // best first, no name twice
	queue   queue
	name    []byte // scratch
}

// Complete gives at most k names that complete a text, without regard to case and separators: a long
// name typed in full, then names that begin so or of which a word does, the most used first. When these are
// too few, names that have all the words of the text in order, and then names that begin so but for slips
// of the finger.
func (s *Set) Complete(ctx context.Context, text string, k int) ([]Completion, error) {
	c := &completer{typed: asTyped(text), written: fold.Text(text), k: k}
	if len(c.typed) == 0 || k <= 0 {
		return nil, nil
	}
	for i := range s.parts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.named(&s.parts[i])
		c.begins(&s.parts[i])
	}
	if c.wants(tierInOrder) {
		c.inOrder(s.parts)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.wants(tierSlipped) {
		c.slipped(s.parts)
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

// enough gives the end of a visit to a part's places, the heaviest first: the names there count in a tier, with
// their weight times at most share.
func (c *completer) enough(p *part, t tier, share float32) func(weight float32, doc uint32) bool {
	return func(weight float32, doc uint32) bool {
		floor := c.floor(t)
		if weight*share != floor {
			return weight*share < floor
		}
		// Among equals the first name is kept. Of those that follow, here, all are equal only where nothing is rounded.
		return len(c.top) == c.k && (share == 1 || weight == 0) && c.top[c.k-1].part == p && doc > c.top[c.k-1].doc
	}
}

// offer keeps a document's name if it is among the k best; a name offered again counts where it is better.
func (c *completer) offer(p *part, doc uint32, t tier, weight float32) {
	if weight < c.floor(t) || p.isHidden(doc) {
		return
	}
	if weight < 0 {
		t, weight = tierHeld, -1
	}
	n := Completion{Weight: weight, tier: t, part: p, doc: doc}
	if len(c.top) == c.k {
		worst := c.top[c.k-1]
		if worst.part == p && worst.tier == t && worst.Weight == weight && doc > worst.doc {
			return
		}
	}
	if old := slices.IndexFunc(c.top, func(o Completion) bool { return o.part == p && o.doc == doc }); old >= 0 {
		n.Name = c.top[old].Name
		if !n.before(c.top[old]) {
			return
		}
		c.top = slices.Delete(c.top, old, old+1)
	} else {
		n.Name = p.name(doc)
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
func (c *completer) named(p *part) {
	from, to := p.between(append(c.typed[:len(c.typed):len(c.typed)], 0))
	for i := from; i < to; i++ {
		at, _ := p.place(i)
		if !p.whole(at) {
			break // these follow
		}
		doc, t := p.doc(at), tierBegins
		if len(c.typed) >= namedFrom && fold.Text(p.name(doc)) == c.written {
			t = tierNamed
		}
		c.offer(p, doc, t, namedWeight(p.weightAt(at, doc)*c.brevity(p.Table, at)))
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

// brevity is what the weight of the name at a place is multiplied with, at most 1.
func (c *completer) brevity(t *Table, at uint32) float32 {
	if len(c.typed) < brevityFrom {
		return 1
	}
	kept := t.nameAt(at)
	words := 1
	for _, b := range kept {
		if t.letters[b] == '-' {
			words++
		}
	}
	return brevity(words, len(kept))
}

func brevity(words, letters int) float32 {
	return float32(1 / (float64(words*words) * math.Sqrt(float64(letters))))
}

// mostBrevity is the highest that any name with the text in it can have.
func (c *completer) mostBrevity() float32 {
	if len(c.typed) < brevityFrom {
		return 1
	}
	return brevity(1+bytes.Count(c.typed, []byte{'-'}), len(c.typed))
}

func (c *completer) begins(p *part) {
	from, to := p.between(c.typed)
	p.heaviest(&c.queue, from, to, c.enough(p, tierBegins, c.mostBrevity()), func(i int) {
		at, _ := p.place(i)
		doc := p.doc(at)
		if weight := p.weightAt(at, doc); weight >= c.floor(tierBegins) {
			c.offer(p, doc, tierBegins, weight*c.brevity(p.Table, at))
		}
	})
}

// maxOrdered bounds the words of a text that are looked for one by one.
const maxOrdered = 8

// inOrder offers names that have all the words typed in their order, others between them perhaps; the
// last word need only be begun.
func (c *completer) inOrder(ps []part) {
	words := typedWords(c.typed)
	if len(words) < 2 || len(words) > maxOrdered {
		return
	}
	for i := range ps {
		p := &ps[i]
		from, to := p.rarest(words)
		p.heaviest(&c.queue, from, to, c.enough(p, tierInOrder, 1), func(i int) {
			at, _ := p.place(i)
			doc := p.doc(at)
			weight := p.weight(doc)
			if weight < c.floor(tierInOrder) {
				return
			}
			c.name = p.folded(c.name[:0], at)
			if inOrder(c.name, words) {
				c.offer(p, doc, tierInOrder, weight)
			}
		})
	}
}

// rarest is the shortest of the ranges in which every name with all the words must have a place.
func (t *Table) rarest(words [][]byte) (from, to int) {
	from, to = t.between(words[len(words)-1])
	for _, w := range words[:len(words)-1] {
		f, end := t.between(append(w[:len(w):len(w)], '-'))
		if end-f < to-from {
			from, to = f, end
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

// nameAt is the name in which a place is, as the text has it.
func (t *Table) nameAt(at uint32) []byte {
	from := bytes.LastIndexByte(t.text[:at], 0) + 1
	return t.text[from : int(at)+bytes.IndexByte(t.text[at:], 0)]
}

// folded appends the folded name in which a place is.
func (t *Table) folded(to []byte, at uint32) []byte {
	for _, b := range t.nameAt(at) {
		to = append(to, t.letters[b])
	}
	return to
}
