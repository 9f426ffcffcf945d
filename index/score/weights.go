package score

import "math"

// Weights say how much each score counts in the blend. Only their proportions matter.
type Weights struct {
	Quality, Popularity, Maintenance float64
}

// DefaultWeights are those that npm clients send with every search, so that their requests and the
// ones without weights rank alike: .65, .98, .5, which is 31, 46 and 23 percent.
func DefaultWeights() Weights {
	return Weights{Quality: 0.65, Popularity: 0.98, Maintenance: 0.5}
}

// Blend is the weighted mean of the three scores, in [0,1]. Weights that are all zero, or of which
// one is negative, infinite or not a number, are replaced by the default ones.
func (w Weights) Blend(s Scores) float64 {
	w = w.unit()
	return clamp(w.Quality*clamp(float64(s.Quality)) +
		w.Popularity*clamp(float64(s.Popularity)) +
		w.Maintenance*clamp(float64(s.Maintenance)))
}

// unit scales the weights to a sum of 1.
func (w Weights) unit() Weights {
	largest := 0.0
	for _, x := range []float64{w.Quality, w.Popularity, w.Maintenance} {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			return DefaultWeights().unit()
		}
		largest = max(largest, x)
	}
	if largest == 0 {
		return DefaultWeights().unit()
	}
	w = Weights{w.Quality / largest, w.Popularity / largest, w.Maintenance / largest} // keeps the sum finite
	sum := w.Quality + w.Popularity + w.Maintenance
	return Weights{w.Quality / sum, w.Popularity / sum, w.Maintenance / sum}
}
