package search

import (
	"cmp"
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

// again reads the matches of a page once more, one segment after the other; visit takes their numbers in the page.
func (ev *evaluation) again(page []candidate, visit func(i int, r *reading)) error {
	for _, s := range ev.view.Segments() {
		var of []int // of this segment, in order of documents
		for i, c := range page {
			if c.segment == s {
				of = append(of, i)
			}
		}
		if len(of) == 0 {
			continue
		}
		slices.SortFunc(of, func(i, j int) int { return cmp.Compare(page[i].doc, page[j].doc) })
		r, err := ev.read(s)
		if err != nil {
			return err
		}
		for _, i := range of {
			if r.at(page[i].doc) || ev.everything() {
				visit(i, r)
			}
		}
	}
	return nil
}

// explain notes what each part contributes to the scores of a page's hits, which may be fewer than its matches.
func (ev *evaluation) explain(page []candidate, hits []Hit) error {
	for i, w := range ev.words {
		ev.labels[i] = labelsOf(w.text)
	}
	byName := make(map[string]*Hit, len(hits))
	for i := range hits {
		byName[hits[i].Package.Name] = &hits[i]
	}
	return ev.again(page, func(i int, r *reading) {
		if hit := byName[page[i].name()]; hit != nil {
			r.rank(page[i].doc, 0, func(p Part) { hit.Explain = append(hit.Explain, p) })
		}
	})
}

// score fills in the scores of a page that another order has made.
func (ev *evaluation) score(page []candidate) error {
	return ev.again(page, func(i int, r *reading) {
		ev.scored++
		page[i].score = r.rank(page[i].doc, 0, nil)
	})
}

// bestOfMatching gives the top every match with its score: what best does, without leaving anything out.
func (ev *evaluation) bestOfMatching(ctx context.Context, s *index.Segment, matching *bitset.BitSet, top *orderedTop) error {
	r, err := ev.read(s)
	if err != nil {
		return err
	}
	n := 0
	for doc := range matching.EachSet() {
		if n++; n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.at(uint32(doc))
		ev.scored++
		top.take(candidate{r.rank(uint32(doc), 0, nil), s, uint32(doc)})
	}
	return nil
}
