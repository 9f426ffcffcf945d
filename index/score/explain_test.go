package score_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/score"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// monthly is one release in each of n months, the last in that of end.
func monthly(end time.Time, n int) []score.MonthCount {
	releases := make([]score.MonthCount, n)
	for i := range releases {
		releases[i] = score.MonthCount{Month: score.Month(end) - uint16(n-1-i), Count: 1}
	}
	return releases
}

func TestExplanation(t *testing.T) {
	now := time.Date(2026, 6, 16, 0, 0, 0, 0, time.UTC)
	fresh, old := now.AddDate(0, 0, -10), now.AddDate(-4, 0, 0)
	var b strings.Builder
	for _, c := range []struct {
		name    string
		signals score.Signals
	}{
		{"a framework in its prime", score.Signals{
			Downloads: 90_000_000, Dependents: 4_200, Version: "19.2.0",
			First: now.AddDate(-12, 0, 0), Latest: fresh, Releases: monthly(fresh, 30),
			ReadmeBytes: 1_200, Dependencies: 2,
			Has: score.Presence{Description: true, Keywords: true, License: true, Repository: true, Homepage: true,
				Bugs: true, Types: true, Files: true, Provenance: true},
		}},
		{"a small finished tool", score.Signals{
			Downloads: 40_000, Dependents: 12, Version: "2.1.0",
			First: old.AddDate(-1, 0, 0), Latest: old, Releases: monthly(old, 3),
			ReadmeBytes: 2_500, Dependencies: 1, LooseRanges: 1,
			Has: score.Presence{Description: true, Keywords: true, License: true, Repository: true, Tests: true, Files: true},
		}},
		{"a deprecated client", score.Signals{
			Downloads: 60_000_000, Dependents: 2_000, Version: "2.88.2",
			First: now.AddDate(-15, 0, 0), Latest: now.AddDate(-6, 0, 0), Releases: monthly(now.AddDate(-6, 0, 0), 5),
			ReadmeBytes: 9_000, Dependencies: 20, Deprecated: true,
			Has: score.Presence{Description: true, Keywords: true, License: true, Repository: true, Tests: true, Files: true},
		}},
	} {
		scores, parts := score.Of(c.signals, now)
		fmt.Fprintf(&b, "%s\n", c.name)
		table(&b, "popularity", scores.Popularity, parts.Popularity)
		table(&b, "quality", scores.Quality, parts.Quality)
		table(&b, "maintenance", scores.Maintenance, parts.Maintenance)
		fmt.Fprintf(&b, "  prior %.4f\n\n", score.Prior(scores, score.DefaultWeights(), c.signals.Deprecated, c.signals.SecurityHeld))
	}
	golden := filepath.Join("testdata", "explain.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("explanation changed, review it and run with -update (-want +got):\n%s", diff)
	}
}

func table(b *strings.Builder, name string, total float32, parts []score.Part) {
	fmt.Fprintf(b, "  %s %.4f\n", name, total)
	for _, p := range parts {
		fmt.Fprintf(b, "    %-28s %.4f x %g\n", p.Label, p.Value, p.Weight)
	}
}
