package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"pkgsearch/index/store"
)

// job is a packument on its way through the importer.
type job struct {
	doc  Doc
	done chan struct{} // closed when pkg and err are set
	pkg  store.Package
	err  error
}

// load reads one dump: a reader makes jobs, workers normalise them, and this goroutine takes the
// results in the order of the dump.
func (im *Importer) load(ctx context.Context, src Source) error {
	f, err := src.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := openDump(&countingReader{f, &im.read}, src.Name)
	if err != nil {
		return err
	}
	defer d.close()

	started, before := im.o.Now(), im.summary.Packages
	im.readable = false
	free := make(chan *Spool, 2*im.o.Workers+2)
	for range cap(free) {
		free <- NewSpool(0, im.o.TempDir)
	}
	todo, ordered := make(chan *job), make(chan *job, cap(free))
	reading, stop := context.WithCancel(ctx)
	defer stop()

	var readErr error
	var running sync.WaitGroup
	running.Go(func() {
		defer close(todo)
		defer close(ordered)
		readErr = readJobs(reading, d, free, todo, ordered)
	})
	for range im.o.Workers {
		running.Go(func() {
			var n Normalizer
			for j := range todo {
				j.pkg, j.err = n.guarded(j.doc, im.o.Now())
				close(j.done)
			}
		})
	}
	var badDoc error
	for j := range ordered {
		<-j.done
		if badDoc == nil && err == nil {
			if badDoc = im.take(j); badDoc == nil && im.batchFull() {
				err = im.flush(ctx)
			}
			if badDoc != nil || err != nil {
				stop()
			}
		}
		free <- j.doc.Spool
	}
	running.Wait()
	for range cap(free) {
		_ = (<-free).Close() // a temporary file that does not go is no reason to fail
	}
	if err == nil { // what was read before a failure is whole, and is kept
		err = errors.Join(cmp.Or(badDoc, readErr), im.flush(ctx))
	}
	im.o.Logger.Info("dump read", "file", src.Name, "packages", im.summary.Packages-before, "took", im.o.Now().Sub(started))
	return err
}

// readJobs makes a job of each packument of the dump. Every job that goes to ordered gets done.
func readJobs(ctx context.Context, d *dump, free chan *Spool, todo, ordered chan<- *job) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		j := &job{doc: Doc{Spool: <-free}, done: make(chan struct{})}
		if err := d.next(&j.doc); err != nil {
			free <- j.doc.Spool
			if err == io.EOF {
				return nil
			}
			return err
		}
		ordered <- j // has room for every spool there is
		todo <- j
	}
}

// guarded turns a panic, which would be a mistake of ours, into a reason to skip one document.
func (n *Normalizer) guarded(doc io.ReadSeeker, now time.Time) (p store.Package, err error) {
	n.doc.id, n.doc.given = identity{}, identity{} // else the name could be that of the document before
	defer func() {
		if r := recover(); r != nil {
			p, err = store.Package{}, skipFor(&Skip{Reason: Panicked, Detail: fmt.Sprint(r)}, n.doc.name())
		}
	}()
	return n.Normalize(doc, now)
}

// countingReader adds up what is read through it.
type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}
