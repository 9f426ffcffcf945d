package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"pkgsearch/index/store"
)

const (
	importBatch = 4000    // packages: a store transaction of some hundred ms
	batchBytes  = 8 << 20 // text held before it is handed on
)

// ImportOptions tunes an Importer; the zero value is good.
type ImportOptions struct {
	Workers   int              // packuments normalised at a time; GOMAXPROCS when 0
	BatchSize int              // packages handed to the sink at a time; 4000 when 0
	Now       func() time.Time // time.Now when nil
	Logger    *slog.Logger     // one line for each dump; silent when nil
	Progress  func(p Progress) // called after each batch, from one goroutine; may be nil
	TempDir   string           // where packuments over 8 MiB are put; the system's when ""
	Stored    Stored           // what the sink has already, which no dump undoes; nil for nothing
}

// Stored reads what is known of packages already. A *store.Store is one.
type Stored interface {
	GetMany(ctx context.Context, names []string) ([]store.Package, error)
	DeadLetter(name string) (store.DeadLetter, error)
}

// Progress is how far an import is.
type Progress struct {
	Done    int   // packages handed to the sink
	Skipped int   // documents that are no packages
	Bytes   int64 // read, as they lie on disk
	Total   int64 // of all dumps, 0 when one of them has no known size
}

// Summary is what an import did.
type Summary struct {
	Packages int            // handed to the sink, one for each document
	Older    int            // packages left out, since a newer revision is known
	Skipped  map[string]int // by reason
}

// Source is a dump to import.
type Source struct {
	Name string
	Size int64 // bytes; 0 when unknown
	Open func() (io.ReadCloser, error)
}

// FileSource is the dump in a file.
func FileSource(path string) (Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Source{}, err
	}
	if info.IsDir() {
		return Source{}, fmt.Errorf("read %s: is a directory", path)
	}
	return Source{Name: path, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) }}, nil
}

// Importer loads dumps into a sink.
type Importer struct {
	sink Sink
	o    ImportOptions

	read     atomic.Int64 // bytes, of all dumps so far
	total    int64
	readable bool // the dump at hand: something in it was JSON
	batch    batch
	progress Progress
	summary  Summary
}

// NewImporter makes an importer that hands what it reads to sink.
func NewImporter(sink Sink, o ImportOptions) *Importer {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.BatchSize <= 0 {
		o.BatchSize = importBatch
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Importer{sink: sink, o: o}
}

// Run imports the dumps in order. Packuments are normalised side by side but handed on in the order in
// which they stand, so that of two with the same name the later counts. But a package that tells an older
// revision than is known is left out, and dead letters that wait for their next try stay, until a package
// comes that is known to be as new. A document that is no package is counted by its reason, and becomes a
// dead letter when it tells its name.
//
// The end of ctx or an error ends the import after the batch at hand; what is in the sink then is whole
// lines, and the summary counts them. Run serves one import.
func (im *Importer) Run(ctx context.Context, sources ...Source) (Summary, error) {
	im.summary.Skipped = map[string]int{}
	for _, src := range sources {
		im.total += src.Size
	}
	for _, src := range sources {
		if src.Size == 0 {
			im.total = 0
		}
	}
	for _, src := range sources {
		if err := im.load(ctx, src); err != nil {
			return im.summary, err
		}
	}
	return im.summary, nil
}

// take adds one result to the batch. It fails when the dump itself is at fault.
func (im *Importer) take(j *job) error {
	var skip *Skip
	switch {
	case j.err == nil:
		im.readable = true
		im.batch.put(j.pkg)
	case !errors.As(j.err, &skip):
		return fmt.Errorf("read %s, line %d: %w", j.doc.Source, j.doc.Line, j.err)
	case j.doc.Open && (skip.Reason == BadJSON || skip.Reason == TooLarge && !im.readable):
		what := "the file is cut short"
		if !im.readable {
			what = "the file is not a dump of packuments, or is cut short in its first"
		}
		return fmt.Errorf("read %s, line %d: %s: %s", j.doc.Source, j.doc.Line, what, skip.Detail)
	default:
		im.readable = im.readable || skip.Reason != BadJSON
		im.summary.Skipped[skip.Reason]++
		im.progress.Skipped++
		im.batch.refuse(skip, im.o.Now())
	}
	return nil
}

func (im *Importer) batchFull() bool {
	return im.batch.docs >= im.o.BatchSize || im.batch.bytes >= batchBytes
}

// flush hands the batch on. Once begun it is finished, whatever happens to ctx.
func (im *Importer) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if im.batch.docs > 0 {
		if im.o.Stored != nil {
			if err := im.batch.settle(ctx, im.o.Stored); err != nil {
				return err
			}
		}
		if err := im.sink.Apply(context.WithoutCancel(ctx), im.batch.Batch); err != nil {
			return fmt.Errorf("apply batch: %w", err)
		}
	}
	im.progress.Done += im.batch.packages
	im.summary.Packages += im.batch.packages
	im.summary.Older += im.batch.older
	im.batch = batch{}
	im.progress.Bytes, im.progress.Total = im.read.Load(), im.total
	if im.o.Progress != nil {
		im.o.Progress(im.progress)
	}
	return nil
}
