package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
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

// openTimeout bounds the opening of an index directory: a damaged or locked one may block.
const openTimeout = 30 * time.Second

// generation is one Bleve index on disk. It closes when the last view of it is released.
type generation struct {
	name   string
	path   string
	bleve  bleve.Index
	scorch *scorch.Scorch
	refs   atomic.Int64
	drop   atomic.Bool // remove the directory after closing
}

// createGeneration makes an empty index. A bulk generation is not durable until it has been closed: it
// is only for building aside.
func createGeneration(path, dbid string, bulk bool) (*generation, error) {
	m := mapping.NewIndexMapping()
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	g, err := guard(func() (*generation, error) {
		b, err := bleve.NewUsing(path, m, scorch.Name, scorch.Name, map[string]any{"unsafe_batch": bulk})
		if err != nil {
			return nil, err
		}
		return wrap(path, b)
	})
	if err != nil {
		return nil, fmt.Errorf("create index %s: %w", path, err)
	}
	batch := g.bleve.NewBatch()
	batch.SetInternal([]byte(keyDB), []byte(dbid))
	batch.SetInternal([]byte(keySchema), []byte(Fingerprint()))
	batch.SetInternal([]byte(keyLLN), []byte("0"))
	if err := g.bleve.Batch(batch); err != nil {
		g.release()
		return nil, fmt.Errorf("create index %s: %w", path, err)
	}
	return g, nil
}

// openGeneration opens an existing index.
func openGeneration(path string) (*generation, error) {
	g, err := guard(func() (*generation, error) {
		b, err := bleve.OpenUsing(path, map[string]any{"bolt_timeout": "2s", "unsafe_batch": false})
		if err != nil {
			return nil, err
		}
		return wrap(path, b)
	})
	if err != nil {
		return nil, fmt.Errorf("open index %s: %w", path, err)
	}
	return g, nil
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

// guard runs an opening that may panic on damaged files or never come back.
func guard(open func() (*generation, error)) (*generation, error) {
	type outcome struct {
		g   *generation
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if r := recover(); r != nil {
				o = outcome{err: fmt.Errorf("damaged: %v", r)}
			}
			done <- o
		}()
		o.g, o.err = open()
	}()
	select {
	case o := <-done:
		return o.g, o.err
	case <-time.After(openTimeout):
		return nil, fmt.Errorf("no answer after %s", openTimeout)
	}
}

// lln is the log number that the index has durably reached.
func (g *generation) lln() (uint64, error) {
	v, err := g.bleve.GetInternal([]byte(keyLLN))
	if err != nil {
		return 0, fmt.Errorf("read log number of index %s: %w", g.name, err)
	}
	return strconv.ParseUint(string(v), 10, 64)
}

// belongs says why the index cannot serve the store, or nil.
func (g *generation) belongs(dbid string) error {
	for key, want := range map[string]string{keyDB: dbid, keySchema: Fingerprint()} {
		got, err := g.bleve.GetInternal([]byte(key))
		if err != nil {
			return fmt.Errorf("read %s of index %s: %w", key, g.name, err)
		}
		if string(got) != want {
			return fmt.Errorf("index %s has %s %q, not %q", g.name, key, got, want)
		}
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

// snapshot takes the index's present state as it is on no other goroutine's time.
func (g *generation) snapshot() (*scorch.IndexSnapshot, error) {
	r, err := g.scorch.Reader()
	if err != nil {
		return nil, fmt.Errorf("read index %s: %w", g.name, err)
	}
	snap, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		r.Close()
		return nil, fmt.Errorf("reader of index %s is %T", g.name, r)
	}
	return snap, nil
}

// build makes the view of the index's present state, taking from the last view the columns of segments
// that both have.
func (ix *Index) build(ctx context.Context, g *generation, last *View) (*View, error) {
	snap, err := g.snapshot()
	if err != nil {
		return nil, err
	}
	known := map[uint64]*column{}
	if last != nil && last.owner == g {
		for _, s := range last.segments {
			known[s.id] = s.column
		}
	}
	v := &View{Generation: g.name, snapshot: snap, owner: g}
	for _, s := range snap.Segments() {
		c := known[s.Id()]
		if c == nil || c.Len() != int(s.Segment().Count()) {
			if c, err = newColumn(ctx, s.Segment(), ix.store); err != nil {
				snap.DecRef()
				return nil, err
			}
		}
		if !ix.opts.Bulk {
			c.completions() // now rather than in somebody's first completion
		}
		v.segments = append(v.segments, &Segment{column: c, segment: s.Segment(), deleted: s.Deleted(), id: s.Id()})
		v.live += int(s.Count())
	}
	if raw, err := snap.GetInternal([]byte(keyLLN)); err == nil {
		v.LLN, _ = strconv.ParseUint(string(raw), 10, 64)
	}
	g.retain()
	v.refs.Store(1)
	return v, nil
}
