package search

import (
	"slices"

	"pkgsearch/index"
	"pkgsearch/index/postings"
)

// reach is the farthest that two words may stand apart and still be near each other.
const reach = 3

// reversed is what a pair in the wrong order is worth.
const reversed = 0.7

// closeness tells how near neighbouring words of a query stand in the documents of one segment.
type closeness struct {
	words []int // of the query
	stems []string
	lists []*postings.Cursor // of each stem; nil where the segment has none
	at    [][]int            // places of each stem in one document
}

// closenessIn is for the documents that the units are at; nil where there are not two words whose nearness counts.
func (ev *evaluation) closenessIn(units []unit) *closeness {
	if ev.likeOne != "" {
		return nil
	}
	c := &closeness{}
	for i, w := range ev.query.Words {
		if index.IsStopWord(w) {
			continue
		}
		stem := index.Stem(w)
		c.words, c.stems = append(c.words, i), append(c.stems, stem)
		var list *postings.Cursor
		if i := slices.IndexFunc(units, func(u unit) bool { return u.term.kind == postings.Stems && u.term.text == stem }); i >= 0 {
			list = units[i].Cursor
		}
		c.lists = append(c.lists, list)
	}
	if len(c.stems) < 2 {
		return nil
	}
	c.at = make([][]int, len(c.stems))
	return c
}

// of gives, for a document that has of each word what is said,
// the mean over neighbouring words of the query of how near they stand, in the name or in the
// description, whichever is better: 1 for side by side, 0 for out of reach.
func (c *closeness) of(name string, doc uint32, has []float64) float64 {
	return max(c.inProse(doc), c.inName(name, has))
}

func (c *closeness) inProse(doc uint32) float64 {
	for i, list := range c.lists {
		c.at[i] = c.at[i][:0]
		if list != nil && list.Doc == doc {
			c.at[i] = list.Places(postings.InProse, c.at[i])
		}
	}
	return meanNearness(c.at)
}

func (c *closeness) inName(name string, has []float64) float64 {
	for i := range c.at {
		c.at[i] = c.at[i][:0]
	}
	for _, t := range index.NameTokens(name) {
		stem := index.Stem(t.Text)
		for i, want := range c.stems {
			if stem == want && has[c.words[i]] > 0 { // else it is a form of it in the scope, which does not count as there
				c.at[i] = append(c.at[i], t.Position)
			}
		}
	}
	return meanNearness(c.at)
}

func meanNearness(positions [][]int) float64 {
	sum := 0.0
	for i := 1; i < len(positions); i++ {
		sum += nearness(positions[i-1], positions[i])
	}
	return sum / float64(len(positions)-1)
}

// nearness is the best over all pairs of places of one over their distance.
func nearness(first, second []int) float64 {
	best := 0.0
	for _, a := range first {
		for _, b := range second {
			switch d := b - a; {
			case d > 0 && d <= reach:
				best = max(best, 1/float64(d))
			case d < 0 && -d <= reach:
				best = max(best, reversed/float64(-d))
			}
		}
	}
	return best
}
