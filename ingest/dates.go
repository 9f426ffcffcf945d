package ingest

import "time"

// firstYear is when packages of this kind began: nothing was published before, so an earlier date is
// a mistake or a forgery.
const firstYear = 2009

// clockSkew is how far ahead of our clock a registry may be believed.
const clockSkew = 48 * time.Hour

// parseDate reads an RFC 3339 date. What is not one, lies before 2009 or after now + 48 h is the zero
// time: a forged date buys no freshness. The result is UTC, cut to milliseconds.
func parseDate(s string, now time.Time) time.Time {
	t, ok := rfc3339(s)
	if !ok || t.Year() < firstYear || t.After(now.Add(clockSkew)) {
		return time.Time{}
	}
	return t
}

// rfc3339 is stricter than time.Parse (no comma, no one-digit hours, offsets in range) and knows leap
// seconds.
func rfc3339(s string) (time.Time, bool) {
	const form = "0000-00-00T00:00:00"
	if len(s) <= len(form) {
		return time.Time{}, false
	}
	for i := range len(form) {
		switch c := s[i]; {
		case form[i] == '0' && (c < '0' || c > '9'),
			form[i] == 'T' && c != 'T' && c != 't',
			form[i] != '0' && form[i] != 'T' && c != form[i]:
			return time.Time{}, false
		}
	}
	num := func(i, j int) (n int) {
		for ; i < j; i++ {
			n = n*10 + int(s[i]-'0')
		}
		return n
	}
	year, month, day := num(0, 4), time.Month(num(5, 7)), num(8, 10)
	hour, minute, second := num(11, 13), num(14, 16), num(17, 19)
	if day < 1 || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}, false
	}
	if d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC); d.Day() != day || d.Month() != month {
		return time.Time{}, false
	}

	i, milli := len(form), 0
	if s[i] == '.' {
		first := i + 1
		for i++; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		}
		if i == first {
			return time.Time{}, false
		}
		for k, unit := first, 100; k < min(i, first+3); k, unit = k+1, unit/10 {
			milli += unit * num(k, k+1)
		}
	}
	offset, ok := zone(s[i:])
	if !ok {
		return time.Time{}, false
	}
	t := time.Date(year, month, day, hour, minute, second, milli*1e6, time.UTC).Add(-offset)
	return t, true
}

// zone reads Z or ±hh:mm.
func zone(s string) (time.Duration, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	for _, i := range []int{1, 2, 4, 5} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int(s[1]-'0')*10+int(s[2]-'0'), int(s[4]-'0')*10+int(s[5]-'0')
	if h > 23 || m > 59 {
		return 0, false
	}
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, true
}

// dateText is a date as records show it, "" when it is unknown.
func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
