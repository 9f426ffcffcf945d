package index

import (
	"cmp"
	"slices"

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
	if n := len(typed); n < oneSlipFrom || n > maxSlipText || !isASCII(string(typed)) {
		return 0
	} else if n < twoSlipsFrom {
		return 1
	}
	return 2
}

// branch is a range of places that share a beginning which is nearly what was typed.
type branch struct {
	segment  *Segment
	from, to int
	slips    slip.Slips
}

// slipped offers names that begin, or of which a word does, a slip or two away from what was typed.
func (c *completer) slipped(segments []*Segment) {
	edits := slipsFor(c.typed)
	if edits == 0 {
		return
	}
	var near []branch
	for _, s := range segments {
		s.completions().near(c.typed, edits, func(from, to int, slips slip.Slips) {
			near = append(near, branch{s, from, to, slips})
		})
	}
	// The likeliest first, so that few of the others come into question.
	slices.SortStableFunc(near, func(a, b branch) int { return cmp.Compare(b.slips.Likeness(), a.slips.Likeness()) })
	for _, b := range near {
		st, likely := b.segment.completions(), pow5(b.slips.Likeness())
		st.heavy(b.from, b.to, func(best float32) bool { return best*likely >= c.floor(tierSlipped) }, func(i int) {
			if weight := b.segment.completionWeight(st.docs[i], st.beginsName(i)); weight >= 0 {
				c.offer(b.segment, st.docs[i], tierSlipped, weight*likely)
			}
		})
	}
}

// pow5 makes the likeness of two texts a probability of slipping from one to the other.
func pow5(x float64) float32 { return float32(x * x * x * x * x) }

// near walks the tree of all places and finds the branches that begin at most so many edits away from
// what was typed. A branch inside another one is found again if it needs fewer or cheaper slips.
func (s *starts) near(typed []byte, edits int, found func(from, to int, slips slip.Slips)) {
	walk := slip.NewPrefix(typed, edits)
	depth := 0 // letters of the place that the walk knows from the ones before
	for i := 0; i < len(s.at); {
		rest := s.text[s.at[i]:]
		for {
			letter := rest[depth]
			if letter == 0 {
				break
			}
			slips, ok, open := walk.Step(depth, letter)
			depth++
			if ok {
				found(i, s.after(i, depth), slips)
			}
			if !open {
				depth--
				break
			}
		}
		// Nothing more in the branch of this letter or, at the end of a name, of the names that are the same.
		if i = s.after(i, depth+1); i < len(s.at) {
			depth = min(depth, int(s.same[i]))
		}
	}
}
