package search

import (
	"cmp"
	"context"
	"math"
	"slices"

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
	sweep := newSweep(b, s.Len())
	first := 0 // driver whose documents are looked at
	var docs []sighting
	for size := uint32(firstStretch); ; size = min(2*size, maxStretch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		from := min(r.nextName(), sweep.next(first))
		if from == postings.End {
			return nil
		}
		bar := r.barFor(b, from, from+size)
		bar.raise(top.floor())
		for first < len(b.drive) && b.text[first+1] < bar.on {
			first++
		}
		docs = sweep.over(from, from+size, first, b, bar.here, r.takeNames(from+size, docs[:0]))
		slices.SortFunc(docs, func(a, b sighting) int { return cmp.Compare(a.doc, b.doc) })
		last := uint32(postings.End)
		for _, d := range docs {
			if d.doc == last || s.Deleted(d.doc) || allowed != nil && !allowed.Test(uint(d.doc)) {
				continue
			}
			last = d.doc
			bar.raise(top.floor())
			if _, named := r.named(d.doc); named && r.at(d.doc) || !named && r.reaches(b, d, &bar) {
				top.take(candidate{r.rank(d.doc, bar.floor, nil), s, d.doc})
			}
			ev.scored++
		}
	}
}

// bar is what the words of documents must be worth to reach the floor.
type bar struct {
	floor    float64
	here, on float64 // in a stretch of documents, and there or anywhere after it
	mostHere float64 // what the prior and all but the words make of a score at most
	mostOn   float64
}

// barFor is the bar of the documents from one to before another, for no floor yet.
func (r *reading) barFor(b *bounds, from, to uint32) bar {
	last := min(to, uint32(r.s.Len())) - 1
	prior := r.s.PriorBound(last).Here(r.ev.weights)
	for doc := from; doc < last; doc += index.PriorBlock {
		prior = max(prior, r.s.PriorBound(doc).Here(r.ev.weights))
	}
	return bar{
		mostHere: math.Pow(prior, r.ev.exponent) * b.factor,
		mostOn:   math.Pow(r.s.PriorBound(from).On(r.ev.weights), r.ev.exponent) * b.factor,
	}
}

func (a *bar) raise(floor float64) {
	if a.floor = floor; floor > 0 { // without one nothing has to be worth anything, also where the prior is nothing
		a.here, a.on = floor/a.mostHere, floor/a.mostOn
	}
}

// reaches reads a document that is not known by name and tells whether it answers the query and may reach the bar.
func (r *reading) reaches(b *bounds, d sighting, bar *bar) bool {
	clear(b.had.has)
	clear(b.had.worth)
	for k, list := range b.drive {
		if d.drivers&driverBit(k) != 0 {
			if list.Seek(d.doc); list.Doc == d.doc {
				r.take(b, list)
			}
		}
	}
	return !(b.most(&b.had) < bar.here) && r.atSighting(b, d)
}

// atSighting is at for a document of which it is known which drivers have it.
func (r *reading) atSighting(b *bounds, d sighting) bool {
	r.clear()
	for k, list := range b.drive {
		if d.drivers&driverBit(k) != 0 && list.Doc == d.doc {
			r.count(list.term, list.Hit(), r.ev.ranking)
		}
	}
	for _, u := range b.others {
		if u.Seek(d.doc); u.Doc == d.doc {
			r.count(u.term, u.Hit(), r.ev.ranking)
		}
	}
	return r.settleAt(d.doc)
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
