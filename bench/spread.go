package bench

import (
	"cmp"
	"slices"
	"time"
)

// Spread sums up numbers by nearest-rank percentiles: the p-th is the least that p % of the numbers do not exceed.
type Spread struct {
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
}

// spreadOf sums up numbers in units of unit; nil of none.
func spreadOf[T ~int | ~int64](numbers []T, unit float64) *Spread {
	if len(numbers) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(numbers))
	sum := 0.0
	for _, n := range sorted {
		sum += float64(n)
	}
	at := func(p int) float64 { return float64(rank(sorted, p)) / unit }
	return &Spread{Mean: sum / float64(len(sorted)) / unit, P50: at(50), P95: at(95), P99: at(99), Max: at(100)}
}

// rank is the p-th percentile of sorted numbers, p from 1 to 100.
func rank[T cmp.Ordered](sorted []T, p int) T {
	return sorted[(p*len(sorted)+99)/100-1]
}

// median is the middle of durations, the lower of two: one that was measured.
func median(took []time.Duration) time.Duration {
	return rank(slices.Sorted(slices.Values(took)), 50)
}
