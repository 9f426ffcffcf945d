package score

import "math"

const (
	priorPower        = 3      // spreads packages: twice the blend weighs up to eight times
	priorFloor        = 0.1    // the best text match of an unknown package must be able to win
	deprecatedPenalty = 0.25   // found when asked for by name, behind living neighbours otherwise
	heldPenalty       = 0.0001 // the best placeholder stays below the worst deprecated package
)

// Prior is the query-independent factor of ranking, in (0,1]: (0.1 + 0.9 * Blend)^3, times 0.25
// when deprecated, times 0.0001 when the registry holds the name. It increases with the blend.
func Prior(s Scores, w Weights, deprecated, held bool) float64 {
	prior := math.Pow(priorFloor+(1-priorFloor)*w.Blend(s), priorPower)
	if deprecated {
		prior *= deprecatedPenalty
	}
	if held {
		prior *= heldPenalty
	}
	return min(prior, 1)
}
