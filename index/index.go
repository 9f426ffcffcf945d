package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"

	"pkgsearch/index/associate"
	"pkgsearch/index/store"
)

// Domain is the visibility domain of packages that everyone may see.
const Domain = "public"

// Options tune an Index; the zero value works.
type Options struct {
	Logger    *slog.Logger     // nil: none
	Now       func() time.Time // clock of the scores; nil: time.Now
	BatchSize int              // documents a Bleve batch; 0: 1000. More is faster to build and takes more memory
	SpellFrom int              // packages from which on words and names for corrections are learned with the scores, not sought in the index; 0: 20,000
	LogTail   int              // applied change-log entries kept for followers of the log; 0: 100,000
	MapFrom   int              // documents from which on the columns of a segment lie in mapped files; 0: 10,000
	Bulk      bool             // leave the index as it is until Refresh or Rescore: for imports that nobody searches meanwhile
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.BatchSize == 0 {
		o.BatchSize = 1000
	}
	if o.MapFrom == 0 {
		o.MapFrom = 10_000 // live changes stay below it for long, and are read from the store in no time
	}
	if o.SpellFrom == 0 {
		o.SpellFrom = spellFrom
	}
	if o.LogTail == 0 {
		o.LogTail = 100_000
	}
	return o
}

// ErrClosed is returned by an Index that has been closed.
var ErrClosed = errors.New("index is closed")

// Index is the searchable side of one store. Its methods may be called from any goroutine.
type Index struct {
	store *store.Store
	dir   string // of the domain: one directory a generation
	opts  Options

	speller      *speller
	associations atomic.Pointer[associate.Table] // of the next view
	spelling     atomic.Pointer[spelling]        // of the next view
	loading      sync.WaitGroup                  // of spelling, beside the opening of the generation

	write sync.Mutex // the one writer
	// What follows is guarded by write.
	closed     bool
	generation *generation     // live; nil before the first is built
	serial     uint64          // of the latest view
	failed     bool            // the last Bleve batch: what it wrote may not be on disk
	written    map[string]bool // names indexed since the latest view was made
	trimAt     uint64          // log number at which the change log is next worth trimming
	building   uint64          // log number from which a rebuild will replay; 0: none runs

	view       atomic.Pointer[View] // current; nil once closed
	rebuilding sync.Mutex
	learning   sync.Mutex
	naming     sync.Mutex // writes the names anew
	ranking    sync.Mutex
	rescored   atomic.Uint64 // how often all packages have been
}

// Apply writes a batch to the store and then to the index. When it returns nil both are durable and the
// next Acquire sees them. When it fails the store has either all of the batch or nothing of it, and the
// index is brought up by the next Apply or Open: applying the batch again is harmless.
func (ix *Index) Apply(ctx context.Context, b store.Batch) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return ErrClosed
	}
	applied, err := ix.store.Update(ctx, b, ix.opts.Now())
	if err != nil {
		return fmt.Errorf("write to store: %w", err)
	}
	if !ix.opts.Bulk {
		if err := ix.catchUp(ctx, ix.generation); err != nil {
			return fmt.Errorf("index up to change %d: %w", applied.LLN, err)
		}
		if err := ix.refresh(ctx, ix.view.Load()); err != nil {
			return err
		}
	}
	return ix.trim(ctx, applied.LLN)
}

// trim shortens the change log now and then, never beyond what a running rebuild is going to replay.
func (ix *Index) trim(ctx context.Context, lln uint64) error {
	if lln < ix.trimAt {
		return nil
	}
	ix.trimAt = lln + uint64(ix.opts.LogTail)
	upTo := lln
	if ix.building > 0 {
		upTo = min(upTo, ix.building)
	}
	if err := ix.store.Trim(ctx, upTo, ix.opts.LogTail); err != nil {
		return fmt.Errorf("trim change log: %w", err)
	}
	return nil
}

// catchUp brings a generation from its own log number to the store's, one Bleve batch at a time.
func (ix *Index) catchUp(ctx context.Context, g *generation) error {
	at, err := g.lln()
	if err != nil {
		return err
	}
	head, err := ix.store.LLN()
	if err != nil {
		return fmt.Errorf("read log number of the store: %w", err)
	}
	if at > head {
		return fmt.Errorf("%w: index %s has reached change %d, the store only %d: it comes from another state of the store", errOutdated, g.name, at, head)
	}
	if at == head {
		if g == ix.generation && ix.failed {
			return ix.writeBatch(g, g.bleve.NewBatch(), head) // waits until the disk has what is in memory
		}
		return nil
	}
	oldest, err := ix.store.Oldest()
	if err != nil {
		return fmt.Errorf("read change log: %w", err)
	}
	if oldest == 0 || at+1 < oldest {
		return fmt.Errorf("%w: index %s has reached change %d, but the change log begins at %d", errOutdated, g.name, at, oldest)
	}
	for at < head {
		changes, err := ix.store.Changes(ctx, at, ix.opts.BatchSize)
		if err != nil {
			return fmt.Errorf("read change log after %d: %w", at, err)
		}
		if len(changes) == 0 {
			return fmt.Errorf("change log ends at %d before its head %d", at, head)
		}
		if err := ix.writeChanges(ctx, g, changes); err != nil {
			return err
		}
		at = changes[len(changes)-1].LLN
	}
	return nil
}

// writeChanges indexes the present state of every changed package together with the log number of the
// last change.
func (ix *Index) writeChanges(ctx context.Context, g *generation, changes []store.Change) error {
	names := make([]string, 0, len(changes))
	seen := make(map[string]bool, len(changes))
	for _, c := range changes {
		if !seen[c.Name] {
			seen[c.Name] = true
			names = append(names, c.Name)
		}
	}
	packages, err := ix.store.GetMany(ctx, names)
	if err != nil {
		return fmt.Errorf("read changed packages: %w", err)
	}
	batch := g.bleve.NewBatch()
	for i := range packages {
		p := &packages[i]
		seen[p.Name] = false
		if !p.Indexed() {
			batch.Delete(p.Name)
		} else if err := batch.IndexAdvanced(documentOf(p)); err != nil {
			return fmt.Errorf("index package %q: %w", p.Name, err)
		}
	}
	for _, name := range names {
		if seen[name] { // no record any more
			batch.Delete(name)
		}
	}
	if !ix.opts.Bulk && g == ix.generation {
		for _, name := range names {
			ix.written[name] = true
		}
	}
	return ix.writeBatch(g, batch, changes[len(changes)-1].LLN)
}

// writeBatch makes a batch and the log number that it brings the index to durable together.
func (ix *Index) writeBatch(g *generation, batch *bleve.Batch, lln uint64) error {
	batch.SetInternal([]byte(keyLLN), strconv.AppendUint(nil, lln, 10))
	err := g.bleve.Batch(batch)
	if g == ix.generation {
		ix.failed = err != nil
	}
	if err != nil {
		return fmt.Errorf("write index batch up to change %d: %w", lln, err)
	}
	return nil
}

// Acquire gives the current view; nil once the index is closed. The caller must Release it.
func (ix *Index) Acquire() *View {
	for {
		v := ix.view.Load()
		if v == nil || v.retain() {
			return v
		}
	}
}

// Refresh makes everything that is in the store visible, also what an Apply that failed has left out.
func (ix *Index) Refresh(ctx context.Context) error {
	if ix.opts.Bulk {
		_, err := ix.settle(ctx, nil)
		return err
	}
	return ix.bringUp(ctx)
}

// bringUp replays what the index lacks of the change log.
func (ix *Index) bringUp(ctx context.Context) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return ErrClosed
	}
	if err := ix.catchUp(ctx, ix.generation); err != nil {
		return err
	}
	return ix.refresh(ctx, ix.view.Load())
}

// refresh replaces the view by one of the present state; last is the one that shows the live generation.
func (ix *Index) refresh(ctx context.Context, last *View) error {
	view, err := ix.build(ctx, ix.generation, last)
	if err != nil {
		return err
	}
	ix.publish(view)
	return nil
}

// Now is the time by the clock of the scores.
func (ix *Index) Now() time.Time { return ix.opts.Now() }

// publish makes a view of the live generation the current one.
func (ix *Index) publish(v *View) {
	ix.serial = max(ix.serial+1, uint64(ix.opts.Now().UnixNano()))
	v.Serial = ix.serial
	ix.written = map[string]bool{}
	if old := ix.view.Swap(v); old != nil {
		old.Release()
	}
}

// Close waits for the writer and closes the index; a rebuild that runs will fail. Views still held stay
// readable until released.
func (ix *Index) Close() error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return nil
	}
	ix.closed = true
	if old := ix.view.Swap(nil); old != nil {
		old.Release()
	}
	return ix.generation.release()
}
