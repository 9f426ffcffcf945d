package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pkgsearch/eval"
	"pkgsearch/search"
)

type evalOptions struct {
	sets, compare         []string // settings, or also files of them
	save, against         string   // files of runs
	families, require     []string
	metric                string
	size, workers         int
	moves, misses         int
	verbose, asJSON, show bool
}

// intervalSeed makes two people who compare the same runs see the same intervals.
const intervalSeed = 1

func (a *app) evalCmd() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use:   "eval FILE...",
		Short: "Score judged queries, and compare two settings",
		Long: `Ask queries that you have judged, and score the answers: nDCG and MRR, success at rank 1 and within --size, recall,
queries without results, wrong packages above the right one, latency. Figures are means over a family of queries; the
last line is the mean over families.

A file has lines of JSON, or is plain text that you write:

  [needs]
  http client => axios got | node-fetch !axois

Names before | are right answers, those after it related ones, and one with ! must not stand above the first right
answer. docs/tuning.md has the whole format. A directory stands for its *.jsonl and *.txt.

With --compare or --against there are two runs. Both are compared query by query, with 95% intervals from
a paired bootstrap; the second run is the one that is shown, saved and required. Elsewhere than on a terminal columns are
separated by tabs, without headings.`,
		Example: `  pkgsearch eval judged.txt
  pkgsearch eval --set tags=0.8 --save try.json --against before.json judged.txt
  pkgsearch eval --compare cover=3,lead=0.8 judged.txt
  pkgsearch eval --compare tuned.yaml --moves 20 judged/
  pkgsearch eval --server http://127.0.0.1:8080 --require 'exact:s@1>=1' --require 'mean:ndcg>=0.6' judged/`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.show {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.MinimumNArgs(1)(cmd, args)
		},
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote, exitBelow, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.eval(cmd.Context(), args, o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.sets, "set", nil, "change `settings` of the ranking, such as cover=3,lead=0.8")
	f.StringSliceVar(&o.compare, "compare", nil, "also run with these `settings` or files of them, and compare; cover=3 or tuned.yaml")
	f.StringVar(&o.save, "save", "", "write figures and answers to this `file`")
	f.StringVar(&o.against, "against", "", "compare with a `file` that --save wrote")
	f.StringSliceVar(&o.families, "families", nil, "only these `families`, separated by commas")
	f.StringArrayVar(&o.require, "require", nil, "`bound` on a figure, as FAMILY:METRIC>=X or <=; the family may be mean; may be repeated")
	f.StringVar(&o.metric, "metric", eval.NDCG.String(), "`metric` that comparisons, --moves and --misses go by")
	f.IntVar(&o.size, "size", 10, fmt.Sprintf("`depth` of the answers, 1 to %d", eval.MaxSize))
	f.IntVar(&o.workers, "workers", 0, "queries under way at once, a `number`; 0 for one a core, or one on a server. More than one makes latencies longer")
	f.IntVar(&o.moves, "moves", 10, "`queries` to list that changed most in a comparison")
	f.IntVar(&o.misses, "misses", 0, "`queries` to list with the lowest figures: wanted and got")
	f.BoolVar(&o.verbose, "verbose", false, "list every query: wanted and got")
	f.BoolVar(&o.asJSON, "json", false, "print JSON: {run, comparison}")
	f.BoolVar(&o.show, "show-ranking", false, "print the ranking settings in force, as a file of them would be, and end")
	addFlags(f, "server", "synonyms", "ranking")
	return c
}

// evalPlan is what the flags ask for, read and checked before anything is opened.
type evalPlan struct {
	queries  []eval.Query
	settings []search.Options // one for each run
	before   *eval.Run        // nil when nothing saved is compared with
	metric   eval.Metric
	require  []eval.Requirement
}

func (a *app) eval(ctx context.Context, files []string, o evalOptions) error {
	if o.show {
		return a.showRanking(o.sets)
	}
	plan, err := a.planEval(files, o)
	if err != nil {
		return usageError(err)
	}
	runs, err := a.runs(ctx, plan, o)
	if err != nil {
		return err
	}
	after := runs[len(runs)-1]
	if plan.before == nil && len(runs) > 1 {
		plan.before = runs[0]
	}
	var comparison *eval.Comparison
	if plan.before != nil {
		if comparison, err = eval.Compare(plan.before, after, plan.metric, intervalSeed); err != nil {
			return usageError(fmt.Errorf("compare: %w", err))
		}
	}
	if o.save != "" {
		err := writeFile(o.save, func(w io.Writer) error { return json.NewEncoder(w).Encode(after) })
		if err != nil {
			return fmt.Errorf("save run: %w", err)
		}
	}
	if err := a.printEval(plan, after, comparison, o); err != nil {
		return err
	}
	var unmet []error
	for _, r := range plan.require {
		unmet = append(unmet, r.Check(after))
	}
	return mark(errors.Join(unmet...), errBelow)
}

func (a *app) showRanking(sets []string) error {
	r, err := rankingOf(search.DefaultRanking(), a.Ranking, sets)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.stdout, r.YAML())
	return err
}

func (a *app) planEval(files []string, o evalOptions) (p evalPlan, err error) {
	other := len(o.compare) > 0
	switch {
	case a.Server != "" && (other || len(o.sets) > 0 || a.origin["ranking"] == "flag"):
		return p, errors.New("a server ranks by its own settings; leave out --server to try others on the data directory")
	case other && o.against != "":
		return p, errors.New("--against cannot be combined with --compare: only two runs are compared")
	case o.size < 1 || o.size > eval.MaxSize:
		return p, fmt.Errorf("--size is %d: it must be from 1 to %d", o.size, eval.MaxSize)
	case o.moves < 0 || o.misses < 0 || o.workers < 0:
		return p, errors.New("--moves, --misses and --workers cannot be below 0")
	}
	if p.metric, err = eval.ParseMetric(o.metric); err != nil {
		return p, err
	}
	for _, text := range o.require {
		r, err := eval.ParseRequirement(text)
		if err != nil {
			return p, err
		}
		p.require = append(p.require, r)
	}
	if p.settings, err = a.evalSettings(o, other); err != nil {
		return p, err
	}
	if p.queries, err = judged(files, o.families); err != nil {
		return p, err
	}
	if o.against != "" {
		p.before, err = readRun(o.against)
	}
	return p, err
}

// evalSettings is how to search in the first run and, when there is another, in the second.
func (a *app) evalSettings(o evalOptions, other bool) ([]search.Options, error) {
	first, err := a.searching()
	if err != nil {
		return nil, err
	}
	r, err := rankingOf(*first.Ranking, "", o.sets)
	if err != nil {
		return nil, err
	}
	before := r
	first.Ranking = &before
	if !other {
		return []search.Options{first}, nil
	}
	second := first
	for _, change := range o.compare {
		if strings.Contains(change, "=") {
			r, err = rankingOf(r, "", []string{change})
		} else { // what a file says is the same wherever it is read
			r, err = rankingOf(search.DefaultRanking(), change, nil)
		}
		if err != nil {
			return nil, err
		}
	}
	second.Ranking = &r
	return []search.Options{first, second}, nil
}

// runs asks a server once, or the data directory with each of the settings.
func (a *app) runs(ctx context.Context, p evalPlan, o evalOptions) (runs []*eval.Run, err error) {
	var sources []eval.Source
	if a.Server != "" {
		sources = append(sources, asking{remote(a.Server)})
		o.workers = max(1, o.workers)
	} else {
		d, err := a.openExisting(ctx)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		for _, settings := range p.settings {
			sources = append(sources, inside{search.New(d.index, d.store, settings)})
		}
	}
	bar := newProgress(a.stderr, "ask", int64(len(p.queries)*len(sources)), false)
	defer bar.finish()
	for i, source := range sources {
		eval.Warm(ctx, source, p.queries)
		run, err := eval.Ask(ctx, source, p.queries, eval.Options{Size: o.size, Workers: o.workers, GiveUp: true, Done: func(n, of int) {
			bar.set(int64(n+i*of), -1)
		}})
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}
