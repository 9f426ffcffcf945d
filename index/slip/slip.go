// Package slip tells how fingers slip on a keyboard: how probably one text was typed where another was
// meant, for whole words and for the beginnings of names.
package slip

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
	var a, b [shortText]rune
	return LikenessOf(appendRunes(a[:0], typed), appendRunes(b[:0], meant))
}

// Closest is the greatest Likeness of two different words without punctuation, which differ in a doubled letter.
const Closest = 1 / (1 + float64(doubled)/other)

// shortText is the length in characters up to which a comparison allocates nothing.
const shortText = 64

func appendRunes(to []rune, text string) []rune {
	for _, r := range text {
		to = append(to, r)
	}
	return to
}

// LikenessOf is Likeness of texts that are cut into characters already.
func LikenessOf(a, b []rune) float64 {
	var rows [3][shortText + 1]int
	prev2, prev, row := rows[0][:], rows[1][:], rows[2][:]
	if len(b) > shortText {
		prev2, prev, row = make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	}
	for j := 1; j <= len(b); j++ {
		prev[j] = prev[j-1] + extra(b, j-1)
	}
	for i := 1; i <= len(a); i++ {
		missing := extra(a, i-1)
		row[0] = prev[0] + missing
		for j := 1; j <= len(b); j++ {
			best := min(prev[j]+missing, row[j-1]+extra(b, j-1))
			if a[i-1] == b[j-1] {
				best = min(best, prev[j-1])
			} else if best > prev[j-1] {
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

// The place of each letter from a to z on a QWERTY keyboard: its number in the row, and the row below the digits'.
const (
	columns = "04222345767865890314631150"
	rows    = "23321222122233111121131313"
)

func key(r rune) (x, y int, ok bool) {
	switch {
	case r == '0':
		return 9, 0, true
	case r >= '1' && r <= '9':
		return int(r - '1'), 0, true
	case r >= 'a' && r <= 'z':
		return int(columns[r-'a'] - '0'), int(rows[r-'a'] - '0'), true
	}
	return 0, 0, false
}
