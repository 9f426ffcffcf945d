package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"pkgsearch/index/store"
	"pkgsearch/ingest"
)

// Names in the sample's file system.
const (
	sampleDump      = "packuments.ndjson"
	sampleDownloads = "downloads.json"
)

func (a *app) importCmd() *cobra.Command {
	var downloads string
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Load dumps of packuments into the data directory",
		Long: `Load dumps: one packument a line or one JSON document a file, plain or compressed with gzip or zstd; - is
standard input. What is no package is skipped and counted by reason in the summary; where it tells a usable name it
is kept as a dead letter, which pkgsearch stats shows. Importing the same dump again changes nothing, and a package
that is stored from a newer revision stays. When a dump turns out to be cut short or unreadable, everything before
that place is kept. --downloads names a JSON object of package names and downloads a month; it may also be given
alone.`,
		Example: `  pkgsearch import packuments.ndjson.zst
  pkgsearch import --downloads downloads.json a.ndjson b.ndjson.gz
  zstdcat packuments.ndjson.zst | pkgsearch import -`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && downloads == "" {
				return errors.New("requires a FILE, or --downloads FILE")
			}
			return nil
		},
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitInUse, exitDamaged, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFiles(cmd.Context(), args, downloads)
		},
	}
	c.Flags().StringVar(&downloads, "downloads", "", "JSON `file` of package names and downloads a month")
	addFlags(c.Flags(), "store-limit")
	return c
}

func (a *app) importFiles(ctx context.Context, files []string, downloads string) (err error) {
	in, err := a.inputs(files, downloads) // all of them, before anything is written
	if err != nil {
		return usageError(err)
	}
	d, err := a.openData(ctx, a.Data, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()

	var size int64
	for _, src := range in.dumps {
		size += src.Size
	}
	bar := newProgress(a.stderr, "import", cmp.Or(size, -1), true)
	in.report = func(p ingest.Progress) {
		bar.set(p.Bytes, p.Total)
		bar.say("packages", p.Done)
	}
	in.settle = func(done, _ int) { bar.say("packages scored and indexed", done) }
	counted := len(in.downloads)
	summary, err := a.load(ctx, d, &in)
	bar.finish()
	a.printSummary(summary, counted, time.Since(bar.start))
	return err
}

// inputs is what is to be loaded.
type inputs struct {
	dumps     []ingest.Source
	downloads map[string]uint64
	report    func(ingest.Progress) // may be nil
	settle    func(done, total int) // packages scored, and then indexed, at the end; may be nil
}

func (a *app) inputs(files []string, downloads string) (in inputs, err error) {
	for _, name := range files {
		src, err := a.source(name)
		if err != nil {
			return in, err
		}
		in.dumps = append(in.dumps, src)
	}
	if downloads != "" {
		in.downloads, err = readDownloads(downloads)
	}
	return in, err
}

func (a *app) source(name string) (ingest.Source, error) {
	if name == "-" {
		return ingest.Source{Name: "standard input", Open: func() (io.ReadCloser, error) { return io.NopCloser(a.stdin), nil }}, nil
	}
	return ingest.FileSource(name)
}

func readDownloads(name string) (map[string]uint64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	counts, err := ingest.LoadDownloads(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return counts, nil
}

// errWrite marks failures of the data directory, to tell them from those of what is read.
var errWrite = errors.New("write")

// writer is a sink that marks its errors.
type writer struct{ sink ingest.Sink }

func (w writer) Apply(ctx context.Context, b store.Batch) error {
	return mark(w.sink.Apply(ctx, b), errWrite)
}

// load is the one way of dumps into the data: the command's and the sample's. Scores are taken at the end, since only then
// all dependents are known. It lets go of the downloads when they are stored.
func (a *app) load(ctx context.Context, d *data, in *inputs) (ingest.Summary, error) {
	sink := writer{d.index}
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(in.downloads)), 50_000) {
		counts := make(map[string]uint64, len(chunk))
		for _, name := range chunk {
			counts[name] = in.downloads[name]
		}
		if err := sink.Apply(ctx, store.Batch{Downloads: counts}); err != nil {
			return ingest.Summary{}, fmt.Errorf("store downloads: %w", err)
		}
	}
	in.downloads = nil
	summary, err := ingest.NewImporter(sink, ingest.ImportOptions{Progress: in.report, Stored: d.store}).Run(ctx, in.dumps...)
	if errors.Is(err, errWrite) || ctx.Err() != nil {
		return summary, cmp.Or(err, ctx.Err()) // a cancel after the last batch leaves the scores to be taken
	}
	return summary, errors.Join(usageError(err), d.index.Rescore(ctx, in.settle))
}

// importSample loads the built-in sample.
func (a *app) importSample(ctx context.Context, d *data) error {
	f, err := a.sample.Open(sampleDownloads)
	if err != nil {
		return err
	}
	defer f.Close()
	counts, err := ingest.LoadDownloads(f)
	if err != nil {
		return err
	}
	dump := ingest.Source{Name: sampleDump, Open: func() (io.ReadCloser, error) { return a.sample.Open(sampleDump) }}
	_, err = a.load(ctx, d, &inputs{dumps: []ingest.Source{dump}, downloads: counts})
	return err
}

func (a *app) printSummary(s ingest.Summary, downloads int, took time.Duration) {
	count := func(n int) string { return humanize.Comma(int64(n)) }
	fmt.Fprintf(a.stderr, "imported %s packages in %s (%.0f/s)\n", count(s.Packages), took.Round(10*time.Millisecond), float64(s.Packages)/took.Seconds())
	if downloads > 0 {
		fmt.Fprintf(a.stderr, "and the downloads of %s names\n", count(downloads))
	}
	if s.Older > 0 {
		fmt.Fprintf(a.stderr, "left out %s that are older than what is stored\n", count(s.Older))
	}
	reasons := slices.Sorted(maps.Keys(s.Skipped))
	for i, reason := range reasons {
		reasons[i] = count(s.Skipped[reason]) + " " + reason
	}
	if len(reasons) > 0 {
		fmt.Fprintf(a.stderr, "skipped documents that are no packages: %s\n", strings.Join(reasons, ", "))
	}
}
