package bench

// Ratio compares the times of one family in two runs.
type Ratio struct {
	Family string  `json:"family"`
	Ours   *Spread `json:"ours_ms"`
	Theirs *Spread `json:"theirs_ms"`
	P50    float64 `json:"p50"` // theirs / ours
	P99    float64 `json:"p99"`
}

// Ratios compares the families that both runs have times of.
func Ratios(ours, theirs *Run) []Ratio {
	var ratios []Ratio
	for _, t := range theirs.Families {
		o := ours.family(t.Name)
		if o == nil || o.Milliseconds == nil || t.Milliseconds == nil {
			continue
		}
		ratios = append(ratios, Ratio{Family: t.Name, Ours: o.Milliseconds, Theirs: t.Milliseconds,
			P50: quotient(t.Milliseconds.P50, o.Milliseconds.P50), P99: quotient(t.Milliseconds.P99, o.Milliseconds.P99)})
	}
	return ratios
}

// quotient is 0 where there is none.
func quotient(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
