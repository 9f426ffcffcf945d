package eval

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Requirement is a bound that a figure of a family must keep.
type Requirement struct {
	Family string // or MeanName
	Metric Metric
	AtMost bool // else at least
	Bound  float64
}

// ParseRequirement reads FAMILY:METRIC>=X or FAMILY:METRIC<=X.
func ParseRequirement(s string) (Requirement, error) {
	r := Requirement{}
	left, right, found := strings.Cut(s, ">=")
	if !found {
		left, right, found = strings.Cut(s, "<=")
		r.AtMost = true
	}
	at := strings.LastIndex(left, ":")
	if !found || at < 1 {
		return r, fmt.Errorf("requirement %q: it must be FAMILY:METRIC>=X or FAMILY:METRIC<=X", s)
	}
	var err error
	r.Family = strings.TrimSpace(left[:at])
	if r.Metric, err = ParseMetric(left[at+1:]); err != nil {
		return r, fmt.Errorf("requirement %q: %w", s, err)
	}
	if r.Bound, err = strconv.ParseFloat(strings.TrimSpace(right), 64); err != nil || math.IsNaN(r.Bound) {
		return r, fmt.Errorf("requirement %q: %q is not a number", s, right)
	}
	return r, nil
}

func (r Requirement) String() string {
	sign := ">="
	if r.AtMost {
		sign = "<="
	}
	return fmt.Sprintf("%s:%s%s%g", r.Family, r.Metric, sign, r.Bound)
}

// Check tells by how much the run breaks the requirement; a family or figure that is not there breaks it too.
func (r Requirement) Check(run *Run) error {
	f, ok := run.Family(r.Family)
	if !ok {
		return fmt.Errorf("%s does not hold: there is no such family", r)
	}
	switch v := f.Figures[r.Metric]; {
	case math.IsNaN(v):
		return fmt.Errorf("%s does not hold: the family has no such figure", r)
	case r.AtMost && v > r.Bound, !r.AtMost && v < r.Bound:
		return fmt.Errorf("%s does not hold: it is %.4f", r, v)
	}
	return nil
}
