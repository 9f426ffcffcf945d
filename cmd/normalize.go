package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"pkgsearch/ingest"
)

func (a *app) normalizeCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "normalize [FILE]",
		Short: "Show what becomes of packuments",
		Long: `Read packuments, one a line or one JSON document a file, plain or compressed with gzip or zstd, and print one
line of JSON for each: the record that would be stored, or {"reject":"reason"}. Nothing is stored. Without FILE, or
with -, standard input is read. Rejected documents are no failure of the command.`,
		Example: `  pkgsearch normalize packuments.ndjson
  pkgsearch normalize package.json | jq .description
  curl -s https://registry.example/left-pad | pkgsearch normalize -`,
		Args:        cobra.MaximumNArgs(1),
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := "-"
			if len(args) == 1 {
				name = args[0]
			}
			return a.normalize(cmd.Context(), name)
		},
	}
}

// rejected is the line of a document that is no package.
type rejected struct {
	Reject string `json:"reject"`
	Name   string `json:"name,omitempty"`
	Detail string `json:"detail,omitempty"`
}

func (a *app) normalize(ctx context.Context, name string) error {
	src, err := a.source(name)
	if err != nil {
		return usageError(err)
	}
	in, err := src.Open()
	if err != nil {
		return usageError(err)
	}
	defer in.Close()
	out := json.NewEncoder(a.stdout)
	out.SetEscapeHTML(false)
	var n ingest.Normalizer
	return usageError(ingest.ReadDump(ctx, in, src.Name, func(doc *ingest.Doc) error {
		p, err := n.Normalize(doc, time.Now())
		var skip *ingest.Skip
		switch {
		case errors.As(err, &skip):
			return out.Encode(rejected{skip.Reason, skip.Name, skip.Detail})
		case err != nil:
			return err
		}
		return out.Encode(ingest.RecordOf(p))
	}))
}
