package eval

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Metric is one way to measure answers.
type Metric int

// All metrics but the last four measure single queries; those of a family are means.
const (
	NDCG        Metric = iota // see ndcg
	RR                        // 1/rank of the first right answer, 0 beyond the depth; its mean is MRR
	Success1                  // whether the first answer is right
	SuccessK                  // whether a right one is within the depth
	Recall                    // right answers within the depth, of those that could be
	Zero                      // whether there is no answer at all
	Judged                    // share of the answers that somebody has judged
	Violation                 // whether a negative stands above the first right answer
	Saved                     // share of a name that need not be typed
	Consistency               // of a family: see consistency
	P50                       // median latency in milliseconds
	P95                       // that of all but the slowest twentieth
	Errors                    // questions without an answer
	numMetrics
)

func (m Metric) names() []string {
	return [numMetrics][]string{
		{"ndcg", "ndcg@10"}, {"rr", "mrr", "mrr@10"}, {"s1", "s@1", "success@1"}, {"s10", "s@10", "success@10", "success@k"},
		{"recall", "r@10"}, {"zero"}, {"judged"}, {"violation", "violations"}, {"saved"}, {"consistency"},
		{"p50_ms", "p50"}, {"p95_ms", "p95"}, {"errors"},
	}[m]
}

// String is the name of the metric in files and on the command line.
func (m Metric) String() string { return m.names()[0] }

// Metrics lists all in the order in which they are shown.
func Metrics() []Metric {
	all := make([]Metric, numMetrics)
	for i := range all {
		all[i] = Metric(i)
	}
	return all
}

// ParseMetric takes the name of a metric, or one that is also usual, in any case.
func ParseMetric(name string) (Metric, error) {
	var known []string
	for _, m := range Metrics() {
		if slices.Contains(m.names(), strings.ToLower(strings.TrimSpace(name))) {
			return m, nil
		}
		known = append(known, m.String())
	}
	return 0, fmt.Errorf("unknown metric %q: it must be one of %s", name, strings.Join(known, ", "))
}

// Figures are the measures of one query or family, by Metric; NaN where one does not apply.
type Figures [numMetrics]float64

func noFigures() Figures {
	var f Figures
	for m := range f {
		f[m] = math.NaN()
	}
	return f
}

// MarshalJSON leaves out what does not apply.
func (f Figures) MarshalJSON() ([]byte, error) {
	fields := map[string]float64{}
	for m, v := range f {
		if !math.IsNaN(v) {
			fields[Metric(m).String()] = v
		}
	}
	return json.Marshal(fields)
}

// UnmarshalJSON takes what MarshalJSON makes.
func (f *Figures) UnmarshalJSON(raw []byte) error {
	var fields map[string]float64
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	*f = noFigures()
	for m := range f {
		if v, ok := fields[Metric(m).String()]; ok {
			f[m] = v
		}
	}
	return nil
}

// mean of the values; NaN of none.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// meanFigures is the mean of each metric over those that it applies to.
func meanFigures(all []Figures) Figures {
	var means Figures
	for m := range means {
		var values []float64
		for _, f := range all {
			if !math.IsNaN(f[m]) {
				values = append(values, f[m])
			}
		}
		means[m] = mean(values)
	}
	return means
}
