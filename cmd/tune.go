package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"pkgsearch/eval"
	"pkgsearch/search"
)

type tuneOptions struct {
	fields        []string
	rounds, folds int
	out           string
}

func (a *app) tuneCmd() *cobra.Command {
	var o tuneOptions
	c := &cobra.Command{
		Use:   "tune FILE...",
		Short: "Look for a better ranking by queries whose answers are known",
		Long: `Move the settings of the ranking, one at a time and in ever smaller steps, as long as the mean nDCG of the
families of judged queries grows. First it does so with a part of the queries held back in turn, and says what is gained on
those: only that tells what to expect of other queries. The result is a ranking file for --ranking.
docs/tuning.md says what the settings mean and how the built-in ones came about.`,
		Example: `  pkgsearch tune --out ranking.json queries.txt
  pkgsearch tune --fields cover,lead,priorMany --folds 1 queries.txt`,
		Args:        cobra.MinimumNArgs(1),
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.tune(cmd.Context(), args, o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.fields, "fields", nil, "`settings` that may move; none for all")
	f.IntVar(&o.rounds, "rounds", 3, "`times` to go over all settings")
	f.IntVar(&o.folds, "folds", 4, "`parts` of the queries held back in turn; 1 for no such check")
	f.StringVar(&o.out, "out", "", "write the ranking to a `file`, else to standard output")
	addFlags(f, "synonyms", "ranking")
	return c
}

func (a *app) tune(ctx context.Context, files []string, o tuneOptions) (err error) {
	if o.rounds < 1 || o.folds < 1 || o.folds > 100 {
		return usageError(fmt.Errorf("--rounds is at least 1 and --folds 1 to 100, not %d and %d", o.rounds, o.folds))
	}
	queries, err := readJudged(files)
	if err != nil {
		return err
	}
	searching, err := a.searching()
	if err != nil {
		return err
	}
	d, err := a.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	start := searching.Ranking.Settings()
	measure := func(ctx context.Context, settings map[string]float64) ([]float64, error) {
		ranking, err := rankingOf(settings)
		if err != nil {
			return nil, nil // out of bounds: passed over
		}
		searching.Ranking = &ranking
		r, err := eval.Run(ctx, searcherAsker{search.New(d.index, d.store, searching)}, queries, runtime.GOMAXPROCS(0))
		if err != nil {
			return nil, err
		}
		ndcg := make([]float64, len(r.Answers))
		for i, x := range r.Answers {
			ndcg[i] = x.Scores.NDCG
		}
		return ndcg, nil
	}
	tuning := eval.Tuning{Fields: o.fields, Rounds: o.rounds, Folds: o.folds, Log: func(format string, args ...any) {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}}
	best, err := tuning.Tune(ctx, queries, start, measure)
	if err != nil {
		return err
	}
	for name, v := range best {
		if start[name] == v {
			delete(best, name) // a ranking file says what differs
		}
	}
	if o.out == "" {
		return writeJSON(a.stdout, best)
	}
	raw, err := json.MarshalIndent(best, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(o.out, append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("write ranking: %w", err)
	}
	return nil
}
