package search

import "strings"

// likeness tells how probably a typist who meant one word wrote the other, in (0,1]: 1 for equal words.
// It is exp of minus the cheapest sequence of slips (Damerau's restricted edit distance with weights):
// transposed neighbours, doubled letters and neighbouring keys are common, a wrong first letter is rare.
func likeness(typed, meant string) float64 {
	a, b := []rune(typed), []rune(meant)
	prev2, prev, row := make([]float64, len(b)+1), make([]float64, len(b)+1), make([]float64, len(b)+1)
	for j := 1; j <= len(b); j++ {
		prev[j] = prev[j-1] + omitted(b, j-1)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = prev[0] + inserted(a, i-1)
		for j := 1; j <= len(b); j++ {
			best := min(prev[j]+inserted(a, i-1), row[j-1]+omitted(b, j-1))
			if a[i-1] == b[j-1] {
				best = min(best, prev[j-1])
			} else {
				best = min(best, prev[j-1]+replaced(a[i-1], b[j-1], i == 1 || j == 1))
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				best = min(best, prev2[j-2]+slipTransposed)
			}
			row[j] = best
		}
		prev2, prev, row = prev, row, prev2
	}
	cost := prev[len(b)]
	return 1 / (1 + cost)
}

// Costs of slips.
const (
	slipTransposed = 0.6
	slipDoubled    = 0.5 // a letter twice, or once where it should be twice
	slipNeighbour  = 0.7 // the key beside
	slipOther      = 1.0
	slipFirst      = 0.6 // added when it concerns the first letter
)

func inserted(a []rune, i int) float64 {
	if i > 0 && a[i] == a[i-1] {
		return slipDoubled
	}
	if i == 0 {
		return slipOther + slipFirst
	}
	return slipOther
}

func omitted(b []rune, j int) float64 { return inserted(b, j) }

func replaced(a, b rune, first bool) float64 {
	cost := slipOther
	if neighbours(a, b) {
		cost = slipNeighbour
	}
	if first {
		cost += slipFirst
	}
	return cost
}

// neighbours tells whether two keys lie side by side on a QWERTY keyboard.
func neighbours(a, b rune) bool {
	ax, ay, ok := key(a)
	bx, by, ok2 := key(b)
	if !ok || !ok2 {
		return false
	}
	dx, dy := ax-bx, ay-by
	return dy == 0 && (dx == 1 || dx == -1) || dy == 1 && (dx == 0 || dx == -1) || dy == -1 && (dx == 0 || dx == 1)
}

func key(r rune) (x, y int, ok bool) {
	for y, row := range []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		if x := strings.IndexRune(row, r); x >= 0 {
			return x, y, true
		}
	}
	return 0, 0, false
}
