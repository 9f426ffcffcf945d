package search

import (
	"context"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
)

// collector takes every match of a query, segment by segment, in document order.
type collector interface {
	enter(s *index.Segment) error // before the documents of a segment
	take(c candidate)
}

// collect gives every match to the collectors and tells how many there are. Scores below the floor, which is asked for
// before each of them, may be less than they are; without a floor none are made.
func (ev *evaluation) collect(ctx context.Context, floor func() float64, into ...collector) (total int, err error) {
	for _, s := range ev.view.Segments() {
		for _, to := range into {
			if err := to.enter(s); err != nil {
				return 0, err
			}
		}
		allowed, err := ev.allowed(ctx, s)
		if err != nil {
			return 0, err
		}
		err = ev.matches(ctx, s, allowed, func(doc uint32, m *match) {
			total++
			c := candidate{segment: s, doc: doc}
			if floor != nil {
				c.score = ev.rank(s, doc, m, floor(), nil)
			}
			for _, to := range into {
				to.take(c)
			}
		})
		if err != nil {
			return 0, err
		}
	}
	return total, nil
}

// answer is a page of matches and what all of them have in common.
type answer struct {
	page   []candidate
	more   bool // there are matches after the page
	total  int
	facets map[string][]FacetCount
}

// answer gives the page that a request asks for. The plain case, best first from the start and without facets, is
// top's.
func (ev *evaluation) answer(ctx context.Context, req Request, after *place) (answer, error) {
	wanted := min(req.From+req.Size, MaxFrom)
	if after == nil && req.Sort == ByRelevance && len(req.Facets) == 0 {
		found, total, err := ev.top(ctx, wanted)
		return answer{page: found[min(req.From, len(found)):], more: total > len(found), total: total}, err
	}
	first := &orderedTop{sort: req.Sort, after: after, k: wanted}
	counts := newFacetCounter(ctx, ev.view, req, ev.narrowed.day)
	floor := first.floor
	if req.Sort != ByRelevance {
		floor = nil
	}
	into := []collector{first}
	if len(req.Facets) > 0 {
		into = append(into, counts)
	}
	total, err := ev.collect(ctx, floor, into...)
	if err != nil {
		return answer{}, err
	}
	found := first.sorted()
	a := answer{page: found[min(req.From, len(found)):], more: first.offered > len(found), total: total}
	if floor == nil {
		if err := ev.score(ctx, a.page); err != nil {
			return answer{}, err
		}
	}
	if len(req.Facets) > 0 {
		a.facets, err = counts.result(ctx)
	}
	return a, err
}

// score fills in the scores of a page: reading the postings twice costs less than ranking every match.
func (ev *evaluation) score(ctx context.Context, page []candidate) error {
	for _, s := range ev.view.Segments() {
		only := bitset.New(uint(s.Len()))
		at := map[uint32]int{}
		for i, c := range page {
			if c.segment == s {
				only.Set(uint(c.doc))
				at[c.doc] = i
			}
		}
		if len(at) == 0 {
			continue
		}
		err := ev.matches(ctx, s, only, func(doc uint32, m *match) { page[at[doc]].score = ev.rank(s, doc, m, 0, nil) })
		if err != nil {
			return err
		}
	}
	return nil
}
