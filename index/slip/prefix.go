package slip

// Slips is what it took to type one text where another was meant: fewer slips are less, then cheaper ones.
type Slips int32

const oneSlip Slips = 1 << 16

// Count is the number of slips.
func (s Slips) Count() int { return int(s / oneSlip) }

// Likeness is as the function of that name has it: 1 for none, towards 0 for many.
func (s Slips) Likeness() float64 { return likeness(int(s % oneSlip)) }

const never Slips = 1 << 30

// slipped makes a slip of its cost, in text where so many are allowed. Where two are, one in the first
// letter counts for both: it is rare, and any letter there would make the walk so many times longer.
func slipped(cost, limit int, begins bool) Slips {
	if begins && limit > 1 {
		return 2*oneSlip + Slips(cost)
	}
	return oneSlip + Slips(cost)
}

// Prefix follows a text letter by letter, down the branches of a sorted list, and tells how few slips lead
// from what was typed to some beginning of it (Damerau's restricted distance, by rows). Texts are bytes:
// a letter outside ASCII counts as several.
type Prefix struct {
	typed []byte
	extra []Slips // of each typed letter
	limit int     // slips
	keys  [256][]Slips
	path  []byte
	rows  [][]Slips // rows[d][i] leads from typed[:i] to path[:d]; never where |i-d| > limit
	least []Slips   // of each row
	best  []Slips   // fewest slips to a beginning of path[:d]
}

// NewPrefix looks for beginnings at most limit slips from what was typed.
func NewPrefix(typed []byte, limit int) *Prefix {
	n := len(typed)
	p := &Prefix{typed: typed, limit: limit, extra: make([]Slips, n)}
	for i := range typed {
		p.extra[i] = slipped(extra(typed, i), limit, i == 0)
	}
	depth := n + limit + 1
	p.path = make([]byte, depth)
	p.rows = make([][]Slips, depth+1)
	cells := make([]Slips, (depth+1)*(n+1))
	for i := range cells {
		cells[i] = never
	}
	for d := range p.rows {
		p.rows[d] = cells[d*(n+1) : (d+1)*(n+1)]
	}
	p.least, p.best = make([]Slips, depth+1), make([]Slips, depth+1)
	p.rows[0][0] = 0
	for i := 1; i <= min(n, limit); i++ {
		p.rows[0][i] = p.rows[0][i-1] + p.extra[i-1]
	}
	p.best[0] = never
	return p
}

// Step follows the text of which depth letters stand to the next letter. found is the fewest slips to a
// beginning of the text that ends here, if it is within the limit and fewer than to any shorter one; open
// tells whether longer ones may need fewer still.
func (p *Prefix) Step(depth int, letter byte) (found Slips, ok, open bool) {
	n, d := len(p.typed), depth+1
	if d > len(p.path) {
		return 0, false, false
	}
	p.path[depth] = letter
	omitted := slipped(extra(p.path, depth), p.limit, depth == 0)
	keys := p.replacing(letter)
	row, prev := p.rows[d], p.rows[depth]
	least := never
	for i := max(0, d-p.limit); i <= min(n, d+p.limit); i++ {
		best := prev[i] + omitted
		if i > 0 {
			best = min(best, row[i-1]+p.extra[i-1])
			if p.typed[i-1] == letter {
				best = min(best, prev[i-1])
			} else {
				best = min(best, prev[i-1]+keys[i-1])
			}
			if i > 1 && d > 1 && p.typed[i-1] == p.path[d-2] && p.typed[i-2] == letter {
				best = min(best, p.rows[d-2][i-2]+slipped(transposed, p.limit, false))
			}
		}
		row[i] = best
		least = min(least, best)
	}
	p.least[d], p.best[d] = least, p.best[depth]
	within := Slips(p.limit+1) * oneSlip // and less
	if row[n] < min(within, p.best[depth]) {
		found, ok = row[n], true
		p.best[d] = found
	}
	// A swap reaches over this row.
	return found, ok, min(least, p.least[depth]+slipped(transposed, p.limit, false)) < min(within, p.best[d])
}

// Wanted tells which letters can follow the depth letters of the text: any, or only those that it appends. With another one
// Step finds nothing, and nothing longer either.
func (p *Prefix) Wanted(depth int, letters []byte) (only []byte, any bool) {
	n, within := len(p.typed), Slips(p.limit+1)*oneSlip
	if depth >= len(p.path) {
		return letters, false
	}
	if p.Left(depth) > 0 {
		return letters, true
	}
	// No more slips: the letter is the next one typed, or ends a swap.
	for i := max(0, depth-p.limit); i <= min(n, depth+p.limit); i++ {
		if i < n && p.rows[depth][i] < within {
			letters = append(letters, p.typed[i])
		}
		if depth > 0 && i > 0 && i < n && p.typed[i] == p.path[depth-1] && p.rows[depth-1][i-1]+oneSlip < within {
			letters = append(letters, p.typed[i-1])
		}
	}
	return letters, false
}

// Left is how many more slips there may be behind the depth letters of the text, below 0 when there were too many. A
// swap that the next letter would complete does not count.
func (p *Prefix) Left(depth int) int {
	least := never
	for i := max(0, depth-p.limit); i <= min(len(p.typed), depth+p.limit); i++ {
		least = min(least, p.rows[depth][i])
	}
	return p.limit - least.Count()
}

// Likeness is the highest that anything found behind the depth letters of the text can have.
func (p *Prefix) Likeness(depth int) float64 {
	within, least := Slips(p.limit+1)*oneSlip, never
	for _, d := range []int{depth, max(depth-1, 0)} { // a swap reaches over a row
		for i := max(0, d-p.limit); i <= min(len(p.typed), d+p.limit); i++ {
			if s := p.rows[d][i]; s < within {
				least = min(least, s%oneSlip)
			}
		}
	}
	if least == never {
		return 0
	}
	return likeness(int(least))
}

// replacing gives the cost of the letter in place of each typed one.
func (p *Prefix) replacing(letter byte) []Slips {
	if p.keys[letter] == nil {
		costs := make([]Slips, len(p.typed))
		for i, b := range p.typed {
			costs[i] = slipped(replaced(rune(b), rune(letter), i == 0), p.limit, i == 0)
		}
		p.keys[letter] = costs
	}
	return p.keys[letter]
}
