package search

import (
	"context"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
)

// candidate is a scored document.
type candidate struct {
	score   float64
	segment *index.Segment
	doc     uint32
}

func (c candidate) name() string { return c.segment.Name(c.doc) }

// again reads the matches of a page once more, one segment after the other; visit takes their numbers in the page.
func (ev *evaluation) again(ctx context.Context, page []candidate, visit func(i int, m *match)) error {
	for _, s := range ev.view.Segments() {
		at := make(map[uint32]int)
		only := bitset.New(uint(s.Len()))
		for i, c := range page {
			if c.segment == s {
				at[c.doc] = i
				only.Set(uint(c.doc))
			}
		}
		if len(at) == 0 {
			continue
		}
		if err := ev.matches(ctx, s, only, func(doc uint32, m *match) { visit(at[doc], m) }); err != nil {
			return err
		}
	}
	return nil
}

// explain notes what each part contributes to the scores of a page's hits, which may be fewer than its matches.
func (ev *evaluation) explain(ctx context.Context, page []candidate, hits []Hit) error {
	for i, w := range ev.words {
		ev.labels[i] = labelsOf(w.text)
	}
	byName := make(map[string]*Hit, len(hits))
	for i := range hits {
		byName[hits[i].Package.Name] = &hits[i]
	}
	return ev.again(ctx, page, func(i int, m *match) {
		c := page[i]
		if hit := byName[c.name()]; hit != nil {
			ev.rank(c.segment, c.doc, m, 0, func(p Part) { hit.Explain = append(hit.Explain, p) })
		}
	})
}

// checkEvery is the number of documents between two looks at the deadline.
const checkEvery = 1024

// matches calls visit for every live, allowed document that matches, in document order. The match is
// only valid during the call.
func (ev *evaluation) matches(ctx context.Context, s *index.Segment, allowed *bitset.BitSet, visit func(uint32, *match)) error {
	m := newMatch(ev.slots, ev.closenessIn(s))
	if len(ev.terms) == 0 || ev.onlyRequirements() {
		return everything(ctx, s, allowed, func(doc uint32) { visit(doc, m) })
	}
	lists, err := ev.open(s)
	if err != nil {
		return err
	}
	for n := 0; len(lists) > 0; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		doc := lists[0].postings.Doc
		m.clear()
		for len(lists) > 0 && lists[0].postings.Doc == doc {
			m.count(&lists[0], ev.ranking)
			if lists, err = lists.advance(); err != nil {
				return err
			}
		}
		if allowed == nil || allowed.Test(uint(doc)) {
			if m.settle(ev.groups, len(ev.words)) {
				visit(doc, m)
			}
		}
	}
	if m.near != nil {
		return m.near.err
	}
	return nil
}

// onlyRequirements tells whether the text has no word to rank by. A text without any letter or digit is
// still a name to look for.
func (ev *evaluation) onlyRequirements() bool {
	return len(ev.query.Words) == 0 && ev.query.Text == ""
}

func everything(ctx context.Context, s *index.Segment, allowed *bitset.BitSet, visit func(uint32)) error {
	for doc := range uint32(s.Len()) {
		if doc%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !s.Deleted(doc) && (allowed == nil || allowed.Test(uint(doc))) {
			visit(doc)
		}
	}
	return nil
}

// prior is the query-independent factor of a document's score.
func (ev *evaluation) prior(s *index.Segment, doc uint32) float64 {
	if ev.weights == nil {
		return s.Prior(doc)
	}
	return float64(s.Rank(doc).Prior(*ev.weights))
}
