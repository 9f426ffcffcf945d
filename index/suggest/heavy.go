package suggest

// block is a block of places, or a block of blocks, that is still to be visited.
type block struct {
	weight float32 // of its heaviest place
	doc    uint32  // whose that is, the first of equal ones
	index  uint32
	level  int32 // 0: of places; place: one of them
}

// place is the level of a single place.
const place = -1

// before orders blocks by weight, then by name. Of the same name blocks come before places, which may be in them.
func (a block) before(b block) bool {
	switch {
	case a.weight != b.weight || a.doc != b.doc:
		return heavier(a.weight, a.doc, b.weight, b.doc)
	case a.level != b.level:
		return a.level > b.level
	}
	return a.index < b.index
}

// queue is a heap of blocks, the heaviest first.
type queue []block

func (q *queue) push(b block) {
	h := append(*q, b)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].before(h[up]) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	*q = h
}

func (q *queue) pop() block {
	h := *q
	first, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		next := 2*i + 1
		if next >= last {
			break
		}
		if next+1 < last && h[next+1].before(h[next]) {
			next++
		}
		if !h[next].before(h[i]) {
			break
		}
		h[i], h[next] = h[next], h[i]
		i = next
	}
	*q = h
	return first
}

// heaviest visits the places of a range, block by block, the block with the heaviest place first, until
// enough says of a block that nothing in it or lighter is of interest.
func (t *Table) heaviest(q *queue, from, to int, enough func(weight float32, doc uint32) bool, visit func(i int)) {
	if to-from <= fan {
		for i := from; i < to; i++ {
			visit(i)
		}
		return
	}
	*q = (*q)[:0]
	push := func(level, index int) {
		weight, doc := readBest(t.best[level][bestSize*index:])
		if !enough(weight, doc) {
			q.push(block{weight, doc, uint32(index), int32(level)})
		}
	}
	t.cover(from, to, push)
	for len(*q) > 0 {
		b := q.pop()
		if enough(b.weight, b.doc) {
			return
		}
		first := int(b.index) * fan
		if b.level == 0 {
			for i := max(first, from); i < min(first+fan, to); i++ {
				visit(i)
			}
			continue
		}
		for i := first; i < min(first+fan, t.blocks(int(b.level)-1)); i++ {
			push(int(b.level)-1, i)
		}
	}
}

// cover gives the fewest blocks with all places of a range.
func (t *Table) cover(from, to int, give func(level, index int)) {
	if from >= to {
		return
	}
	level, low, high := 0, from/fan, (to+fan-1)/fan // blocks
	for low < high {
		for ; low < high && (low%fan != 0 || level == len(t.best)-1); low++ {
			give(level, low)
		}
		for ; low < high && high%fan != 0; high-- {
			give(level, high-1)
		}
		level, low, high = level+1, low/fan, high/fan
	}
}

// blocks is the number of blocks of a level.
func (t *Table) blocks(level int) int { return len(t.best[level]) / bestSize }
