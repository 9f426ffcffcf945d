package search

import (
	"bytes"
	"context"
	"slices"

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

// compare orders candidates best first, ties by name.
func (c candidate) compare(d candidate) int {
	switch {
	case c.score > d.score:
		return -1
	case c.score < d.score:
		return 1
	}
	return bytes.Compare(c.segment.NameBytes(c.doc), d.segment.NameBytes(d.doc))
}

// top gives the k best matches, best first, and how many match in all.
func (ev *evaluation) top(ctx context.Context, k int) ([]candidate, int, error) {
	best := topK{k: k}
	total := 0
	for _, s := range ev.view.Segments() {
		allowed, err := ev.allowed(ctx, s)
		if err != nil {
			return nil, 0, err
		}
		err = ev.matches(ctx, s, allowed, func(doc uint32, m *match) {
			total++
			best.offer(candidate{ev.rank(s, doc, m, best.floor(), nil), s, doc})
		})
		if err != nil {
			return nil, 0, err
		}
	}
	slices.SortFunc(best.heap, candidate.compare)
	return best.heap, total, nil
}

// explain ranks the documents of a page once more, noting what each part contributes.
func (ev *evaluation) explain(ctx context.Context, page []candidate, hits []Hit) error {
	byName := make(map[string]int, len(hits)) // from 1
	for i := range hits {
		byName[hits[i].Package.Name] = i + 1
	}
	for _, s := range ev.view.Segments() {
		at := make(map[uint32]int)
		only := bitset.New(uint(s.Len()))
		for _, c := range page {
			if c.segment == s && byName[c.name()] != 0 {
				at[c.doc] = byName[c.name()] - 1
				only.Set(uint(c.doc))
			}
		}
		if len(at) == 0 {
			continue
		}
		err := ev.matches(ctx, s, only, func(doc uint32, m *match) {
			hit := &hits[at[doc]]
			ev.rank(s, doc, m, 0, func(p Part) { hit.Explain = append(hit.Explain, p) })
		})
		if err != nil {
			return err
		}
	}
	return nil
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
