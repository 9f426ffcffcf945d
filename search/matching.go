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
		if err := r.addMatching(ctx, stretch{docs, 0, uint32(s.Len())}); err != nil {
			return nil, err
		}
	}
	s.EachDeleted(0, uint32(s.Len()), func(doc uint32) { docs.Clear(uint(doc)) })
	if allowed != nil {
		docs.InPlaceIntersection(allowed)
	}
	return docs, nil
}

// countedAtOnce is the number of documents among which matches are counted before a look at how many there are.
const countedAtOnce = 1 << 15

// count gives the number of a segment's documents that match; counting may end at the given number.
func (ev *evaluation) count(ctx context.Context, s *index.Segment, allowed *bitset.BitSet, most int) (int, error) {
	if ev.everything() || allowed != nil {
		docs, err := ev.matching(ctx, s, allowed)
		if err != nil {
			return 0, err
		}
		return int(docs.Count()), nil
	}
	r, err := ev.read(s)
	if err != nil {
		return 0, err
	}
	n, docs := 0, bitset.New(countedAtOnce)
	for from := uint32(0); from < uint32(s.Len()) && n < most; from += countedAtOnce {
		docs.ClearAll()
		if err := r.addMatching(ctx, stretch{docs, from, from + countedAtOnce}); err != nil {
			return 0, err
		}
		s.EachDeleted(from, from+countedAtOnce, func(doc uint32) { docs.Clear(uint(doc - from)) })
		n += int(docs.Count())
	}
	return n, nil
}

// stretch is a set of documents from one to before another, by their distance from the first.
type stretch struct {
	*bitset.BitSet
	from, to uint32
}

// addMatching sets the matches of a stretch that is behind those before it, deleted ones among them.
func (r *reading) addMatching(ctx context.Context, docs stretch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	words := len(r.ev.words)
	for _, u := range r.units {
		if u.term.slots[0] < words {
			u.addTo(docs)
		}
	}
	if len(r.ev.groups) > 0 && r.all == nil {
		r.all, r.one = bitset.New(docs.Len()), bitset.New(docs.Len())
	}
	for _, g := range r.ev.groups {
		for i, slot := range g.slots {
			one := stretch{r.one, docs.from, docs.to}
			if i == 0 {
				one.BitSet = r.all
			}
			one.ClearAll()
			for _, u := range r.units {
				if u.term.slots[0] == slot {
					u.addTo(one)
				}
			}
			if i > 0 {
				r.all.InPlaceIntersection(r.one)
			}
		}
		docs.InPlaceUnion(r.all)
	}
	for doc := r.nameFrom(docs.from); doc < docs.to; doc = r.nameFrom(doc + 1) {
		named, _ := r.named(doc)
		docs.SetTo(uint(doc-docs.from), !named.likened)
	}
	return nil
}

// addTo sets the documents of a list that count.
func (u *unit) addTo(docs stretch) {
	u.Seek(docs.from)
	if u.term.nameOnly {
		for ; u.Doc < docs.to; u.Next() {
			if u.Hit().Freq[postings.InName] > 0 {
				docs.Set(uint(u.Doc - docs.from))
			}
		}
		return
	}
	var passed [256]uint32
	for u.Doc < docs.to {
		for _, doc := range u.Until(min(docs.to, u.Doc+uint32(len(passed))), passed[:0]) {
			docs.Set(uint(doc - docs.from))
		}
	}
}
