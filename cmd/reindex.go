package cmd

import (
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
)

func (a *app) reindexCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the index from the store, beside the live one, then swap",
		Long: `Build a new index from the store and put it in the place of the live one when it is complete. The live
index stays untouched until then, so that interrupting the command loses nothing. Needs the data directory
for itself: stop a running server first. A server needs no reindex after an upgrade, it rebuilds by itself
what it can no longer read.`,
		Example: `  pkgsearch reindex
  pkgsearch reindex --data /srv/pkgsearch
  pkgsearch reindex --log-level debug`,
		Args:        cobra.NoArgs,
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			d, err := a.openExisting(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, d.Close()) }()
			bar := newProgress(a.stderr, "reindex", -1, false)
			n := 0
			err = d.index.Rebuild(cmd.Context(), func(done, total int) {
				n = done
				bar.set(int64(done), int64(total))
			})
			bar.finish()
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stderr, "indexed %s packages in %s\n", humanize.Comma(int64(n)), time.Since(bar.start).Round(time.Millisecond))
			return nil
		},
	}
}
