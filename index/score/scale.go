package score

import "math"

// clamp brings x into [0,1]; NaN becomes 0.
func clamp(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return max(0, min(x, 1))
}

// logScale maps a count to [0,1]: 0 at none, 1 from full on, and in between each doubling adds the
// same once x is well above noise. Counts about as small as noise are told apart only a little.
func logScale(x uint64, noise, full float64) float64 {
	return clamp(math.Log1p(float64(x)/noise) / math.Log1p(full/noise))
}

// point is one corner of a piecewise linear curve.
type point struct{ x, y float64 }

// along reads the curve at x: straight lines between corners (ascending in x), flat outside them.
func along(x float64, curve ...point) float64 {
	for i, p := range curve {
		if x > p.x {
			continue
		}
		if i == 0 {
			return p.y
		}
		left := curve[i-1]
		return left.y + (p.y-left.y)*(x-left.x)/(p.x-left.x)
	}
	return curve[len(curve)-1].y
}

// share is 1 for yes and 0 for no.
func share(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
