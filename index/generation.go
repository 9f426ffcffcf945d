package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
)

// Keys of what an index says about itself, written in the same batch as the documents.
const (
	keyLLN    = "_lln"    // log number reached, decimal
	keyDB     = "_dbid"   // the store it was made from
	keySchema = "_schema" // Fingerprint of the build that made it
)

// Why an index on disk cannot be used as it is; both are mended by rebuilding.
var (
	errDamaged  = errors.New("damaged")  // kept aside for study
	errOutdated = errors.New("outdated") // sound, but of another store, schema or time; removed
)

// mergedBelow is the number of documents from which on a segment is left as it is: a base would lose its order, and takes
// long. Live changes are folded into it (fold.go) before there are many of that size.
const mergedBelow = 25_000

// openTimeout bounds what Bleve does to open an index directory, which reads little of it: with a damaged one it may never
// come back.
const openTimeout = 30 * time.Second

// generation is one Bleve index on disk. It closes when the last view of it is released.
type generation struct {
	name   string
	path   string
	bleve  bleve.Index
	scorch *scorch.Scorch
	refs   atomic.Int64
	drop   atomic.Bool // remove the directory after closing
	names  *completer  // of its latest view; whoever builds views of it changes it
}

// newMapping is that of an index whose documents bring all that is indexed with them.
func newMapping() mapping.IndexMapping {
	m := mapping.NewIndexMapping()
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// createGeneration makes an empty index.
func createGeneration(path string) (*generation, error) {
	g, err := guard(func() (*generation, error) {
		b, err := bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, nil)
		if err != nil {
			return nil, err
		}
		return wrap(path, b)
	})
	if err != nil {
		return nil, fmt.Errorf("create index %s: %w", path, err)
	}
	return g, nil
}

// openGeneration opens an existing index whose files are whole. An error is errDamaged unless the files
// are merely not to be had now. Reading a large index for its checksums takes as long as the disk needs, or ctx lets it.
func openGeneration(ctx context.Context, path string) (*generation, error) {
	g, err := guard(func() (*generation, error) {
		b, err := bleve.OpenUsing(path, map[string]any{
			"bolt_timeout": "2s", "unsafe_batch": false,
			"scorchMergePlanOptions": map[string]any{"MaxSegmentSize": 2 * mergedBelow},
		})
		if err != nil {
			return nil, err
		}
		return wrap(path, b)
	})
	if err == nil {
		if err = sound(func() error { return verifyChecksums(ctx, g) }); err != nil {
			err = errors.Join(err, g.release())
		}
	}
	switch {
	case err == nil:
		return g, nil
	case unavailable(err):
		return nil, fmt.Errorf("open index %s: %w", path, err)
	}
	return nil, fmt.Errorf("open index %s: %w: %w", path, errDamaged, err)
}

// unavailable tells errors of the moment from damage: another process's lock, missing rights, no more files, nobody who waits.
func unavailable(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) ||
		strings.HasSuffix(err.Error(), "timeout") // bbolt's, which only the store may name
}

func wrap(path string, b bleve.Index) (*generation, error) {
	advanced, err := b.Advanced()
	if err != nil {
		return nil, err
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil, fmt.Errorf("index type is %T, not scorch", advanced)
	}
	g := &generation{name: filepath.Base(path), path: path, bleve: b, scorch: s}
	g.refs.Store(1)
	return g, nil
}

// guard runs an opening that may panic on damaged files or never come back. One that comes back too late
// is closed.
func guard(open func() (*generation, error)) (*generation, error) {
	type outcome struct {
		g   *generation
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.err = sound(func() (err error) {
			o.g, err = open()
			return err
		})
		done <- o
	}()
	select {
	case o := <-done:
		return o.g, o.err
	case <-time.After(openTimeout):
		go func() {
			if late := <-done; late.g != nil {
				late.g.release()
			}
		}()
		return nil, fmt.Errorf("no answer after %s", openTimeout)
	}
}

// sound turns a panic, which is how Bleve meets damaged files, into errDamaged.
func sound(read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	return read()
}

// lln is the log number that the index has reached. After a failed batch it may be ahead of the disk.
func (g *generation) lln() (uint64, error) {
	v, err := g.bleve.GetInternal([]byte(keyLLN))
	if err != nil {
		return 0, fmt.Errorf("read log number of index %s: %w", g.name, err)
	}
	n, err := strconv.ParseUint(string(v), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: log number of index %s is %q", errDamaged, g.name, v)
	}
	return n, nil
}

// belongs says why the index cannot serve the store, or nil.
func (g *generation) belongs(dbid string) error {
	for key, want := range map[string]string{keyDB: dbid, keySchema: Fingerprint()} {
		got, err := g.bleve.GetInternal([]byte(key))
		if err != nil {
			return fmt.Errorf("%w: read %s of index %s: %w", errDamaged, key, g.name, err)
		}
		if len(got) == 0 {
			return fmt.Errorf("%w: index %s has lost its %s", errDamaged, g.name, key)
		}
		if string(got) != want {
			return fmt.Errorf("%w: index %s has %s %q, not %q", errOutdated, g.name, key, got, want)
		}
	}
	return nil
}

// failure is what went wrong in scorch's own goroutines, which tell nobody: they write segments to disk
// behind unsafe batches.
func (g *generation) failure() error {
	if n, _ := g.scorch.StatsMap()["TotOnErrors"].(uint64); n > 0 {
		return fmt.Errorf("index %s cannot be written to disk; is it full?", g.name)
	}
	return nil
}

func (g *generation) retain() { g.refs.Add(1) }

// release gives up one reference; the last one closes the index and, when it was dropped, deletes it.
func (g *generation) release() error {
	if g.refs.Add(-1) > 0 {
		return nil
	}
	err := g.bleve.Close()
	if g.drop.Load() {
		err = errors.Join(err, os.RemoveAll(g.path))
	}
	return err
}

// snapshot takes the index's present state; the caller must DecRef it.
func (g *generation) snapshot() (*scorch.IndexSnapshot, error) {
	r, err := g.scorch.Reader()
	if err != nil {
		return nil, fmt.Errorf("read index %s: %w", g.name, err)
	}
	snap, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("reader of index %s is %T", g.name, r), r.Close())
	}
	return snap, nil
}
