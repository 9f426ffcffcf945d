package suggest

import (
	"bytes"

	"pkgsearch/index/fold"
	"pkgsearch/index/slip"
)

// Slips that the beginning of a name may be away from what was typed, by the letters typed.
const (
	oneSlipFrom  = 3
	twoSlipsFrom = 8
	maxSlipText  = 48 // longer texts are no names with a slip in them
)

// slipsFor is the number of slips that a folded text may hold. Keyboards' letters only: another is
// several bytes, and its neighbours are other letters altogether.
func slipsFor(typed []byte) int {
	if n := len(typed); n < oneSlipFrom || n > maxSlipText || !fold.IsASCII(string(typed)) {
		return 0
	} else if n < twoSlipsFrom {
		return 1
	}
	return 2
}

// slipped offers names that begin, or of which a word does, a slip or two away from what was typed.
func (c *completer) slipped(ps []part) {
	edits := slipsFor(c.typed)
	if edits == 0 {
		return
	}
	w := nearWalk{c: c, walk: slip.NewPrefix(c.typed, edits)}
	if edits > 1 { // the likelier ones first, so that few of the others come into question
		w.spare = 1
		w.down(ps)
		w.spare = 0
	}
	w.down(ps)
}

// pow5 makes the likeness of two texts a probability of slipping from one to the other.
func pow5(x float64) float32 { return float32(x * x * x * x * x) }

// nearWalk goes down the tree of all places and offers the branches that begin at most so many edits away from what was
// typed. A branch inside another one is offered again if it needs fewer or cheaper slips.
type nearWalk struct {
	c     *completer
	part  *part
	walk  *slip.Prefix
	spare int // slips that must be left in every branch that is followed
}

func (w *nearWalk) down(ps []part) {
	for i := range ps {
		w.part = &ps[i]
		if first, below := w.part.branches.root(); below > 0 {
			w.kept(first, below, w.part.starts, 0)
		} else {
			w.places(0, w.part.starts, 0)
		}
	}
}

// kept follows the branches that are side by side below one that ends at a place, with depth letters.
func (w *nearWalk) kept(first, below, end, depth int) {
	var scratch [16]byte
	wanted, any := w.walk.Wanted(depth, scratch[:0])
	for i := first; i < first+below; i++ {
		letter, under, from, next := w.part.branches.at(i)
		if letter == 0 || !any && bytes.IndexByte(wanted, letter) < 0 {
			continue
		}
		slips, ok, open := w.walk.Step(depth, letter)
		if !ok && !open {
			continue
		}
		to := end
		if i+1 < first+below {
			_, _, to, _ = w.part.branches.at(i + 1)
		}
		if ok {
			w.offer(from, to, slips)
		}
		switch {
		case !open || w.walk.Left(depth+1) < w.spare:
		case under > 0:
			w.kept(next, under, to, depth+1)
		case w.promises(from, to, depth+1):
			w.places(from, to, depth+1)
		}
	}
}

// promises tells whether anything in a range may still be among the best.
func (w *nearWalk) promises(from, to, depth int) bool {
	floor := w.c.floor(tierSlipped)
	if floor <= 0 {
		return true
	}
	likely := pow5(w.walk.Likeness(depth))
	for block := from / fan; block <= (to-1)/fan; block++ {
		if weight, _ := readBest(w.part.best[0][bestSize*block:]); weight*likely >= floor {
			return true
		}
	}
	return false
}

// places follows the places of a range that shares so many letters, all of which the walk knows.
func (w *nearWalk) places(from, to, shares int) {
	t, depth := w.part.Table, shares // letters of the place that the walk knows from the ones before
	var scratch [16]byte
	wanted, any := w.walk.Wanted(shares, scratch[:0])
	for i := from; i < to; {
		at, _ := t.place(i)
		for {
			letter := t.letter(int(at) + depth)
			if letter == 0 || depth == shares && !any && bytes.IndexByte(wanted, letter) < 0 {
				break
			}
			slips, ok, open := w.walk.Step(depth, letter)
			depth++
			if ok {
				w.offer(i, t.after(i, depth), slips)
			}
			if !open || w.walk.Left(depth) < w.spare {
				depth--
				break
			}
		}
		// Nothing more in the branch of this letter or, at the end of a name, of the names that are the same.
		if i = t.after(i, depth+1); i < to {
			_, shared := t.place(i)
			if shared == manyShared {
				shared = t.shared(i)
			}
			depth = min(depth, shared)
		}
	}
}

// offer offers the names of a branch.
func (w *nearWalk) offer(from, to int, slips slip.Slips) {
	c, p, likely := w.c, w.part, pow5(slips.Likeness())
	p.heaviest(&c.queue, from, to, c.enough(p, tierSlipped, likely), func(i int) {
		at, _ := p.place(i)
		doc := p.doc(at)
		if weight := p.weightAt(at, doc); weight >= 0 && weight*likely >= c.floor(tierSlipped) {
			c.offer(p, doc, tierSlipped, weight*likely)
		}
	})
}
