package search

import (
	"cmp"
	"context"
	"math"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
)

// answer is a page of matches and what all of them have in common.
type answer struct {
	page   []candidate
	last   *candidate // the last of it or before it, if there are matches after it
	total  int
	facets map[string][]FacetCount
}

// answer gives the page that a request asks for.
func (ev *evaluation) answer(ctx context.Context, req Request, after *place) (answer, error) {
	size := min(req.From+req.Size, MaxFrom)
	top := &orderedTop{sort: req.Sort, after: after, k: size + 1} // one more tells whether there are more
	var counts *facetCounter
	if len(req.Facets) > 0 {
		counts = newFacetCounter(ctx, ev.view, req, ev.narrowed.day)
	}
	a, most := answer{}, cmp.Or(req.CountTo, math.MaxInt)
	for _, s := range ev.view.Segments() {
		matches, err := ev.collect(ctx, s, top, counts, most-a.total)
		if err != nil {
			return answer{}, err
		}
		a.total = min(a.total+matches, most)
	}
	found := top.sorted()
	if size > 0 && len(found) > size {
		a.last = &found[size-1]
	}
	found = found[:min(len(found), size)]
	a.page = found[min(req.From, len(found)):]
	if req.Sort != ByRelevance {
		if err := ev.score(a.page); err != nil {
			return answer{}, err
		}
	}
	var err error
	if counts != nil {
		a.facets, err = counts.result(ctx)
	}
	return a, err
}

// collect takes the matches of one segment and tells how many there are, or most where there are more. Scores are made
// only for those that may be among the best.
func (ev *evaluation) collect(ctx context.Context, s *index.Segment, top *orderedTop, counts *facetCounter, most int) (int, error) {
	allowed, err := ev.allowed(ctx, s)
	if err != nil {
		return 0, err
	}
	if top.sort == ByRelevance && counts == nil && !ev.exhaustive {
		if err := ev.best(ctx, s, allowed, top); err != nil {
			return 0, err
		}
		return ev.count(ctx, s, allowed, most)
	}
	matching, err := ev.matching(ctx, s, allowed)
	if err != nil {
		return 0, err
	}
	switch {
	case top.sort != ByRelevance:
		err = visitSet(ctx, matching, func(doc uint32) { top.take(candidate{segment: s, doc: doc}) })
	case ev.exhaustive:
		err = ev.bestOfMatching(ctx, s, matching, top)
	default: // for facets all matches are needed, for the page the best
		err = ev.best(ctx, s, allowed, top)
	}
	if err == nil && counts != nil {
		if err = counts.enter(s); err == nil {
			err = visitSet(ctx, matching, counts.take)
		}
	}
	return int(matching.Count()), err
}

// visitSet visits the documents of a set in order.
func visitSet(ctx context.Context, set *bitset.BitSet, visit func(doc uint32)) error {
	n := 0
	for doc := range set.EachSet() {
		if n++; n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		visit(uint32(doc))
	}
	return nil
}
