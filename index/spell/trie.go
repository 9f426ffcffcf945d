package spell

import (
	"math/bits"
	"slices"
)

// trie is a tree of the beginnings of words, its edges as long as no word branches off. Node 0 is the root. Nodes
// stand in breadth-first order, so that those below one node stand together.
type trie struct {
	nodes  []node
	labels []byte // the texts of the edges
}

// node is a place in a trie, 16 bytes.
type node struct {
	label uint32 // where the text of the edge to it begins
	first uint32 // the first node below; those end where those of the next node begin
	word  uint32 // 1 + the number of the word that ends here; 0: none does
	size  uint8  // length of that text
	head  uint8  // its first letter
	level uint8  // of the greatest use of a word here or below
}

// level is a use, or a bit more or less, in one byte: of two uses the greater never has the lower level.
func level(use uint32) uint8 {
	length := bits.Len32(use)
	if length < 3 {
		return uint8(use)
	}
	return uint8(4*length | int(use>>(length-3)&3))
}

// below gives the range of the nodes below one.
func (t *trie) below(n uint32) (from, to uint32) {
	if int(n)+1 < len(t.nodes) {
		return t.nodes[n].first, t.nodes[n+1].first
	}
	return t.nodes[n].first, uint32(len(t.nodes))
}

// newTrie makes the trie of different words in ascending order; number gives each its number, and uses are by
// number. A nil number is the order itself.
func newTrie(word func(i uint32) []byte, uses []uint32, number []uint32) trie {
	var t trie
	if len(uses) == 0 {
		return t
	}
	type part struct { // of the words: those below a node
		from, to uint32
		depth    int // letters of the node and those above
	}
	parts := make([]part, 1, len(uses)+len(uses)/2)
	parts[0] = part{0, uint32(len(uses)), 0}
	t.nodes = make([]node, 1, cap(parts))
	for at := 0; at < len(parts); at++ {
		p := parts[at]
		n, i := &t.nodes[at], p.from
		if len(word(i)) == p.depth {
			id := i
			if number != nil {
				id = number[i]
			}
			n.word, n.level = id+1, level(uses[id])
			i++
		}
		n.first = uint32(len(t.nodes))
		for i < p.to {
			head, end := word(i)[p.depth], i+1
			for end < p.to && word(end)[p.depth] == head {
				end++
			}
			depth := p.depth + 1 + shared(word(i)[p.depth+1:], word(end - 1)[p.depth+1:])
			edge := word(i)[p.depth:depth]
			t.nodes = append(t.nodes, node{label: uint32(len(t.labels)), size: uint8(len(edge)), head: head})
			t.labels = append(t.labels, edge...)
			parts = append(parts, part{i, end, depth})
			i = end
		}
	}
	for n := len(t.nodes) - 1; n >= 0; n-- {
		from, to := t.below(uint32(n))
		for c := from; c < to; c++ {
			t.nodes[n].level = max(t.nodes[n].level, t.nodes[c].level)
		}
	}
	t.nodes, t.labels = slices.Clip(t.nodes), slices.Clip(t.labels)
	return t
}

// shared is the length of the common beginning.
func shared(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
