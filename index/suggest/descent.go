package suggest

// descent visits the places of a range of each part one after another, the heaviest first; of equal ones the first by
// name, then by what stands there. Names that are hidden do not count, so that the order is that of the names alone,
// whatever tables they are in.
type descent struct {
	runs []run
}

// run is what a descent has of one part.
type run struct {
	*part
	from, to int
	queue    queue
	next     block // the next place, unless done
	done     bool
}

// descend begins the descent of the places that begin with a folded prefix.
func descend(parts []part, prefix []byte) *descent {
	d := &descent{}
	for i := range parts {
		r := run{part: &parts[i]}
		r.from, r.to = r.between(prefix)
		r.cover(r.from, r.to, func(level, index int) { r.push(level, index) })
		r.step()
		d.runs = append(d.runs, r)
	}
	return d
}

// next gives a place and the part in which it is, nil at the end.
func (d *descent) next() (of *part, at block) {
	var best *run
	for i := range d.runs {
		if r := &d.runs[i]; !r.done && (best == nil || r.before(best)) {
			best = r
		}
	}
	if best == nil {
		return nil, block{}
	}
	at = best.next
	best.step()
	return best.part, at
}

func (r *run) before(o *run) bool {
	if r.next.weight != o.next.weight {
		return r.next.weight > o.next.weight
	}
	return r.name(r.next.doc) < o.name(o.next.doc)
}

// step opens blocks until a place is the heaviest of all.
func (r *run) step() {
	for len(r.queue) > 0 {
		b := r.queue.pop()
		first := int(b.index) * fan
		switch b.level {
		case place:
			if !r.isHidden(b.doc) {
				r.next = b
				return
			}
		case 0:
			for i := max(first, r.from); i < min(first+fan, r.to); i++ {
				at, _ := r.place(i)
				doc := r.doc(at)
				r.queue.push(block{r.weightAt(at, doc), doc, uint32(i), place})
			}
		default:
			for i := first; i < min(first+fan, r.blocks(int(b.level)-1)); i++ {
				r.push(int(b.level)-1, i)
			}
		}
	}
	r.done = true
}

func (r *run) push(level, index int) {
	weight, doc := readBest(r.best[level][bestSize*index:])
	r.queue.push(block{weight, doc, uint32(index), int32(level)})
}
