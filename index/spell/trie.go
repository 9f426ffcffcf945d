package spell

// trie is a tree of the beginnings of words, its edges as long as no word branches off. Node 0 is the root. Nodes
// stand in breadth-first order, so that those below one node stand together.
type trie struct {
	nodes  []node
	labels []byte // the texts of the edges
}

// node is a place in a trie, 20 bytes.
type node struct {
	label uint32 // where the text of the edge to it begins
	first uint32 // the first node below; those end where those of the next node begin
	word  uint32 // 1 + the number of the word that ends here; 0: none does
	best  uint32 // the greatest use of a word here or below
	size  uint8  // length of that text
	head  uint8  // its first letter
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
func newTrie(words [][]byte, uses []uint32, number []uint32) trie {
	var t trie
	if len(words) == 0 {
		return t
	}
	type part struct{ from, to, depth int } // the words below a node, and the letters of the node and those above
	parts := []part{{0, len(words), 0}}
	t.nodes = append(t.nodes, node{})
	for at := 0; at < len(parts); at++ {
		p := parts[at]
		n := &t.nodes[at]
		i := p.from
		if len(words[i]) == p.depth {
			id := uint32(i)
			if number != nil {
				id = number[i]
			}
			n.word, n.best = id+1, uses[id]
			i++
		}
		n.first = uint32(len(t.nodes))
		for i < p.to {
			head, end := words[i][p.depth], i+1
			for end < p.to && words[end][p.depth] == head {
				end++
			}
			depth := p.depth + 1 + shared(words[i][p.depth+1:], words[end-1][p.depth+1:])
			edge := words[i][p.depth:depth]
			t.nodes = append(t.nodes, node{label: uint32(len(t.labels)), size: uint8(len(edge)), head: head})
			t.labels = append(t.labels, edge...)
			parts = append(parts, part{i, end, depth})
			i = end
		}
	}
	for n := len(t.nodes) - 1; n >= 0; n-- {
		from, to := t.below(uint32(n))
		for c := from; c < to; c++ {
			t.nodes[n].best = max(t.nodes[n].best, t.nodes[c].best)
		}
	}
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
