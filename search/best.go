package search

import (
	"context"
	"math"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
	"pkgsearch/index/postings"
)

// best gives a segment's matches to the top, all that can be among those it keeps: MaxScore over documents that are
// nearly in order of their priors. Lists whose documents, if they have nothing better, cannot reach the top any more are
// not asked for documents but only about those that others find; and a document is left as soon as what is still unknown
// of it cannot bring it there.
//
// Turtle and Flood, Query evaluation: strategies and optimizations, 1995, has MaxScore.
func (ev *evaluation) best(ctx context.Context, s *index.Segment, allowed *bitset.BitSet, top *orderedTop) error {
	if ev.everything() {
		return ev.bestOfAll(ctx, s, allowed, top)
	}
	r, err := ev.read(s)
	if err != nil {
		return err
	}
	b := r.newBounds()
	first := 0 // driver that is asked for documents
	name := r.nameFrom(0)
	bar := bar{block: math.MaxUint32}
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		doc := name
		for _, d := range b.drive[first:] {
			doc = min(doc, d.Doc)
		}
		if doc == postings.End {
			return nil
		}
		if bar.set(r, b, doc, top.floor()) {
			before := first
			for first < len(b.drive) && b.text[first+1] < bar.from {
				first++
			}
			if first > before {
				continue // the document may be one that need not be looked at
			}
		}
		if (allowed == nil || allowed.Test(uint(doc))) && !s.Deleted(doc) {
			if doc == name && r.at(doc) || doc != name && r.reaches(b, first, doc, &bar) {
				top.take(candidate{r.rank(doc, bar.floor, nil), s, doc})
			}
			ev.scored++
		}
		if doc == name {
			name = r.nameFrom(doc + 1)
		}
		for _, d := range b.drive[first:] {
			if d.Doc == doc {
				d.Next()
			}
		}
	}
}

// bar is what the words of a document must be worth to reach the floor.
type bar struct {
	floor float64
	block uint32  // of documents
	here  float64 // in the block
	least float64 // and how much must be matched for it
	from  float64 // in the block or anywhere after it
}

// set makes it that of a document and a floor; it tells whether that changes it.
func (a *bar) set(r *reading, b *bounds, doc uint32, floor float64) bool {
	block := doc / index.PriorBlock
	if a.block == block && a.floor == floor {
		return false
	}
	prior := r.s.PriorBound(doc)
	a.block, a.floor = block, floor
	a.here = floor / (math.Pow(prior.Here(r.ev.weights), r.ev.exponent) * b.factor)
	a.from = floor / (math.Pow(prior.On(r.ev.weights), r.ev.exponent) * b.factor)
	a.least = b.least(a.here)
	return true
}

// fullLook is the number of lists without the document after which all that is left is looked at, not only how much.
const fullLook = 8

// reaches reads a document that is not known by name and tells whether it answers the query and may reach the bar.
func (r *reading) reaches(b *bounds, first int, doc uint32, bar *bar) bool {
	clear(b.had.has)
	clear(b.had.worth)
	for _, d := range b.drive[first:] {
		if d.Doc == doc {
			r.take(b, d)
		}
	}
	lacking := 0 // for a first full look
	for k := first; ; k-- {
		if b.matched(&b.states[k], &b.had) < bar.least || lacking%fullLook == 0 && b.most(&b.states[k], &b.had) < bar.here {
			return false
		}
		for {
			if k == 0 {
				return b.most(&b.states[0], &b.had) >= bar.here && r.at(doc)
			}
			d := b.drive[k-1]
			if d.Seek(doc); d.Doc != doc {
				break
			}
			r.take(b, d)
			k--
		}
		lacking++
	}
}

// take notes what a driver's document has, at most.
func (r *reading) take(b *bounds, d *driver) {
	for i := range d.stands {
		s := d.stands[i]
		if !s.group {
			s.worth = [numParts]float64{}
			if !r.ev.ranking.worth(&s.worth, d.term, d.Hit()) {
				return
			}
		}
		b.had.raise(&s)
	}
}

// everything tells whether all documents match that are allowed. A text without any letter or digit is still a name to
// look for.
func (ev *evaluation) everything() bool {
	return len(ev.terms)+len(ev.names) == 0 || len(ev.query.Words) == 0 && ev.query.Text == ""
}

// bestOfAll gives the top the documents with the highest priors.
func (ev *evaluation) bestOfAll(ctx context.Context, s *index.Segment, allowed *bitset.BitSet, top *orderedTop) error {
	r := &reading{ev: ev, s: s, match: newMatch(ev.slots)}
	most := slack * max(1, ev.ranking.Types) * max(1, ev.ranking.Scoped)
	for doc := range uint32(s.Len()) {
		if doc%index.PriorBlock == 0 {
			if math.Pow(s.PriorBound(doc).On(ev.weights), ev.exponent)*most < top.floor() {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if !s.Deleted(doc) && (allowed == nil || allowed.Test(uint(doc))) {
			top.take(candidate{r.rank(doc, 0, nil), s, doc})
			ev.scored++
		}
	}
	return nil
}

// prior is the query-independent factor of a document's score, before its exponent.
func (ev *evaluation) prior(s *index.Segment, doc uint32) float64 {
	if ev.weights == nil {
		return s.Prior(doc)
	}
	return float64(s.Rank(doc).Prior(*ev.weights))
}
