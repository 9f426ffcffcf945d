package suggest

import (
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

// branch is a range of places that share a beginning which is nearly what was typed.
type branch struct {
	part     *part
	from, to int
	slips    slip.Slips
}

// near walks the tree of all places and appends the branches that begin at most so many edits away from
// what was typed. A branch inside another one is found again if it needs fewer or cheaper slips.
func (t *Table) near(to []branch, of *part, typed []byte, edits int) []branch {
	walk := slip.NewPrefix(typed, edits)
	depth := 0 // letters of the place that the walk knows from the ones before
	for i := 0; i < t.starts; {
		at, _ := t.place(i)
		for {
			letter := t.letter(int(at) + depth)
			if letter == 0 {
				break
			}
			slips, ok, open := walk.Step(depth, letter)
			depth++
			if ok {
				to = append(to, branch{of, i, t.after(i, depth), slips})
			}
			if !open {
				depth--
				break
			}
		}
		// Nothing more in the branch of this letter or, at the end of a name, of the names that are the same.
		if i = t.after(i, depth+1); i < t.starts {
			_, shared := t.place(i)
			if shared == manyShared {
				shared = t.shared(i)
			}
			depth = min(depth, shared)
		}
	}
	return to
}
