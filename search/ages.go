package search

import (
	"math"
	"slices"
	"strings"
	"time"

	"pkgsearch/index/store"
)

// Age is a time that has passed: a number of calendar months, or of seconds.
type Age struct{ Months, Seconds int }

// Ages asks for dates that lie between two ages back. Dates that are still to come count as age 0.
type Ages struct {
	AtLeast, AtMost *Age // nil: no bound
	Strictly        bool // more and less than, in place of at least and at most
}

// Bounds of an age, beyond which no date lies: a larger one counts as 200 years.
const (
	maxMonths = 200 * 12
	hour      = 60 * 60 // seconds, as all that follow
	maxAge    = 200 * 366 * 24 * hour
)

// roughly gives the seconds of an age, to tell which of two is longer.
func (a Age) roughly() int { return a.Seconds + a.Months*(365*24*hour/12) }

// parseAges reads a range whose values are ages. "30d" is the same as "<=30d": at most so old.
func parseAges(text string) (Ages, bool) {
	if low, high, ok := strings.Cut(text, ".."); ok {
		a, okLow := parseAge(low)
		b, okHigh := parseAge(high)
		ages := Ages{AtLeast: &a, AtMost: &b}
		if open(low) {
			ages.AtLeast, okLow = nil, true
		}
		if open(high) {
			ages.AtMost, okHigh = nil, true
		}
		okLow = okLow && (open(low) || open(high) || a.roughly() <= b.roughly())
		return ages, okLow && okHigh && !(open(low) && open(high))
	}
	op, rest := cutOperator(text)
	a, ok := parseAge(rest)
	switch op {
	case ">", ">=":
		return Ages{AtLeast: &a, Strictly: op == ">"}, ok
	}
	return Ages{AtMost: &a, Strictly: op == "<"}, ok
}

// parseAge reads a number of hours, days, weeks, months or years.
func parseAge(text string) (Age, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	n, digits := 0, 0
	for digits < len(text) && '0' <= text[digits] && text[digits] <= '9' {
		n = min(n*10+int(text[digits]-'0'), maxAge)
		digits++
	}
	if digits == 0 {
		return Age{}, false
	}
	switch strings.TrimSpace(text[digits:]) {
	case "h", "hour", "hours":
		return Age{Seconds: min(n, maxAge/hour) * hour}, true
	case "d", "day", "days":
		return Age{Seconds: min(n, maxAge/hour/24) * hour * 24}, true
	case "w", "week", "weeks":
		return Age{Seconds: min(n, maxAge/hour/24/7) * hour * 24 * 7}, true
	case "mo", "month", "months":
		return Age{Months: min(n, maxMonths)}, true
	case "y", "yr", "year", "years":
		return Age{Months: min(n, maxMonths/12) * 12}, true
	}
	return Age{}, false
}

// before gives the moment that lies so far back.
func (a Age) before(now time.Time) uint64 {
	return uint64(store.Seconds(now.UTC().AddDate(0, -a.Months, 0).Add(-time.Duration(a.Seconds) * time.Second)))
}

// dates gives the first and the last second that are between the ages.
func (a Ages) dates(now time.Time) (low, high uint64) {
	low, high = 1, math.MaxUint32
	strict := uint64(0)
	if a.Strictly {
		strict = 1
	}
	if a.AtMost != nil {
		low = a.AtMost.before(now) + strict
	}
	if a.AtLeast != nil {
		high = a.AtLeast.before(now) - strict
	}
	return low, high
}

// FollowsClock tells whether an answer changes as time passes though the index stands still: the text asks for an age.
func FollowsClock(text string) bool {
	q, err := Parse(text)
	return err == nil && slices.ContainsFunc(q.Ranges, func(r Range) bool { return r.Ages != nil })
}
