package score

import "time"

const (
	cadenceWeight = 0.5 // how often it was published lately
	recencyWeight = 0.5 // how long ago the newest publish is

	unknownMaintenance = 0.5 // no dates: neither praise nor blame
	finishedFloor      = 0.9 // npms.io: a finished package needs no releases to be in good order

	day     = 24 * time.Hour
	quarter = 3.0 // months
)

// maintenance measures how well a package is kept, as of now. A deprecated one is not kept at all;
// one without dates gets a neutral value; a finished one gets at least 0.9 for each part.
func maintenance(s Signals, now time.Time) []Part {
	newest := newestPublish(s)
	switch {
	case s.Deprecated:
		return []Part{{"deprecated", 0, 1}}
	case newest.IsZero():
		return []Part{{"dates unknown", unknownMaintenance, 1}}
	}
	parts := []Part{
		{"release cadence", cadence(s.Releases, now), cadenceWeight},
		{"recent release", recency(newest, now), recencyWeight},
	}
	if finished(s) {
		for i := range parts {
			if parts[i].Value < finishedFloor {
				parts[i].Label += " (finished)"
				parts[i].Value = finishedFloor
			}
		}
	}
	return parts
}

// finished is npms.io's rule without the issue count: stable, explained and tested.
func finished(s Signals) bool {
	return Stable(s.Version) && s.Has.Tests && s.ReadmeBytes >= readmeFull
}

// newestPublish is Latest or, without it, the start of the last month with releases; zero when unknown.
func newestPublish(s Signals) time.Time {
	if s.Latest.IsZero() && len(s.Releases) > 0 {
		return time.Date(2009, time.January+time.Month(s.Releases[len(s.Releases)-1].Month), 1, 0, 0, 0, 0, time.UTC)
	}
	return s.Latest
}

// recency falls with the age of the newest publish: full for a quarter, half after two years, none
// after five. A publish in the future counts as made now.
func recency(newest, now time.Time) float64 {
	age := float64(now.Sub(newest)) / float64(day)
	return along(age, point{90, 1}, point{365, 0.75}, point{730, 0.5}, point{5 * 365, 0})
}

// cadence is npms.io's release frequency: releases a quarter, averaged over windows of 1, 6, 12 and
// 24 months (its 30, 180, 365 and 730 days) that weigh .25, .45, .2 and .1, where one release a
// quarter earns 0.75 and two earn it all.
func cadence(releases []MonthCount, now time.Time) float64 {
	perQuarter := 0.0
	for _, w := range []struct{ months, weight float64 }{{1, 0.25}, {6, 0.45}, {12, 0.2}, {24, 0.1}} {
		perQuarter += w.weight * releasesWithin(releases, now, w.months) * quarter / w.months
	}
	return along(perQuarter, point{0, 0}, point{0.5, 0.5}, point{1, 0.75}, point{2, 1})
}

// releasesWithin counts the publishes of the given number of months up to now. The month in which
// the window begins counts by the share of it that the window covers; months after now's do not count.
func releasesWithin(releases []MonthCount, now time.Time, months float64) float64 {
	current := float64(Month(now))
	gone := elapsed(now)
	sum := 0.0
	for _, r := range releases {
		switch back := current - float64(r.Month); {
		case back < 0 || back > months:
		case back == months:
			sum += float64(r.Count) * (1 - gone)
		default:
			sum += float64(r.Count)
		}
	}
	return sum
}

// elapsed is the share of t's month (UTC) that is over, in [0,1).
func elapsed(t time.Time) float64 {
	t = t.UTC()
	start := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return float64(t.Sub(start)) / float64(start.AddDate(0, 1, 0).Sub(start))
}
