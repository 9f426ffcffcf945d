package search

import (
	"math"
	"strings"
	"time"

	"pkgsearch/index/store"
)

// Measure is a number of a package that a Range looks at.
type Measure int

const (
	Downloads     Measure = iota // last month
	Dependents                   // store.Facts.Dependents
	Updated                      // seconds since 1970; a package without a date is in no range
	Created                      // as Updated
	Size                         // bytes; a package of unknown size is in no range
	VersionNumber                // store.Version; a package without a version is in no range
	NodeLowest                   // store.Version of the lowest Node that engines allow
	NodeAllowed                  // engines allow some store.Version of the range
)

// Range asks for packages whose measure is from Low to High, both included; none are when Low > High.
type Range struct {
	Measure   Measure
	Low, High uint64
	Ages      *Ages // dates only: in place of Low and High, resolved by Query.at
	Not       bool  // the others, also those whose measure is not known
}

// top is the largest value that is kept of a measure: whatever is larger is kept as that.
func (m Measure) top() uint64 {
	switch m {
	case Downloads:
		return math.MaxUint64
	case VersionNumber, NodeLowest, NodeAllowed:
		return uint64(store.MaxVersion)
	}
	return math.MaxUint32
}

// within reads a range of a measure.
func within(m Measure) kind {
	return kind{cost: one, add: func(p *parser, it item) (string, bool) {
		value := strings.TrimSpace(it.value)
		r, ok := parseRange(m, value)
		if !ok {
			return value, false
		}
		r.Not = it.minus
		p.query.Ranges = append(p.query.Ranges, r)
		return "", true
	}}
}

// node reads node:. A module of Node's own, such as node:fs, is text.
func node() kind {
	k := within(NodeLowest)
	k.add = func(p *parser, it item) (string, bool) {
		value := strings.TrimSpace(it.value)
		m := NodeLowest
		if op, _ := cutOperator(value); (op == "" || op == "=") && !strings.Contains(value, "..") {
			m = NodeAllowed
		}
		return within(m).add(p, it)
	}
	k.text = func(value string) bool {
		value = strings.TrimLeft(value, "vV")
		return value != "" && ('a' <= value[0]|0x20 && value[0]|0x20 <= 'z')
	}
	return k
}

// span is what one value stands for: a month is all of its seconds.
type span struct{ first, last uint64 }

// parseRange reads ">N", ">=N", "<N", "<=N", "=N", "N", "A..B", "A.." and "..B". Dates may be ages, too.
func parseRange(m Measure, text string) (Range, bool) {
	r := Range{Measure: m, High: m.top()}
	if m == Updated || m == Created {
		if ages, ok := parseAges(text); ok {
			r.Ages, r.High = &ages, 0
			return r, true
		}
	}
	read := func(text string) (span, bool) { return m.read(strings.TrimSpace(text)) }
	if low, high, ok := strings.Cut(text, ".."); ok {
		from, okFrom := read(low)
		to, okTo := read(high)
		if open(low) {
			from.first, okFrom = 0, true
		}
		if open(high) {
			to.last, okTo = r.High, true
		}
		r.Low, r.High = from.first, to.last
		return r, okFrom && okTo && from.first <= to.last && !(open(low) && open(high))
	}
	op, rest := cutOperator(text)
	s, ok := read(rest)
	switch op {
	case ">":
		r.Low = min(s.last, r.High-1) + 1
	case ">=":
		r.Low = s.first
	case "<":
		r.Low, r.High = 0, s.first-1
		if s.first == 0 {
			r.Low, r.High = 1, 0 // nothing is below
		}
	case "<=":
		r.High = s.last
	default:
		r.Low, r.High = s.first, s.last
	}
	return r, ok
}

// open tells whether an end of a range is left open.
func open(end string) bool {
	end = strings.TrimSpace(end)
	return end == "" || end == "*"
}

// cutOperator takes a comparison off the head of a value.
func cutOperator(text string) (operator, rest string) {
	for _, spelling := range [][2]string{{">=", ">="}, {"=>", ">="}, {"<=", "<="}, {"=<", "<="}, {"≥", ">="}, {"≤", "<="}, {">", ">"}, {"<", "<"}, {"=", "="}} {
		if rest, ok := strings.CutPrefix(text, spelling[0]); ok {
			return spelling[1], rest
		}
	}
	return "", text
}

// read reads one value of a measure; larger ones than the top count as the top.
func (m Measure) read(text string) (span, bool) {
	switch m {
	case Downloads, Dependents:
		n, ok := parseAmount(text, countUnit)
		n = min(n, m.top())
		return span{n, n}, ok
	case Size:
		n, ok := parseAmount(text, sizeUnit)
		n = min(n, m.top())
		return span{n, n}, ok
	case Updated, Created:
		return parseDate(text)
	}
	from, to, ok := store.ParseVersion(text)
	return span{uint64(from), uint64(to)}, ok
}

// at gives the query with ages turned into dates, as of now.
func (q Query) at(now time.Time) Query {
	ranges := make([]Range, len(q.Ranges))
	copy(ranges, q.Ranges)
	for i, r := range ranges {
		if r.Ages != nil {
			ranges[i].Low, ranges[i].High = r.Ages.dates(now)
			ranges[i].Ages = nil
		}
	}
	if len(ranges) > 0 {
		q.Ranges = ranges
	}
	return q
}
