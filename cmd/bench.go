package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"pkgsearch/bench"
	"pkgsearch/eval"
	"pkgsearch/search"
)

type benchOptions struct {
	families           []string
	clients            []int
	repeat, size       int
	seed               uint64
	http, cold, verify bool
	engine             string
	worst              int
	asJSON             bool
}

// Bounds of what bench takes.
const (
	maxBenchClients = 256
	maxBenchRepeat  = 1000
	maxBenchWorst   = 1000
)

func (a *app) benchCmd() *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use:   "bench [FILE...]",
		Short: "Measure how fast queries are answered, and that short cuts change nothing",
		Long: `Replay queries and print latencies, what was scored and allocated, and what memory is resident. A file has one query a
line, or is one of judged queries, as pkgsearch eval takes; a directory stands for its *.jsonl and *.txt. Queries of the
families autocomplete and prefix, and all with prefixes, are asked of suggest. Times are in milliseconds: of each query the
median over --repeat passes, after one that does not count.

Queries are asked in this process, or over HTTP of an API that it starts (--http), or of a running server (--server).
--cold also measures with the data directory opened anew and, on Linux, its files dropped from the page cache; elsewhere
drop them yourself. --verify compares the answers with those of scoring every match. --worst makes up thousands of queries
from the commonest terms and lists the slowest; it needs no file.

Elsewhere than on a terminal columns are separated by tabs, without headings; docs/benchmarks.md says what they mean.`,
		Example: `  pkgsearch bench queries.txt
  pkgsearch bench --http --clients 1,2,4 --cold judged/
  pkgsearch bench --engine bleve --verify judged/
  pkgsearch bench --worst 100 --json
  pkgsearch bench --server http://127.0.0.1:8080 --clients 8 queries.txt`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.worst > 0 {
				return nil
			}
			return cobra.MinimumNArgs(1)(cmd, args)
		},
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote, exitBelow, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.bench(cmd.Context(), args, o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.families, "families", nil, "only these `families`, separated by commas")
	f.IntSliceVar(&o.clients, "clients", []int{1}, fmt.Sprintf("`numbers` of clients that ask at once, 1 to %d, a run for each", maxBenchClients))
	f.IntVar(&o.repeat, "repeat", 3, fmt.Sprintf("`passes` that count, 1 to %d", maxBenchRepeat))
	f.IntVar(&o.size, "size", 10, fmt.Sprintf("`answers` wanted, 1 to %d", search.MaxSuggest))
	f.Uint64Var(&o.seed, "seed", 1, "`number` that decides the order and what --worst makes up; 0 keeps the order of the files")
	f.BoolVar(&o.http, "http", false, "ask over HTTP, of an API on a free port of 127.0.0.1")
	f.BoolVar(&o.cold, "cold", false, "also measure without anything cached")
	f.BoolVar(&o.verify, "verify", false, "list the queries whose answers or scores differ from those of scoring every match")
	f.StringVar(&o.engine, "engine", "", "compare with another `engine`: bleve, its own query tree, scores and collector")
	f.IntVar(&o.worst, "worst", 0, fmt.Sprintf("slowest made-up `queries` to list, up to %d", maxBenchWorst))
	f.BoolVar(&o.asJSON, "json", false, "print all figures as JSON")
	addFlags(f, "server", "synonyms", "ranking")
	return c
}

// benchRun is one bench under way.
type benchRun struct {
	app       *app
	options   benchOptions
	questions []bench.Question
	madeUp    []bench.Question
	stand     *stand
	report    *benchReport
}

func (a *app) bench(ctx context.Context, files []string, o benchOptions) (err error) {
	if err := a.checkBench(o); err != nil {
		return usageError(err)
	}
	b := &benchRun{app: a, options: o}
	if len(files) > 0 {
		if b.questions, err = questionsOf(files, o.families); err != nil {
			return usageError(err)
		}
	}
	searching, err := a.searching()
	if err != nil {
		return err
	}
	b.stand = &stand{app: a, searching: searching, http: o.http, size: o.size}
	if err := b.stand.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stand.close()) }()
	b.report = a.newBenchReport(b)
	if err := b.measure(ctx); err != nil {
		return err
	}
	if err := a.printBench(b.report, o); err != nil {
		return err
	}
	return b.report.verdict()
}

func (a *app) checkBench(o benchOptions) error {
	outside := func(name string, n, least, most int) error {
		if n < least || n > most {
			return fmt.Errorf("--%s is %d: it must be from %d to %d", name, n, least, most)
		}
		return nil
	}
	if a.Server != "" && (o.http || o.cold || o.verify || o.engine != "" || o.worst > 0) {
		return errors.New("--http, --cold, --verify, --engine and --worst need the data directory; leave out --server")
	}
	switch {
	case o.engine != "" && o.engine != bleveEngine:
		return fmt.Errorf("--engine is %q: the only other engine is %s", o.engine, bleveEngine)
	case o.engine != "" && o.http:
		return errors.New("--engine is asked in this process; leave out --http to compare like with like")
	case len(o.clients) == 0:
		return errors.New("--clients names no number")
	}
	bounds := []error{outside("repeat", o.repeat, 1, maxBenchRepeat), outside("size", o.size, 1, search.MaxSuggest), outside("worst", o.worst, 0, maxBenchWorst)}
	for _, n := range o.clients {
		bounds = append(bounds, outside("clients", n, 1, maxBenchClients))
	}
	return errors.Join(bounds...)
}

// questionsOf reads queries; each prefix of a query is a question.
func questionsOf(files, families []string) ([]bench.Question, error) {
	queries, err := eval.ReadTexts(files...)
	if err != nil {
		return nil, err
	}
	if queries, err = ofFamilies(queries, families); err != nil {
		return nil, err
	}
	var questions []bench.Question
	for _, q := range queries {
		texts := q.Prefixes
		if len(texts) == 0 {
			texts = []string{q.Text}
		}
		for _, text := range texts {
			questions = append(questions, bench.Question{Family: q.Family, Text: text, Suggest: q.Completes()})
		}
	}
	return questions, nil
}

// searches leaves the suggestions out.
func searches(questions []bench.Question) []bench.Question {
	return slices.DeleteFunc(slices.Clone(questions), func(q bench.Question) bool { return q.Suggest })
}

// bar draws how many questions have been asked of how many, ten times a second at most: drawing takes longer than many an
// answer.
func (b *benchRun) bar(w io.Writer, what string, n int) (done func(int), finish func()) {
	bar := newProgress(w, what, int64(n), false)
	var last atomic.Int64 // milliseconds
	return func(n int) {
		now := time.Since(bar.start).Milliseconds()
		if before := last.Load(); now-before >= 100 && last.CompareAndSwap(before, now) {
			bar.set(int64(n), -1)
		}
	}, bar.finish
}
