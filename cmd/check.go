package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"pkgsearch/index"
)

func (a *app) checkCmd() *cobra.Command {
	var fix, asJSON bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Verify the store and that the index agrees with it",
		Long: `Read every page and record of the store, recount what it counts, and compare the index with it in both
directions. One line is printed for each difference. With --fix the index is rebuilt from the store, which
is the truth, and checked again. Needs the data directory for itself.`,
		Example: `  pkgsearch check
  pkgsearch check --fix
  pkgsearch check --json --data /srv/pkgsearch`,
		Args:        cobra.NoArgs,
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			ctx := cmd.Context()
			d, err := a.openExisting(ctx)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, d.Close()) }()
			if err := d.store.Check(ctx); err != nil {
				return fmt.Errorf("check store: %w", err)
			}
			found, err := d.index.Check(ctx)
			if err == nil && fix && len(found) > 0 {
				fmt.Fprintf(a.stderr, "%d differences; rebuilding the index from the store\n", len(found))
				if err := d.index.Rebuild(ctx, nil); err != nil {
					return err
				}
				found, err = d.index.Check(ctx)
			}
			if err != nil {
				return fmt.Errorf("check index: %w", err)
			}
			if asJSON {
				err = writeJSON(a.stdout, map[string]any{"differences": append([]index.Difference{}, found...)})
			} else {
				err = a.printDifferences(found)
			}
			if err == nil && len(found) > 0 {
				err = mark(fmt.Errorf("%d differences between store and index; pkgsearch check --fix rebuilds the index", len(found)), errDiffer)
			}
			return err
		},
	}
	c.Flags().BoolVar(&fix, "fix", false, "rebuild the index when it differs")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON: {differences: [...]}")
	return c
}

func (a *app) printDifferences(found []index.Difference) error {
	t := newTable(a.stdout, "PACKAGE", "DIFFERENCE")
	t.whole = true
	for _, d := range found {
		t.add(d.Name, d.What)
	}
	if len(found) > 0 {
		return t.flush()
	}
	fmt.Fprintln(a.stderr, "store and index are sound and agree")
	return nil
}
