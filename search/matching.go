package search

import (
	"context"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
	"pkgsearch/index/postings"
)

// checkEvery is the number of documents between two looks at the deadline.
const checkEvery = 1024

// matching gives all of a segment's documents that match, whatever their scores.
func (ev *evaluation) matching(ctx context.Context, s *index.Segment, allowed *bitset.BitSet) (*bitset.BitSet, error) {
	docs := bitset.New(uint(s.Len()))
	if ev.everything() {
		docs = docs.Complement()
	} else {
		r, err := ev.read(s)
		if err != nil {
			return nil, err
		}
		if err := r.addMatching(ctx, docs); err != nil {
			return nil, err
		}
	}
	s.EachDeleted(func(doc uint32) { docs.Clear(uint(doc)) })
	if allowed != nil {
		docs.InPlaceIntersection(allowed)
	}
	return docs, nil
}

func (r *reading) addMatching(ctx context.Context, docs *bitset.BitSet) error {
	words := len(r.ev.words)
	for _, u := range r.units {
		if u.term.slots[0] < words {
			if err := u.addTo(ctx, docs); err != nil {
				return err
			}
		}
	}
	for _, g := range r.ev.groups {
		if g.weight == 0 {
			continue
		}
		all := bitset.New(docs.Len()).Complement()
		for _, slot := range g.slots {
			one := bitset.New(docs.Len())
			for _, u := range r.units {
				if u.term.slots[0] == slot {
					if err := u.addTo(ctx, one); err != nil {
						return err
					}
				}
			}
			all.InPlaceIntersection(one)
		}
		docs.InPlaceUnion(all)
	}
	for _, n := range r.names {
		docs.SetTo(uint(n.doc), !n.likened)
	}
	return nil
}

// addTo sets the documents of a list that count.
func (u *unit) addTo(ctx context.Context, docs *bitset.BitSet) error {
	for n := 0; u.Doc != postings.End; u.Next() {
		if n++; n%(64*checkEvery) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !u.term.nameOnly || u.Hit().Freq[postings.InName] > 0 {
			docs.Set(uint(u.Doc))
		}
	}
	return nil
}
