package search

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"pkgsearch/index/store"
)

// countUnit gives the factor of a suffix of counts, in lower case.
func countUnit(suffix string) (uint64, bool) {
	switch suffix {
	case "":
		return 1, true
	case "k":
		return 1e3, true
	case "m":
		return 1e6, true
	case "b", "g":
		return 1e9, true
	}
	return 0, false
}

// sizeUnit gives the bytes of a unit, in lower case.
func sizeUnit(suffix string) (uint64, bool) {
	switch suffix {
	case "", "b", "byte", "bytes":
		return 1, true
	case "k", "kb":
		return 1e3, true
	case "m", "mb":
		return 1e6, true
	case "g", "gb":
		return 1e9, true
	case "kib":
		return 1 << 10, true
	case "mib":
		return 1 << 20, true
	case "gib":
		return 1 << 30, true
	}
	return 0, false
}

// parseAmount reads a decimal number with a unit behind it. Parts of a whole are cut off; what is larger than 64 bits
// counts as the largest number.
func parseAmount(text string, unit func(string) (uint64, bool)) (uint64, bool) {
	text = strings.ToLower(text)
	end := strings.IndexFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(text)
	}
	factor, ok := unit(strings.TrimSpace(text[end:]))
	whole, decimals, point := strings.Cut(text[:end], ".")
	if !ok || whole == "" || point && decimals == "" || strings.Contains(decimals, ".") {
		return 0, false
	}
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil {
		return math.MaxUint64, true // digits alone: out of range
	}
	const exact = 9 // decimals that count
	decimals = (decimals + strings.Repeat("0", exact))[:exact]
	part, err := strconv.ParseUint(decimals, 10, 64)
	if err != nil {
		return 0, false
	}
	high, low := bits.Mul64(n, factor)
	sum, carry := bits.Add64(low, part*factor/1e9, 0)
	if high > 0 || carry > 0 {
		return math.MaxUint64, true
	}
	return sum, true
}

// parseDate reads a year, a month or a day, UTC: all of its seconds, as store.Seconds keeps them.
func parseDate(text string) (span, bool) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{"2006", 1, 0, 0}, {"2006-1", 0, 1, 0}, {"2006-1-2", 0, 0, 1}} {
		t, err := time.Parse(form.layout, text)
		if err != nil {
			continue
		}
		first := store.Seconds(t)
		last := store.Seconds(t.AddDate(form.years, form.months, form.days).Add(-time.Second))
		return span{uint64(max(first, 1)), uint64(max(last, 1))}, true
	}
	return span{}, false
}
