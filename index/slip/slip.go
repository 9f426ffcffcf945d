// Package slip tells how fingers slip on a keyboard: how probably one text was typed where another was
// meant, for whole words and for the beginnings of names.
package slip

import "strings"

// Costs of slips, in hundredths of a plain wrong letter.
const (
	separator  = 30  // a hyphen too many or too few: people leave punctuation out
	doubled    = 50  // a letter twice, or once where it should be twice
	transposed = 60  // neighbouring letters swapped
	neighbour  = 70  // the key beside
	other      = 100 // any other letter replaced, added or left out
	first      = 60  // added when it concerns the first letter, which is rarely wrong
)

// Likeness tells how probably a typist who meant one word wrote the other, in (0,1]: 1 for equal words.
// It is 1/(1+cost) of the cheapest sequence of slips (Damerau's restricted edit distance with weights).
func Likeness(typed, meant string) float64 {
	a, b := []rune(typed), []rune(meant)
	prev2, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := 1; j <= len(b); j++ {
		prev[j] = prev[j-1] + extra(b, j-1)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = prev[0] + extra(a, i-1)
		for j := 1; j <= len(b); j++ {
			best := min(prev[j]+extra(a, i-1), row[j-1]+extra(b, j-1))
			if a[i-1] == b[j-1] {
				best = min(best, prev[j-1])
			} else {
				best = min(best, prev[j-1]+replaced(a[i-1], b[j-1], i == 1 || j == 1))
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				best = min(best, prev2[j-2]+transposed)
			}
			row[j] = best
		}
		prev2, prev, row = prev, row, prev2
	}
	return likeness(prev[len(b)])
}

func likeness(cost int) float64 { return 1 / (1 + float64(cost)/other) }

// extra is the cost of the i-th letter of a text being missing in the other one.
func extra[L byte | rune](text []L, i int) int {
	switch {
	case i == 0:
		return other + first
	case text[i] == text[i-1]:
		return doubled
	case text[i] == '-':
		return separator
	}
	return other
}

func replaced(a, b rune, begins bool) int {
	cost := other
	if neighbours(a, b) {
		cost = neighbour
	}
	if begins {
		cost += first
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
