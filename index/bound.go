package index

import (
	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// PriorBlock is the number of documents that share a bound of their priors.
const PriorBlock = 128

// PriorBound is the most that the priors of a block of documents can be.
type PriorBound struct {
	here, on most // in the block, and in it and all after it
}

// most is what no document of some has more of.
type most struct {
	prior  float32 // of the default weights
	scores score.Scores
}

// Here is the most of the block, under weights or, if nil, the default ones.
func (b *PriorBound) Here(w *score.Weights) float64 { return b.here.under(w) }

// On is the most of the block and all after it.
func (b *PriorBound) On(w *score.Weights) float64 { return b.on.under(w) }

func (m *most) under(w *score.Weights) float64 {
	if w == nil {
		return float64(m.prior)
	}
	return float64(store.Rank{Scores: m.scores}.Prior(*w))
}

func (m most) and(prior float32, s score.Scores) most {
	return most{max(m.prior, prior), score.Scores{
		Popularity:  max(m.scores.Popularity, s.Popularity),
		Quality:     max(m.scores.Quality, s.Quality),
		Maintenance: max(m.scores.Maintenance, s.Maintenance),
	}}
}

// PriorBound is that of a document's block.
func (c *column) PriorBound(doc uint32) *PriorBound { return &c.bounds[doc/PriorBlock] }

func boundsOf(r *rankColumns) []PriorBound {
	bounds := make([]PriorBound, (len(r.priors)+PriorBlock-1)/PriorBlock)
	for doc, prior := range r.priors {
		b := &bounds[doc/PriorBlock]
		b.here = b.here.and(prior, score.Scores{Popularity: r.popularity[doc], Quality: r.quality[doc], Maintenance: r.maintenance[doc]})
	}
	var on most
	for i := len(bounds) - 1; i >= 0; i-- {
		on = on.and(bounds[i].here.prior, bounds[i].here.scores)
		bounds[i].on = on
	}
	return bounds
}
