package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pkgsearch/index"
)

// Values that are counted of a facet: the most frequent ones.
const (
	DefaultFacetSize = 20
	MaxFacetSize     = 100
)

// FacetCount is a value and the number of matches that have it.
type FacetCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// compare orders counts: the most first, then by value.
func (a FacetCount) compare(b FacetCount) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
}

// facetCounter is a collector that counts the values of facets, each in a tally of its own.
type facetCounter struct {
	names   []string
	tallies []tally
}

// tally counts the values of one facet.
type tally interface {
	enter(s *index.Segment) error
	add(doc uint32)
	top(ctx context.Context) ([]FacetCount, error)
}

// newFacetCounter needs a context as long as the counting, and the view that is counted.
func newFacetCounter(ctx context.Context, view *index.View, req Request, day time.Time) *facetCounter {
	size := req.FacetSize
	if size == 0 {
		size = DefaultFacetSize
	}
	c := &facetCounter{}
	for _, f := range req.Facets {
		c.names = append(c.names, f.String())
		if f.few() != nil {
			c.tallies = append(c.tallies, &fewTally{facet: f, day: day})
		} else {
			c.tallies = append(c.tallies, &termTally{size: size, forward: func(s *index.Segment) (*index.Forward, error) {
				return view.Forward(ctx, s, f.field())
			}})
		}
	}
	return c
}

func (c *facetCounter) enter(s *index.Segment) error {
	for _, t := range c.tallies {
		if err := t.enter(s); err != nil {
			return err
		}
	}
	return nil
}

func (c *facetCounter) take(doc uint32) {
	for _, t := range c.tallies {
		t.add(doc)
	}
}

// result gives the counts of each facet, by its name.
func (c *facetCounter) result(ctx context.Context) (map[string][]FacetCount, error) {
	all := make(map[string][]FacetCount, len(c.names))
	for i, t := range c.tallies {
		counts, err := t.top(ctx)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(counts, FacetCount.compare)
		all[c.names[i]] = counts
	}
	return all, nil
}

// fewTally counts a facet of few values.
type fewTally struct {
	facet  Facet
	day    time.Time
	of     func(doc uint32) uint8 // in the present segment
	counts [256]int               // by the set of values
}

func (t *fewTally) enter(s *index.Segment) error {
	t.of = t.facet.valuesOf(s, t.day)
	return nil
}

func (t *fewTally) add(doc uint32) { t.counts[t.of(doc)]++ }

func (t *fewTally) top(context.Context) ([]FacetCount, error) {
	counts := []FacetCount{}
	for i, value := range t.facet.few() {
		n := 0
		for set, packages := range t.counts {
			n += set >> i & 1 * packages
		}
		if n > 0 {
			counts = append(counts, FacetCount{value, n})
		}
	}
	return counts, nil
}

// termTally counts a facet whose values are terms of a field, in each segment by their places in its dictionary:
// 4 bytes a term for the time of a query.
type termTally struct {
	forward  func(*index.Segment) (*index.Forward, error)
	size     int
	segments []termCounts
}

type termCounts struct {
	*index.Forward
	counts []uint32 // by place
}

func (t *termTally) enter(s *index.Segment) error {
	f, err := t.forward(s)
	if err != nil {
		return err
	}
	t.segments = append(t.segments, termCounts{f, make([]uint32, f.Len())})
	return nil
}

func (t *termTally) add(doc uint32) {
	last := &t.segments[len(t.segments)-1]
	for _, term := range last.Of(doc) {
		last.counts[term]++
	}
}

// top adds up what the segments have counted of the terms that can be among the most frequent. Where size terms of one
// segment have at least c each, in all segments together none of the size most frequent has less than c, so that each
// of them has its share of c, c by the number of segments, in one of them.
func (t *termTally) top(ctx context.Context) ([]FacetCount, error) {
	least := uint32(0)
	for _, s := range t.segments {
		least = max(least, largest(s.counts, t.size))
	}
	share := max(1, (least+uint32(len(t.segments))-1)/max(1, uint32(len(t.segments))))
	best := []FacetCount{}
	for n, s := range t.segments {
		for place, count := range s.counts {
			if place%checkEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if count < share {
				continue
			}
			term := s.Term(uint32(place))
			total, first := t.total(term, share)
			if first == n { // else another segment has offered it
				best = keepBest(best, FacetCount{term, total}, t.size)
			}
		}
	}
	return best, nil
}

// total adds up a term's counts and tells the first segment in which it has its share.
func (t *termTally) total(term string, share uint32) (total, first int) {
	first = -1
	for n, s := range t.segments {
		if place, ok := s.Find(term); ok {
			total += int(s.counts[place])
			if first < 0 && s.counts[place] >= share {
				first = n
			}
		}
	}
	return total, first
}

// keepBest puts a count where it belongs among the best, of which there are at most size.
func keepBest(best []FacetCount, c FacetCount, size int) []FacetCount {
	if len(best) == size && c.compare(best[size-1]) > 0 {
		return best
	}
	at, _ := slices.BinarySearchFunc(best, c, FacetCount.compare)
	best = slices.Insert(best, at, c)
	return best[:min(len(best), size)]
}

// largest is the n-th largest number, 0 where there are fewer.
func largest(numbers []uint32, n int) uint32 {
	top := make([]uint32, 0, n+1) // descending
	for _, v := range numbers {
		if v == 0 || len(top) == n && v <= top[n-1] {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, v, func(a, b uint32) int { return cmp.Compare(b, a) })
		top = slices.Insert(top, at, v)
		top = top[:min(len(top), n)]
	}
	if len(top) < n {
		return 0
	}
	return top[n-1]
}
