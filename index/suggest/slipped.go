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

// nearby is a range of places that share a beginning which is nearly what was typed.
type nearby struct {
	part     *part
	from, to int
	slips    slip.Slips
}

// nearWalk goes down the tree of all places of a part and collects the branches that begin at most so many edits away
// from what was typed. A branch inside another one is found again if it needs fewer or cheaper slips.
type nearWalk struct {
	part  *part
	walk  *slip.Prefix
	found []nearby
}

func (w *nearWalk) all() {
	if first, below := w.part.branches.root(); below > 0 {
		w.kept(first, below, w.part.starts, 0)
		return
	}
	w.places(0, w.part.starts, 0)
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
			w.found = append(w.found, nearby{w.part, from, to, slips})
		}
		switch {
		case !open:
		case under > 0:
			w.kept(next, under, to, depth+1)
		default:
			w.places(from, to, depth+1)
		}
	}
}

// places follows the places of a range that shares so many letters, all of which the walk knows.
func (w *nearWalk) places(from, to, shares int) {
	t, depth := w.part.Table, shares // letters of the place that the walk knows from the ones before
	for i := from; i < to; {
		at, _ := t.place(i)
		for {
			letter := t.letter(int(at) + depth)
			if letter == 0 {
				break
			}
			slips, ok, open := w.walk.Step(depth, letter)
			depth++
			if ok {
				w.found = append(w.found, nearby{w.part, i, t.after(i, depth), slips})
			}
			if !open {
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
