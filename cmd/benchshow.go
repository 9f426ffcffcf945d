package cmd

import (
	"fmt"
	"runtime"
	"strconv"

	"github.com/dustin/go-humanize"

	"pkgsearch/bench"
)

// benchReport is what a bench has found, as JSON has it. What was not measured is left out.
type benchReport struct {
	Version    string `json:"version"`
	System     string `json:"system"`
	Processors int    `json:"processors"` // that this process uses
	Packages   int    `json:"packages,omitempty"`
	Segments   int    `json:"segments,omitempty"`
	Generation string `json:"generation,omitempty"`
	Questions  int    `json:"questions"`
	Size       int    `json:"size"`
	Repeat     int    `json:"repeat"`
	Seed       uint64 `json:"seed"`
	PagesKept  bool   `json:"pages_kept,omitempty"` // cold figures are with a warm page cache

	Runs        []*bench.Run       `json:"runs,omitempty"`
	Allocations []bench.Allocation `json:"allocations,omitempty"`
	Memory      *bench.Memory      `json:"memory,omitempty"`
	Ratios      []bench.Ratio      `json:"ratios,omitempty"`
	Verified    int                `json:"verified,omitempty"` // searches that were compared
	Differences []bench.Difference `json:"differences,omitempty"`
	Tried       int                `json:"tried,omitempty"` // made-up queries
	Worst       []bench.Slow       `json:"worst,omitempty"`
}

func (a *app) newBenchReport(b *benchRun) *benchReport {
	r := &benchReport{Version: version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.GOMAXPROCS(0), Questions: len(b.questions),
		Size: b.options.size, Repeat: b.options.repeat, Seed: b.options.seed}
	if d := b.stand.data; d != nil {
		if v := d.index.Acquire(); v != nil {
			defer v.Release()
			r.Packages, r.Segments, r.Generation = v.Count(), len(v.Segments()), v.Generation
		}
	}
	return r
}

// first is the first run of our own engine in a state with so many clients.
func (r *benchReport) first(state string, clients int) *bench.Run {
	for _, run := range r.Runs {
		if run.Engine == ownEngine && run.State == state && run.Clients == clients {
			return run
		}
	}
	return nil
}

// verdict is an error when a short cut has changed an answer.
func (r *benchReport) verdict() error {
	if n := len(r.Differences); n > 0 {
		return mark(fmt.Errorf("%d of %d searches are answered otherwise than by scoring every match", n, r.Verified), errBelow)
	}
	return nil
}

func (a *app) printBench(r *benchReport, o benchOptions) error {
	for _, run := range r.Runs {
		if run.Error != "" {
			fmt.Fprintf(a.stderr, "some queries had no answer; the first: %s\n", printable(run.Error))
			break
		}
	}
	if o.asJSON {
		return writeJSON(a.stdout, r)
	}
	shown := 0
	for _, t := range []*table{a.benchTimes(r), a.benchCosts(r), a.benchMemory(r), a.benchRatios(r), a.benchDifferences(r), a.benchWorst(r)} {
		if len(t.rows) == 0 {
			continue
		}
		if shown++; shown > 1 {
			fmt.Fprintln(a.stdout)
		}
		if err := t.flush(); err != nil {
			return err
		}
	}
	if r.Verified > 0 {
		fmt.Fprintf(a.stderr, "compared with scoring every match: %s queries, %d differ\n", humanize.Comma(int64(r.Verified)), len(r.Differences))
	}
	if r.Tried > 0 {
		fmt.Fprintf(a.stderr, "made up and tried: %s queries\n", humanize.Comma(int64(r.Tried)))
	}
	return nil
}

// benchTimes is one line for each family of each run.
func (a *app) benchTimes(r *benchReport) *table {
	t := newTable(a.stdout, "ENGINE", "WAY", "STATE", ">CLIENTS", "FAMILY", ">N", ">MEAN", ">P50", ">P95", ">P99", ">MAX", ">P99ALL", ">MAXALL", ">QPS", ">ERR")
	t.whole = true
	for _, run := range r.Runs {
		for _, f := range run.Families {
			ms, all := spread(f.Milliseconds, 3), spread(f.Askings, 3)
			t.add(run.Engine, run.Way, run.State, strconv.Itoa(run.Clients), f.Name, strconv.Itoa(f.Questions), ms.mean, ms.p50, ms.p95, ms.p99, ms.max,
				all.p99, all.max, strconv.FormatFloat(f.PerSec, 'f', 0, 64), strconv.Itoa(f.Errors))
		}
		t.add(run.Engine, run.Way, run.State, strconv.Itoa(run.Clients), "(together)", strconv.Itoa(run.Questions), "-", "-", "-", "-", "-", "-", "-",
			strconv.FormatFloat(run.PerSec, 'f', 0, 64), "-")
	}
	return t
}

// benchCosts is what a query of each family takes beside time.
func (a *app) benchCosts(r *benchReport) *table {
	t := newTable(a.stdout, "FAMILY", ">SCORED50", ">SCORED95", ">SCORED99", ">SCOREDMAX", ">ALLOCS", ">KB")
	t.whole = true
	if len(r.Allocations) == 0 || len(r.Runs) == 0 {
		return t
	}
	scored := map[string]*bench.Spread{}
	for _, f := range r.Runs[0].Families {
		scored[f.Name] = f.Scored
	}
	for _, c := range r.Allocations {
		s := spread(scored[c.Family], 0)
		t.add(c.Family, s.p50, s.p95, s.p99, s.max, strconv.FormatFloat(c.Objects, 'f', 0, 64), strconv.FormatFloat(c.Bytes/1000, 'f', 1, 64))
	}
	return t
}

// benchMemory is in megabytes.
func (a *app) benchMemory(r *benchReport) *table {
	t := newTable(a.stdout, "MEMORY", ">MB")
	t.whole = true
	if r.Memory == nil {
		return t
	}
	add := func(what string, bytes uint64) { t.add(what, strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64)) }
	add("heap", r.Memory.Heap)
	add("heap in use", r.Memory.HeapInUse)
	if p := r.Memory.Resident; p != nil {
		add("resident: anonymous", p.Anonymous)
		add("resident: data files", p.Data)
		add("resident: program", p.Program)
	} else {
		t.add("resident", "-")
	}
	return t
}

func (a *app) benchRatios(r *benchReport) *table {
	t := newTable(a.stdout, "FAMILY", ">P50", ">P50 "+bleveEngine, ">RATIO", ">P99", ">P99 "+bleveEngine, ">RATIO")
	t.whole = true
	for _, c := range r.Ratios {
		ours, theirs := spread(c.Ours, 3), spread(c.Theirs, 3)
		t.add(c.Family, ours.p50, theirs.p50, strconv.FormatFloat(c.P50, 'f', 2, 64), ours.p99, theirs.p99, strconv.FormatFloat(c.P99, 'f', 2, 64))
	}
	return t
}

func (a *app) benchDifferences(r *benchReport) *table {
	t := newTable(a.stdout, "FAMILY", ">RANK", "QUERY")
	for _, d := range r.Differences {
		t.add(d.Family, strconv.Itoa(d.Rank), d.Text)
		t.note("got:    "+d.Got, "wanted: "+d.Want)
	}
	return t
}

func (a *app) benchWorst(r *benchReport) *table {
	t := newTable(a.stdout, "FAMILY", ">MS", ">SCORED", "QUERY")
	for _, s := range r.Worst {
		scored := "-"
		if s.Scored != bench.Unknown {
			scored = strconv.Itoa(s.Scored)
		}
		t.add(s.Family, strconv.FormatFloat(s.Milliseconds, 'f', 3, 64), scored, s.Text)
	}
	return t
}

// spreadCells is a spread as cells of a table.
type spreadCells struct{ mean, p50, p95, p99, max string }

func spread(s *bench.Spread, digits int) spreadCells {
	if s == nil {
		return spreadCells{"-", "-", "-", "-", "-"}
	}
	cell := func(v float64) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	return spreadCells{cell(s.Mean), cell(s.P50), cell(s.P95), cell(s.P99), cell(s.Max)}
}
