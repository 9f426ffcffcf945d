package search

import (
	"cmp"
	"slices"
	"sort"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
	"pkgsearch/index/postings"
)

// reading is a query's posting lists in one segment, and what its current document has of the query.
type reading struct {
	ev *evaluation
	s  *index.Segment
	*match

	units []unit
	names []nameHit
	taken int // of names

	all, one *bitset.BitSet     // of a group's words, while matches are counted
	near     *closeness         // nil when fewer than two words count
	derived  []*postings.Cursor // of the names that have a word of the package to be compared with
}

// unit is one open posting list.
type unit struct {
	*postings.Cursor
	term *term
}

// read opens the posting lists that have something in the segment.
func (ev *evaluation) read(s *index.Segment) (*reading, error) {
	r := &reading{ev: ev, s: s, match: newMatch(ev.slots)}
	for i := range ev.terms {
		t := &ev.terms[i]
		if c := s.Lists().Open(t.kind, t.text); c != nil {
			r.units = append(r.units, unit{c, t})
		}
	}
	for _, w := range ev.derived {
		if c := s.Lists().Open(postings.Words, w); c != nil {
			r.derived = append(r.derived, c)
		}
	}
	r.near = ev.closenessIn(r.units)
	var err error
	r.names, err = ev.nameHits(s)
	return r, err
}

// at reads what a document has of the query and tells whether it answers it. Documents are asked for in order.
func (r *reading) at(doc uint32) bool {
	r.clear()
	for i := range r.units {
		u := &r.units[i]
		if u.Seek(doc); u.Doc == doc {
			r.count(u.term, u.Hit(), r.ev.ranking)
		}
	}
	return r.settleAt(doc)
}

// settleAt ends the reading of a document whose words are counted.
func (r *reading) settleAt(doc uint32) bool {
	r.nameMatch, _ = r.named(doc)
	return r.settle(r.ev.groups, len(r.ev.words))
}

// isDerived tells whether the document's name has a word of the name of the package to be compared with.
func (r *reading) isDerived(doc uint32) bool {
	for _, c := range r.derived {
		if c.Seek(doc); c.Doc == doc {
			return true
		}
	}
	return false
}

// named tells what a document's name as a whole has of the text.
func (r *reading) named(doc uint32) (nameMatch, bool) {
	i, found := slices.BinarySearchFunc(r.names, doc, func(h nameHit, doc uint32) int { return cmp.Compare(h.doc, doc) })
	if !found {
		return nameMatch{}, false
	}
	return r.names[i].nameMatch, true
}

// takeNames appends the documents before the given one that are known by a name as a whole and not yet taken.
func (r *reading) takeNames(to uint32, docs []sighting) []sighting {
	for ; r.taken < len(r.names) && r.names[r.taken].doc < to; r.taken++ {
		docs = append(docs, sighting{doc: r.names[r.taken].doc})
	}
	return docs
}

// nextName gives the first of those that are left.
func (r *reading) nextName() uint32 {
	if r.taken == len(r.names) {
		return postings.End
	}
	return r.names[r.taken].doc
}

// nameFrom gives the first document from the given one on that is known by a name as a whole.
func (r *reading) nameFrom(doc uint32) uint32 {
	i := sort.Search(len(r.names), func(i int) bool { return r.names[i].doc >= doc })
	if i == len(r.names) {
		return postings.End
	}
	return r.names[i].doc
}
