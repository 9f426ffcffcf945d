package score_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/score"
)

// instants are times in the years 1970 to 2200.
func instants() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 7_289_654_399).Draw(t, "unix"), 0).UTC()
	})
}

// signals are any signals, sensible or not.
func signals() *rapid.Generator[score.Signals] {
	return rapid.Custom(func(t *rapid.T) score.Signals {
		yes := func(label string) bool { return rapid.Bool().Draw(t, label) }
		maybe := func(label string) time.Time {
			if yes(label + " known") {
				return instants().Draw(t, label)
			}
			return time.Time{}
		}
		return score.Signals{
			Downloads:  rapid.Uint64().Draw(t, "downloads"),
			Dependents: rapid.Uint64().Draw(t, "dependents"),
			First:      maybe("first"),
			Latest:     maybe("latest"),
			Releases: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) score.MonthCount {
				return score.MonthCount{Month: rapid.Uint16().Draw(t, "month"), Count: rapid.Uint16().Draw(t, "count")}
			}), 0, 6).Draw(t, "releases"),
			Version:      rapid.SampledFrom([]string{"", "0.3.1", "1.0.0", "1.0.0-rc.1", "24.1.0+build-7", "latest", "-"}).Draw(t, "version"),
			ReadmeBytes:  rapid.Int().Draw(t, "readme"),
			Dependencies: rapid.Int().Draw(t, "dependencies"),
			LooseRanges:  rapid.Int().Draw(t, "loose"),
			Has: score.Presence{
				Description: yes("description"), Keywords: yes("keywords"), License: yes("license"),
				Repository: yes("repository"), Homepage: yes("homepage"), Bugs: yes("bugs"),
				Tests: yes("tests"), Types: yes("types"), Files: yes("files"),
				Provenance: yes("provenance"), InstallScript: yes("install script"),
			},
			Deprecated:   yes("deprecated"),
			SecurityHeld: yes("held"),
		}
	})
}

func within(x float64) bool { return x >= 0 && x <= 1 } // false for NaN

func TestPartsMakeTheScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now := signals().Draw(t, "signals"), instants().Draw(t, "now")
		got, parts := score.Of(s, now)
		for _, c := range []struct {
			name  string
			score float32
			parts []score.Part
		}{
			{"popularity", got.Popularity, parts.Popularity},
			{"quality", got.Quality, parts.Quality},
			{"maintenance", got.Maintenance, parts.Maintenance},
		} {
			sum, weight := 0.0, 0.0
			for _, p := range c.parts {
				if p.Label == "" || !within(p.Value) || !(p.Weight > 0) || math.IsInf(p.Weight, 0) {
					t.Errorf("%s has the part %+v", c.name, p)
				}
				sum += p.Value * p.Weight
				weight += p.Weight
			}
			if !within(float64(c.score)) || math.Abs(sum/weight-float64(c.score)) > 1e-6 {
				t.Errorf("%s is %v, its parts make %v", c.name, c.score, sum/weight)
			}
		}
	})
}

func TestSameSignalsSameScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now := signals().Draw(t, "signals"), instants().Draw(t, "now")
		one, oneParts := score.Of(s, now)
		two, twoParts := score.Of(s, now.In(time.FixedZone("elsewhere", 5*3600)))
		if diff := cmp.Diff(one, two); diff != "" {
			t.Errorf("scores differ (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(oneParts, twoParts); diff != "" {
			t.Errorf("parts differ (-first +second):\n%s", diff)
		}
	})
}

func TestMoreUseIsNeverLessPopular(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		less, now := signals().Draw(t, "signals"), instants().Draw(t, "now")
		more := less
		more.Downloads = rapid.Uint64Min(less.Downloads).Draw(t, "more downloads")
		more.Dependents = rapid.Uint64Min(less.Dependents).Draw(t, "more dependents")
		a, _ := score.Of(less, now)
		b, _ := score.Of(more, now)
		if b.Popularity < a.Popularity || b.Quality != a.Quality || b.Maintenance != a.Maintenance {
			t.Errorf("from %+v to %+v", a, b)
		}
	})
}

func TestPopularityTellsUseApart(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	last := float32(-1)
	for _, downloads := range []uint64{0, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000} {
		got, _ := score.Of(score.Signals{Downloads: downloads}, now)
		if got.Popularity <= last {
			t.Errorf("%d downloads give %v, fewer gave %v", downloads, got.Popularity, last)
		}
		last = got.Popularity
	}
	top, _ := score.Of(score.Signals{Downloads: 100_000_000, Dependents: 10_000}, now)
	if top.Popularity != 1 {
		t.Errorf("a package of the top thousand has popularity %v, want 1", top.Popularity)
	}
}

func TestDeprecatedIsNeverAboveItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alive, now := signals().Draw(t, "signals"), instants().Draw(t, "now")
		alive.Deprecated = false
		dead := alive
		dead.Deprecated = true
		a, _ := score.Of(alive, now)
		d, _ := score.Of(dead, now)
		if d.Popularity > a.Popularity || d.Quality > a.Quality || d.Maintenance > a.Maintenance {
			t.Errorf("deprecated %+v, alive %+v", d, a)
		}
		if d.Maintenance != 0 {
			t.Errorf("a deprecated package has maintenance %v", d.Maintenance)
		}
	})
}

func TestFuturePublishIsWorthNoMoreThanOneJustMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		latest := instants().Draw(t, "latest")
		s := signals().Draw(t, "signals")
		s.Latest = latest
		s.Releases = []score.MonthCount{{Month: score.Month(latest), Count: 1}}
		before := latest.Add(-time.Duration(rapid.Int64Range(0, int64(100*365*24*time.Hour)).Draw(t, "early")))
		future, _ := score.Of(s, before)
		fresh, _ := score.Of(s, latest)
		if score.Month(before) < score.Month(latest) && future.Maintenance > fresh.Maintenance {
			t.Errorf("%v ahead of its publish: maintenance %v, at it: %v", latest.Sub(before), future.Maintenance, fresh.Maintenance)
		}
		if future.Maintenance > 1 {
			t.Errorf("maintenance is %v", future.Maintenance)
		}
	})
}

func TestUnknownDatesAreNeutral(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	got, _ := score.Of(score.Signals{Version: "1.2.3", Downloads: 5_000, Has: score.Presence{Description: true}}, now)
	if got.Maintenance != 0.5 {
		t.Errorf("maintenance without dates is %v, want 0.5", got.Maintenance)
	}
	month := score.Month(now)
	got, _ = score.Of(score.Signals{Version: "1.2.3", Releases: []score.MonthCount{{Month: month, Count: 2}}}, now)
	if got.Maintenance <= 0.5 {
		t.Errorf("maintenance with releases this month but no date is %v", got.Maintenance)
	}
}

func TestMaintenanceFallsWithSilence(t *testing.T) {
	made := time.Date(2020, 3, 15, 0, 0, 0, 0, time.UTC)
	s := score.Signals{Version: "1.0.0", Latest: made, Releases: []score.MonthCount{{Month: score.Month(made), Count: 1}}}
	last := float32(2)
	for _, days := range []int{0, 60, 120, 200, 400, 800, 1500, 2000} {
		got, _ := score.Of(s, made.AddDate(0, 0, days))
		if got.Maintenance >= last {
			t.Errorf("maintenance after %d days is %v, earlier it was %v", days, got.Maintenance, last)
		}
		last = got.Maintenance
	}
	if last != 0 {
		t.Errorf("maintenance after 2000 days of silence is %v, want 0", last)
	}
	s.ReadmeBytes, s.Has.Tests = 400, true
	if got, _ := score.Of(s, made.AddDate(0, 0, 2000)); got.Maintenance < 0.9 {
		t.Errorf("a finished package has maintenance %v, want at least 0.9", got.Maintenance)
	}
	s.Version = "0.9.0"
	if got, _ := score.Of(s, made.AddDate(0, 0, 2000)); got.Maintenance != 0 {
		t.Errorf("below 1.0.0 nothing is finished, yet maintenance is %v", got.Maintenance)
	}
}

func TestEachGoodHabitAddsQuality(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	base := score.Signals{Version: "1.0.0", Dependencies: 3, LooseRanges: 1}
	low, _ := score.Of(base, now)
	for name, change := range map[string]func(*score.Signals){
		"license":          func(s *score.Signals) { s.Has.License = true },
		"half a readme":    func(s *score.Signals) { s.ReadmeBytes = 200 },
		"files":            func(s *score.Signals) { s.Has.Files = true },
		"description":      func(s *score.Signals) { s.Has.Description = true },
		"keywords":         func(s *score.Signals) { s.Has.Keywords = true },
		"repository":       func(s *score.Signals) { s.Has.Repository = true },
		"homepage":         func(s *score.Signals) { s.Has.Homepage = true },
		"bugs":             func(s *score.Signals) { s.Has.Bugs = true },
		"tests":            func(s *score.Signals) { s.Has.Tests = true },
		"types":            func(s *score.Signals) { s.Has.Types = true },
		"provenance":       func(s *score.Signals) { s.Has.Provenance = true },
		"no loose range":   func(s *score.Signals) { s.LooseRanges = 0 },
		"no dependency":    func(s *score.Signals) { s.Dependencies = 0 },
		"license and 24.x": func(s *score.Signals) { s.Has.License, s.Version = true, "24.0.0" },
	} {
		better := base
		change(&better)
		if got, _ := score.Of(better, now); got.Quality <= low.Quality {
			t.Errorf("%s: quality %v, without it %v", name, got.Quality, low.Quality)
		}
	}
	for name, change := range map[string]func(*score.Signals){
		"install script": func(s *score.Signals) { s.Has.InstallScript = true },
		"looser ranges":  func(s *score.Signals) { s.LooseRanges = 3 },
	} {
		worse := base
		change(&worse)
		if got, _ := score.Of(worse, now); got.Quality >= low.Quality {
			t.Errorf("%s: quality %v, without it %v", name, got.Quality, low.Quality)
		}
	}
}

func TestCareCountsHalfBelowOneAndNotWhenDeprecated(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	careful := score.Signals{Version: "1.0.0", ReadmeBytes: 400, Has: score.Presence{License: true, Files: true}}
	careless := careful
	careless.ReadmeBytes, careless.Has = 0, score.Presence{}
	gain := func(version string, deprecated bool) float64 {
		careful.Version, careful.Deprecated = version, deprecated
		careless.Version, careless.Deprecated = version, deprecated
		with, _ := score.Of(careful, now)
		without, _ := score.Of(careless, now)
		return float64(with.Quality) - float64(without.Quality)
	}
	full := gain("1.0.0", false)
	if got := gain("0.4.0", false); full <= 0 || math.Abs(got-full/2) > 1e-6 {
		t.Errorf("license, README and files are worth %v below 1.0.0 and %v from 1.0.0 on", got, full)
	}
	if got := gain("1.0.0", true); got != 0 {
		t.Errorf("license, README and files are worth %v to a deprecated package", got)
	}
}

func TestStable(t *testing.T) {
	for version, want := range map[string]bool{
		"1.0.0": true, "24.11.3": true, "1.0.0+build-1": true,
		"": false, "0.9.9": false, "1.0.0-rc.1": false, "2.0.0-0+x": false, "latest": false,
	} {
		if got := score.Stable(version); got != want {
			t.Errorf("Stable(%q) = %v, want %v", version, got, want)
		}
	}
}
