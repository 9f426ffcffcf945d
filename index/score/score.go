// Package score judges packages without any query: how popular, how well made and how well kept
// they are. It owns the signals, the three scores, the labelled parts that make them, and the prior
// that ranking multiplies with the text score. Everything here is pure and deterministic: the same
// signals and the same time give the same numbers, each score lies in [0,1], and no input makes NaN.
package score

import "time"

// Part is one labelled share of a score: Value in [0,1] counts Weight times.
type Part struct {
	Label  string  `json:"label"`
	Value  float64 `json:"value"`
	Weight float64 `json:"weight"`
}

// Parts are the explanation of Scores: each score is Mean of its list.
type Parts struct {
	Popularity  []Part `json:"popularity"`
	Quality     []Part `json:"quality"`
	Maintenance []Part `json:"maintenance"`
}

// Of judges a package as of now. The parts make the scores: nothing enters a number that is not in
// its list. Publishes later than now count as if they had not happened, or as made now.
func Of(s Signals, now time.Time) (Scores, Parts) {
	parts := Parts{
		Popularity:  popularity(s),
		Quality:     quality(s),
		Maintenance: maintenance(s, now),
	}
	return Scores{
		Popularity:  float32(Mean(parts.Popularity)),
		Quality:     float32(Mean(parts.Quality)),
		Maintenance: float32(Mean(parts.Maintenance)),
	}, parts
}

// Mean is sum(Value*Weight)/sum(Weight); 0 for no parts.
func Mean(parts []Part) float64 {
	var sum, weight float64
	for _, p := range parts {
		sum += p.Value * p.Weight
		weight += p.Weight
	}
	if weight == 0 {
		return 0
	}
	return clamp(sum / weight) // rounding may step over 1 in the last bit
}
