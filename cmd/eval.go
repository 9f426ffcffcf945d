package cmd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pkgsearch/eval"
	"pkgsearch/search"
)

type evalOptions struct {
	set, compare, require []string
	save, against         string
	misses                int
	asJSON                bool
}

func (a *app) evalCmd() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use:   "eval FILE...",
		Short: "Score the index by queries whose answers are known",
		Long: `Score the index by judged queries: how high the packages stand that should answer each. A file has one query a line,

  copy to clipboard => clipboardy, copy-to-clipboard, clipboard:1

with the answers after the arrow, of grade 2 or the one given; or JSON objects with query, relevant (name to grade) and, if
wanted, id, family, negative, prefixes and group. docs/tuning.md says more. The answers come from the data directory or,
with --server, from a running server. With --compare or --against it shows what another ranking or an earlier run does
to each family, with 95% intervals, and which queries moved most.`,
		Example: `  pkgsearch eval queries.txt
  pkgsearch eval --misses 10 queries.txt
  pkgsearch eval --compare cover=3,lead=0.8 queries.txt
  pkgsearch eval --save before.json queries.txt
  pkgsearch eval --against before.json --require 'queries:nDCG@10>=0.7' queries.txt`,
		Args:        cobra.MinimumNArgs(1),
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote, exitBelow),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.eval(cmd.Context(), args, o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.set, "set", nil, "`settings` of the ranking to use, such as cover=3,lead=0.8")
	f.StringSliceVar(&o.compare, "compare", nil, "`settings` of the ranking to compare with")
	f.StringVar(&o.save, "save", "", "keep the run in a `file`, for --against")
	f.StringVar(&o.against, "against", "", "compare with the run in a `file`")
	f.IntVar(&o.misses, "misses", 0, "show the `number` of queries that are answered worst")
	f.BoolVar(&o.asJSON, "json", false, "print the figures as JSON")
	f.StringArrayVar(&o.require, "require", nil, "end with code 7 unless a `figure` holds, such as topic:nDCG@10>=0.25; may be repeated")
	addFlags(f, "server", "synonyms", "ranking")
	c.MarkFlagsMutuallyExclusive("compare", "against")
	c.MarkFlagsMutuallyExclusive("compare", "server")
	c.MarkFlagsMutuallyExclusive("set", "server")
	return c
}

func (a *app) eval(ctx context.Context, files []string, o evalOptions) (err error) {
	queries, err := readJudged(files)
	if err != nil {
		return err
	}
	gates, err := readGates(o.require)
	if err != nil {
		return err
	}
	var earlier *eval.Report
	if o.against != "" {
		if earlier, err = loadRun(o.against); err != nil {
			return err
		}
	}
	searching, err := a.searching()
	if err != nil {
		return err
	}
	if *searching.Ranking, err = withSettings(*searching.Ranking, o.set); err != nil {
		return err
	}
	other, err := withSettings(*searching.Ranking, o.compare)
	if err != nil {
		return err
	}
	ask := asker(clientAsker{remote(a.Server)})
	var d *data
	if a.Server == "" {
		if d, err = a.openExisting(ctx); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		ask = searcherAsker{search.New(d.index, d.store, searching)}
	}
	report, err := eval.Run(ctx, ask, queries, runtime.GOMAXPROCS(0))
	if err != nil {
		return err
	}
	if len(o.compare) > 0 {
		searching.Ranking = &other
		earlier = report
		ask = searcherAsker{search.New(d.index, d.store, searching)}
		if report, err = eval.Run(ctx, ask, queries, runtime.GOMAXPROCS(0)); err != nil {
			return err
		}
	}
	if o.save != "" {
		if err := saveRun(o.save, report); err != nil {
			return err
		}
	}
	if err := a.printReport(report, earlier, o); err != nil {
		return err
	}
	return checkGates(gates, report)
}

// readJudged reads all files; names of queries must not repeat.
func readJudged(files []string) ([]eval.Query, error) {
	var all []eval.Query
	seen := map[string]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, usageError(fmt.Errorf("read judged queries: %w", err))
		}
		queries, err := eval.Read(f, name)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, usageError(err)
		}
		for _, q := range queries {
			if seen[q.ID] {
				return nil, usageError(fmt.Errorf("%s: two queries have the id %q; give each its own", name, q.ID))
			}
			seen[q.ID] = true
		}
		all = append(all, queries...)
	}
	if len(all) == 0 {
		return nil, usageError(fmt.Errorf("%s: no queries; write one a line: query => package, package", strings.Join(files, ", ")))
	}
	return all, nil
}

// gate is a figure that must hold.
type gate struct {
	text, family, column string
	least                bool // else at most
	bound                float64
}

func readGates(texts []string) ([]gate, error) {
	var gates []gate
	for _, text := range texts {
		g := gate{text: text, least: true}
		left, right, found := strings.Cut(text, ">=")
		if !found {
			left, right, found = strings.Cut(text, "<=")
			g.least = false
		}
		i := strings.LastIndexByte(left, ':')
		_, err := fmt.Sscanf(right, "%g", &g.bound)
		if i >= 0 {
			g.family, g.column = left[:i], left[i+1:]
		}
		if !found || err != nil || !slices.Contains(eval.Columns(), g.column) {
			return nil, usageError(fmt.Errorf("--require %q is not FAMILY:FIGURE>=NUMBER or <=; figures are %s",
				text, strings.Join(eval.Columns(), ", ")))
		}
		gates = append(gates, g)
	}
	return gates, nil
}

// meanFamily is the last line of a table.
const meanFamily = "(mean of families)"

func checkGates(gates []gate, r *eval.Report) error {
	var broken []error
	for _, g := range gates {
		scores := r.Mean
		if i := slices.IndexFunc(r.Families, func(f eval.Family) bool { return f.Name == g.family }); i >= 0 {
			scores = r.Families[i].Scores
		} else if g.family != "mean" && g.family != meanFamily {
			return usageError(fmt.Errorf("--require %q: no queries of the family %q", g.text, g.family))
		}
		v := scores.Values()[slices.Index(eval.Columns(), g.column)]
		if math.IsNaN(v) || g.least && v < g.bound || !g.least && v > g.bound {
			broken = append(broken, fmt.Errorf("%s does not hold: it is %.4f", g.text, v))
		}
	}
	return mark(errors.Join(broken...), errBelow)
}
