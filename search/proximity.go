package search

import (
	"pkgsearch/index"
)

// reach is the farthest that two words may stand apart and still be near each other.
const reach = 3

// reversed is what a pair in the wrong order is worth.
const reversed = 0.7

// closeness tells how near neighbouring words of a query stand in the documents of one segment. Its lists
// of positions are opened when first needed and only ever move forward.
type closeness struct {
	segment *index.Segment
	stems   []string
	lists   []*index.Postings
	err     error // of the first list that could not be read
}

// closenessIn is for the documents of a segment; nil where there are not two words whose nearness counts.
func (ev *evaluation) closenessIn(s *index.Segment) *closeness {
	if ev.likeOne != "" {
		return nil
	}
	var stems []string
	for _, w := range ev.query.Words {
		if !index.IsStopWord(w) {
			stems = append(stems, index.Stem(w))
		}
	}
	if len(stems) < 2 {
		return nil
	}
	return &closeness{segment: s, stems: stems}
}

// of gives the mean over neighbouring words of the query of how near they stand, in the name or in the
// description, whichever is better: 1 for side by side, 0 for out of reach.
func (c *closeness) of(doc uint32) float64 {
	inProse, err := c.inProse(doc)
	if err != nil && c.err == nil {
		c.err = err
	}
	return max(meanNearness(inProse), meanNearness(c.inName(doc)))
}

func (c *closeness) inProse(doc uint32) ([][]int, error) {
	at := make([][]int, len(c.stems))
	if c.lists == nil {
		for _, stem := range c.stems {
			p, err := c.segment.Postings(index.FieldDescription, stem, true)
			if err != nil {
				return at, err
			}
			c.lists = append(c.lists, p)
		}
	}
	for i, p := range c.lists {
		found, err := p.Seek(doc)
		if err != nil {
			return at, err
		}
		if found {
			at[i] = p.Positions(nil)
		}
	}
	return at, nil
}

func (c *closeness) inName(doc uint32) [][]int {
	at := make([][]int, len(c.stems))
	for _, t := range index.NameTokens(c.segment.Name(doc)) {
		stem := index.Stem(t.Text)
		for i, want := range c.stems {
			if stem == want {
				at[i] = append(at[i], t.Position)
			}
		}
	}
	return at
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
