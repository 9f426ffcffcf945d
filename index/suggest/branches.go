package suggest

import (
	"encoding/binary"
	"fmt"
)

// The upper branches of the tree of all places are kept as such: a walk finds the few letters that it can follow without
// looking at what stands there. A branch is the places that share a beginning; those below one that has its own
// are side by side, in the order of their letters, after all that are higher up.
//
//	letter   1 byte   the last of the beginning, 0 at the end of a name
//	below    1 byte   how many branches are below it; 0: none is kept
//	from     4 bytes  the first place
//	first    4 bytes  the first branch below
const branchSize = 10

// What is kept of the tree.
const (
	branchPlaces = 96 // a branch with more places has those below it kept
	branchDepth  = manyShared - 1
	manyBelow    = 255
)

type branches []byte

// root counts as the branch before all others.
func (b branches) root() (first, below int) {
	if len(b) == 0 {
		return 0, 0
	}
	return 1, int(b[1])
}

func (b branches) at(i int) (letter byte, below, from, first int) {
	e := b[branchSize*i : branchSize*i+branchSize]
	return e[0], int(e[1]), int(binary.LittleEndian.Uint32(e[2:])), int(binary.LittleEndian.Uint32(e[6:]))
}

// growBranches finds the branches of a table, level by level. There is no root where the table has but few places.
func (t *Table) growBranches() branches {
	type node struct{ index, from, to, depth int }
	if t.starts <= branchPlaces {
		return nil
	}
	b := branches(make([]byte, branchSize))
	for level := []node{{0, 0, t.starts, 0}}; len(level) > 0; {
		var next []node
		for _, n := range level {
			first, below := len(b)/branchSize, 0
			var wide []node
			kept := len(b)
			for i := n.from; i < n.to && below <= manyBelow; below++ {
				end := min(t.after(i, n.depth+1), n.to)
				at, _ := t.place(i)
				letter := t.letter(int(at) + n.depth)
				b = append(b, letter, 0)
				b = binary.LittleEndian.AppendUint32(b, uint32(i))
				b = binary.LittleEndian.AppendUint32(b, 0)
				if letter != 0 && end-i > branchPlaces && n.depth+1 < branchDepth {
					wide = append(wide, node{first + below, i, end, n.depth + 1})
				}
				i = end
			}
			if below > manyBelow {
				b = b[:kept]
				continue
			}
			b[branchSize*n.index+1] = byte(below)
			binary.LittleEndian.PutUint32(b[branchSize*n.index+6:], uint32(first))
			next = append(next, wide...)
		}
		level = next
	}
	return b
}

// parseBranches cuts the filling off.
func parseBranches(part []byte) (branches, error) {
	b := branches(part[:len(part)/branchSize*branchSize])
	for i := range len(b) / branchSize { // no walk leaves the part
		if _, below, _, first := b.at(i); below > 0 && (first <= i || (first+below)*branchSize > len(b)) {
			return nil, fmt.Errorf("%w: branch %d goes on at %d", ErrDamaged, i, first)
		}
	}
	return b, nil
}
