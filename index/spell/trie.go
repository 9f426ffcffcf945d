package spell

import (
	"math/bits"
	"slices"
)

// trie is a tree of the beginnings of words, its edges as long as no word branches off. Node 0 is the root.
type trie struct {
	nodes  []node
	labels []byte // the texts of the edges
}

// node is a place in a trie, 16 bytes.
type node struct {
	label uint32 // where the text of the edge to it begins
	first uint32 // the first of the nodes below, which stand together
	word  uint32 // 1 + the number of the word that ends here; 0: none does
	size  uint8  // length of that text
	head  uint8  // its first letter
	level uint8  // of the greatest use of a word here or below
	below uint8  // number of nodes below
}

// level is a use, or a bit more or less, in one byte: of two uses the greater never has the lower level.
func level(use uint32) uint8 {
	length := bits.Len32(use)
	if length < 3 {
		return uint8(use)
	}
	return uint8(4*length | int(use>>(length-3)&3))
}

// texts are different words in ascending order.
type texts struct {
	of     func(i uint32) []byte
	shared []uint8  // of each, the length of what it shares with the one before
	number []uint32 // of each, its number; nil: the order itself
}

// newTrie makes the trie of words whose uses are given by number.
func newTrie(words texts, uses []uint32) trie {
	if len(uses) == 0 {
		return trie{}
	}
	b := builder{texts: words, uses: uses, trie: trie{nodes: make([]node, 1, len(uses)+len(uses)/2)}}
	b.fill(0, 0, uint32(len(uses)), 0)
	return trie{slices.Clip(b.nodes), slices.Clip(b.labels)}
}

type builder struct {
	trie
	texts
	uses []uint32
}

// fill makes what is below a node: the words of a range, of which its edge and those above take some letters.
func (b *builder) fill(at, from, to uint32, depth int) {
	n := node{label: b.nodes[at].label, size: b.nodes[at].size, head: b.nodes[at].head}
	if len(b.of(from)) == depth {
		id := from
		if b.number != nil {
			id = b.number[from]
		}
		n.word, n.level = id+1, level(b.uses[id])
		from++
	}
	n.first = uint32(len(b.nodes))
	for i := from; i < to; i++ {
		if i == from || int(b.shared[i]) == depth {
			b.nodes = append(b.nodes, node{word: i}) // for now: where its words begin
		}
	}
	end := uint32(len(b.nodes))
	n.below = uint8(end - n.first)
	for c := n.first; c < end; c++ {
		first, last := b.nodes[c].word, to
		if c+1 < end {
			last = b.nodes[c+1].word
		}
		text := b.of(first)
		deep := len(text)
		for i := first + 1; i < last; i++ {
			deep = min(deep, int(b.shared[i]))
		}
		b.nodes[c] = node{label: uint32(len(b.labels)), size: uint8(deep - depth), head: text[depth]}
		b.labels = append(b.labels, text[depth:deep]...)
		b.fill(c, first, last, deep)
		n.level = max(n.level, b.nodes[c].level)
	}
	b.nodes[at] = n
}

// shared is the length of the common beginning.
func shared(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
