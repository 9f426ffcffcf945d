package spell

import "slices"

// seek finds the words that are some edits away. They are found in two walks, each of which sees little of its
// trie, since most of a trie is what begins with an edit or two. A word has fewer than all of the edits up to the
// middle of the sought one, and is found from its start; or what follows the middle has none, but for letters
// added there, and it is found from its end. See Mihov and Schulz, Fast Approximate Search in Large Dictionaries, 2004.
func (s *seeker) seek(sought []byte, edits int) {
	middle := len(sought) / 2
	w := walk{seeker: s, level: level(s.least), trie: &s.table.fromStart, sought: sought, edits: uint8(edits), strict: middle, allowed: uint8(edits - 1)}
	w.start()
	var buffer [MaxSought]byte
	reversed := append(buffer[:0], sought...)
	slices.Reverse(reversed)
	w = walk{seeker: s, level: level(s.least), trie: &s.table.fromEnd, sought: reversed, edits: uint8(edits), strict: len(sought) - middle - 1, allowed: 0}
	w.start()
}

// walk goes through a trie with a row of Damerau's restricted edit distance.
type walk struct {
	*seeker
	trie    *trie
	sought  []byte
	edits   uint8
	level   uint8 // of the least use
	strict  int   // up to this many letters of what is sought
	allowed uint8 // so many edits may have been made
}

// width is the number of places in what is sought that as many letters of a word can stand for.
const width = 2*MaxEdits + 1

// row holds for letters of a word read so far, n, the edits that make them of the first n-MaxEdits+i letters of
// what is sought; beyond the edits allowed, dead.
type row [width]uint8

const dead = MaxEdits + 1

func (w *walk) start() {
	r := row{dead, dead, 0, dead, dead}
	for i := 1; i <= MaxEdits && i <= len(w.sought); i++ {
		r[MaxEdits+i] = w.within(i, uint8(i))
	}
	w.descend(0, 0, r, row{dead, dead, dead, dead, dead}, 0)
}

// within is an edit count at a place of what is sought, or dead.
func (w *walk) within(place int, edits uint8) uint8 {
	if edits > w.edits || place <= w.strict && edits > w.allowed {
		return dead
	}
	return edits
}

// step reads one more letter: the row after n letters follows from the one before and the one before that.
// alive is false when no place is within reach.
func (w *walk) step(n int, letter, last byte, r, before *row) (next row, alive bool) {
	for i := range width {
		place := n - MaxEdits + i
		next[i] = dead
		if place < 0 || place > len(w.sought) {
			continue
		}
		best := uint8(dead)
		if i+1 < width {
			best = min(best, r[i+1]+1) // the letter is one too many
		}
		if i > 0 {
			best = min(best, next[i-1]+1) // one of the sought is left out
		}
		if place > 0 {
			if w.sought[place-1] == letter {
				best = min(best, r[i])
			} else {
				best = min(best, r[i]+1)
				if n > 1 && place > 1 && w.sought[place-1] == last && w.sought[place-2] == letter {
					best = min(best, before[i]+1)
				}
			}
		}
		next[i] = w.within(place, best)
		// A transposition with the letter to come goes on from the row before.
		alive = alive || next[i] < dead || r[i] < w.edits && place > 0 && place < len(w.sought) && w.sought[place] == letter
	}
	return next, alive
}

// descend goes on below a node that stands for n letters, the last of which is given.
func (w *walk) descend(at uint32, n int, r, before row, last byte) {
	parent := &w.trie.nodes[at]
	if parent.below == 0 {
		return
	}
	heads, any := w.heads(n, last, &r, &before)
	for c := parent.first; c < parent.first+uint32(parent.below); c++ {
		child := &w.trie.nodes[c]
		if child.level >= w.level && (any || slices.Contains(heads.list[:heads.n], child.head)) {
			w.follow(c, child, n, r, before, last)
		}
	}
}

// letters is a small set of them.
type letters struct {
	list [2 * width]byte
	n    int
}

// heads gives the letters with which one can go on from n letters; any if there is an edit left to make.
func (w *walk) heads(n int, last byte, r, before *row) (set letters, any bool) {
	for i, edits := range r {
		place := n - MaxEdits + i
		if edits < dead {
			if w.within(place+1, edits+1) < dead {
				return set, true
			}
			if place < len(w.sought) {
				set.list[set.n] = w.sought[place]
				set.n++
			}
		}
		if before[i] < w.edits && place > 0 && place < len(w.sought) && w.sought[place] == last {
			set.list[set.n] = w.sought[place-1]
			set.n++
		}
	}
	return set, false
}

// follow reads the letters of an edge.
func (w *walk) follow(at uint32, child *node, n int, r, before row, last byte) {
	edge := w.trie.labels[child.label : child.label+uint32(child.size)]
	for _, letter := range edge {
		n++
		next, alive := w.step(n, letter, last, &r, &before)
		if !alive {
			return
		}
		r, before, last = next, r, letter
	}
	if child.word > 0 {
		if end := len(w.sought) - n + MaxEdits; end >= 0 && end < width && r[end] < dead && w.table.uses[child.word-1] >= w.least {
			w.found = append(w.found, child.word-1)
		}
	}
	w.descend(at, n, r, before, last)
}
