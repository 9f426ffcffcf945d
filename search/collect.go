package search

import (
	"context"

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
				ev.stats.Scored++
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

// answer gives the page that a request asks for.
func (ev *evaluation) answer(ctx context.Context, req Request, after *place) (answer, error) {
	first := &orderedTop{sort: req.Sort, after: after, k: min(req.From+req.Size, MaxFrom)}
	floor := first.floor
	if req.Sort != ByRelevance {
		floor = nil
	}
	into := []collector{first}
	var counts *facetCounter
	if len(req.Facets) > 0 {
		counts = newFacetCounter(ctx, ev.view, req, ev.narrowed.day)
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
	if counts != nil {
		a.facets, err = counts.result(ctx)
	}
	return a, err
}

// score fills in the scores of a page: reading the postings twice costs less than ranking every match.
func (ev *evaluation) score(ctx context.Context, page []candidate) error {
	return ev.again(ctx, page, func(i int, m *match) {
		ev.stats.Scored++
		page[i].score = ev.rank(page[i].segment, page[i].doc, m, 0, nil)
	})
}
