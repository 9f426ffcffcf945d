package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pkgsearch/eval"
	"pkgsearch/search"
)

type tuneOptions struct {
	out, log          string
	sets, names       []string // settings: changed first, to tune
	families, weights []string
	metric            string
	folds, most       int
	size, workers     int
	seed              uint64
	asJSON            bool
}

func (a *app) tuneCmd() *cobra.Command {
	var o tuneOptions
	c := &cobra.Command{
		Use:   "tune --out RANKING FILE...",
		Short: "Tune the ranking to judged queries",
		Long: `Look for ranking settings that answer judged queries better; pkgsearch eval tells what files of them look like. The
objective is the mean over families of their mean figure. Queries are dealt into folds. For each fold a coordinate
ascent climbs on all others, and the queries held out show whether the gain is real. Settings that two folds of three
moved the same way take the median; what can go back without loss does. When the held-out queries do not gain, nothing
is written.

The result is a file of settings for the key ranking, and beside it a log of every move that was tried. Families that are
answered by completions are left out, since the settings do not touch them. The same data, queries and flags give the
same file.`,
		Example: `  pkgsearch tune --out ranking.yaml judged/
  pkgsearch tune --out ranking.yaml --fields tags,description,lead --weight exact=3 judged/
  pkgsearch eval --compare ranking.yaml judged/`,
		Args:        cobra.MinimumNArgs(1),
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.log == "" {
				o.log = o.out + ".log"
			}
			return a.tune(cmd.Context(), args, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.out, "out", "", "`file` of settings to write")
	f.StringVar(&o.log, "log", "", "`file` for every move that was tried, as lines of JSON (default: --out with .log)")
	f.StringSliceVar(&o.sets, "set", nil, "change `settings` of the ranking before the start, such as cover=3,lead=0.8")
	f.StringSliceVar(&o.names, "fields", nil, "tune only these `settings`, separated by commas")
	f.StringSliceVar(&o.families, "families", nil, "use only these `families`, separated by commas")
	f.StringArrayVar(&o.weights, "weight", nil, "`weight` of a family in the objective, as FAMILY=NUMBER, else 1; may be repeated")
	f.StringVar(&o.metric, "metric", eval.NDCG.String(), "`metric` to raise: ndcg, rr, s1, s10 or recall")
	f.IntVar(&o.folds, "folds", 5, "`parts` of which each is held out once, 2 to 20")
	f.IntVar(&o.most, "evaluations", 1000, "`times` that all queries are asked, about at most")
	f.IntVar(&o.size, "size", 10, fmt.Sprintf("`depth` of the answers, 1 to %d", eval.MaxSize))
	f.IntVar(&o.workers, "workers", 0, "queries under way at once, a `number`; 0 for one a core")
	f.Uint64Var(&o.seed, "seed", 1, "`number` that decides the folds")
	f.BoolVar(&o.asJSON, "json", false, "print what came of it as JSON")
	addFlags(f, "synonyms", "ranking")
	return c
}

// tunePlan is what the flags ask for, read and checked before anything is opened.
type tunePlan struct {
	queries  []eval.Query
	left     int // queries left out
	settings search.Options
	metric   eval.Metric
	options  eval.TuneOptions
}

func (a *app) tune(ctx context.Context, files []string, o tuneOptions) (err error) {
	p, err := a.planTune(files, o)
	if err != nil {
		return usageError(err)
	}
	d, err := a.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	facts := a.tuneFacts(d, p, o)
	log, err := os.Create(o.log)
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	lines := json.NewEncoder(log)
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := lines.Encode(facts); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	bar := newProgress(a.stderr, "tune", int64(o.most), false)
	defer bar.finish()
	var full error
	p.options.Log = func(s eval.Step) {
		full = errors.Join(full, lines.Encode(s))
		bar.set(int64(s.Evaluation), -1)
	}
	tuned, err := eval.Tune(ctx, p.queries, a.measure(d, p, o), p.options)
	if err := errors.Join(err, full); err != nil {
		return fmt.Errorf("tune: %w", err)
	}
	bar.finish()
	if err := lines.Encode(tuned); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	if err := a.printTuning(tuned, p, o); err != nil {
		return err
	}
	if !tuned.Kept {
		return mark(errors.New("no change holds for queries that were held out; nothing is written"), errNothing)
	}
	err = writeFile(o.out, func(w io.Writer) error { return writeTuned(w, facts, tuned, *p.settings.Ranking) })
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	fmt.Fprintf(a.stderr, "wrote %s and %s; compare with: pkgsearch eval --compare %s\n", o.out, o.log, o.out)
	return nil
}

// measure asks all queries with the settings' values in place of those of the plan.
func (a *app) measure(d *data, p tunePlan, o tuneOptions) eval.Measure {
	return func(ctx context.Context, values []float64, numbers []int) ([]float64, error) {
		settings, r := p.settings, *p.settings.Ranking
		var err error
		for i, s := range p.options.Settings {
			if r, err = r.With(s.Name, values[i]); err != nil {
				return nil, err
			}
		}
		settings.Ranking = &r
		queries := make([]eval.Query, len(numbers))
		for i, n := range numbers {
			queries[i] = p.queries[n]
		}
		run, err := eval.Ask(ctx, inside{search.New(d.index, d.store, settings)}, queries,
			eval.Options{Size: o.size, Workers: o.workers, Strict: true}) // an outage must not steer
		if err != nil {
			return nil, err
		}
		figures := make([]float64, len(run.Queries))
		for i, row := range run.Queries {
			figures[i] = row.Figures[p.metric]
		}
		return figures, nil
	}
}

func (a *app) planTune(files []string, o tuneOptions) (p tunePlan, err error) {
	switch {
	case o.out == "":
		return p, errors.New("name the file to write with --out")
	case o.size < 1 || o.size > eval.MaxSize:
		return p, fmt.Errorf("--size is %d: it must be from 1 to %d", o.size, eval.MaxSize)
	case o.workers < 0:
		return p, errors.New("--workers cannot be below 0")
	}
	if p.metric, err = eval.ParseMetric(o.metric); err != nil {
		return p, err
	}
	if !slices.Contains([]eval.Metric{eval.NDCG, eval.RR, eval.Success1, eval.SuccessK, eval.Recall}, p.metric) {
		return p, fmt.Errorf("--metric %s cannot be raised by tuning; take ndcg, rr, s1, s10 or recall", p.metric)
	}
	if p.settings, err = a.searching(); err != nil {
		return p, err
	}
	r, err := rankingOf(*p.settings.Ranking, "", o.sets)
	if err != nil {
		return p, err
	}
	p.settings.Ranking = &r
	p.options = eval.TuneOptions{Folds: o.folds, Evaluations: o.most, Seed: o.seed, Weights: map[string]float64{}}
	for _, text := range o.weights {
		family, number, ok := strings.Cut(text, "=")
		w, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil {
			return p, fmt.Errorf("--weight %q: it must be FAMILY=NUMBER", text)
		}
		p.options.Weights[family] = w
	}
	if p.options.Settings, err = tunable(r, o.names); err != nil {
		return p, err
	}
	all, err := judged(files, o.families)
	if err != nil {
		return p, err
	}
	for _, q := range all {
		if q.Completes() {
			p.left++
		} else {
			p.queries = append(p.queries, q)
		}
	}
	if len(p.queries) == 0 {
		return p, errors.New("all queries are answered by completions, which the settings do not touch")
	}
	return p, p.options.Check(p.queries)
}

// reach is how many times larger or smaller a setting may become.
const reach = 16

// untuned says how sure one wants to be before what was typed is doubted, which is not for queries to decide.
const untuned = "lookalike"

// tunable is the named settings of a ranking, or all but untuned, with how far each may go.
func tunable(r search.Ranking, names []string) ([]eval.Setting, error) {
	values := r.Settings()
	for _, name := range names {
		if _, err := r.With(name, values[name]); err != nil {
			return nil, err
		}
	}
	var settings []eval.Setting
	for _, name := range search.RankingNames() {
		if len(names) > 0 && !slices.Contains(names, name) || len(names) == 0 && name == untuned {
			continue
		}
		v := values[name]
		least, most := search.RankingBounds(name)
		s := eval.Setting{Name: name, Start: v, Min: max(least, v/reach), Max: min(most, v*reach)}
		if v == 0 {
			s.Max = min(most, 1)
		}
		settings = append(settings, s)
	}
	return settings, nil
}
