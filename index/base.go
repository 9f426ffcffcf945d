package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	"golang.org/x/sync/errgroup"

	"pkgsearch/index/mapped"
	"pkgsearch/index/postings"
	"pkgsearch/index/score"
	"pkgsearch/index/store"
	"pkgsearch/index/zapfile"
)

// baseFile is where Bleve's offline builder puts its only segment.
const baseFile = "000000000002.zap"

// base builds a generation of one segment, in which packages stand in descending prior of the default weights, ties by name: a
// search that walks it meets the best first. Live changes come to it as further segments.
type base struct {
	store    *store.Store
	path     string // of the generation
	order    *store.Order
	fields   []zapfile.Field
	number   map[string]int // of a field
	parts    []basePart
	lists    []byte // of all documents
	workers  int
	mapFrom  int // as in Options
	progress func(done, total int)

	mu   sync.Mutex
	done int
}

// basePart is one run of documents on its way into the segment.
type basePart struct {
	terms  *zapfile.Part
	column *column // without names
	lists  *postings.Lists
	listed *mapped.Map // where the lists lie
}

func (ix *Index) newBase(path string, order *store.Order, progress func(done, total int), workers int) *base {
	b := &base{store: ix.store, path: path, order: order, number: map[string]int{}, progress: progress, workers: workers, mapFrom: ix.opts.MapFrom}
	for i, f := range fields() {
		b.number[f] = i
		b.fields = append(b.fields, zapfile.Field{Name: f, Options: uint64(membership)})
	}
	b.parts = make([]basePart, (order.Len()+zapfile.PartSize-1)/zapfile.PartSize)
	return b
}

// build makes the directory of the generation. It is durable when it returns.
func (b *base) build(ctx context.Context, lln uint64) (err error) {
	if err := os.MkdirAll(b.spills(), 0o700); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.spills())) }()
	if err := b.gather(ctx); err != nil {
		return err
	}
	b.order = nil // not needed any more, and large
	b.parts = slices.DeleteFunc(b.parts, func(p basePart) bool { return p.terms.Len() == 0 })
	if len(b.parts) > 0 { // else an index without a segment does
		work, ctx := errgroup.WithContext(ctx)
		work.SetLimit(b.workers)
		work.Go(b.join)
		work.Go(func() error { return b.place(ctx) })
		if err := work.Wait(); err != nil {
			return err
		}
	}
	return b.finish(ctx, lln)
}

// join makes the posting lists of all documents of those of the parts.
func (b *base) join() (err error) {
	runs := make([]*postings.Lists, len(b.parts))
	for i := range b.parts { // beside place, which takes the terms
		runs[i] = b.parts[i].lists
	}
	b.lists, err = postings.Join(runs)
	return err
}

// gather reads and analyses all packages, a part at a time for each worker.
func (b *base) gather(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(len(b.parts), b.workers) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(b.parts) {
					return
				}
				if err := b.gatherPart(ctx, i); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

func (b *base) gatherPart(ctx context.Context, i int) error {
	from := i * zapfile.PartSize
	to := min(from+zapfile.PartSize, b.order.Len())
	terms := zapfile.NewPart(b.fields)
	var lists postings.Builder
	c := &column{ranks: newRanks(to - from), facts: newColumns(to - from)}
	for page := from; page < to; page += columnPage {
		end := min(page+columnPage, to)
		err := b.store.Each(ctx, b.order.Names(page, end), func(p *store.Ranked) error {
			if !p.Indexed() { // any more
				return nil
			}
			doc := terms.Len()
			terms.Begin(p.Name)
			words := listingOf(&p.Package)
			lists.Add(words)
			eachField(&p.Package, words, func(field string, tokens []Token) {
				n := b.number[field]
				for _, t := range tokens {
					terms.Add(n, t.Text)
				}
			})
			c.ranks.set(doc, p.Rank)
			c.facts.set(doc, p.Facts)
			return nil
		})
		if err != nil {
			return err
		}
		if err := b.report(ctx, end-page); err != nil {
			return err
		}
	}
	c.cut(terms.Len())
	terms.Seal()
	b.parts[i] = basePart{terms: terms, column: c}
	if terms.Len() == 0 { // all have been withdrawn since they were put in order
		return nil
	}
	return b.parts[i].spill(filepath.Join(b.spills(), strconv.Itoa(i)), &lists)
}

// spills is where parts lie until the segment is written.
func (b *base) spills() string { return b.path + ".parts" }

// spill moves what is gathered out of memory.
func (p *basePart) spill(path string, lists *postings.Builder) error {
	raw, err := lists.Bytes()
	if err != nil {
		return err
	}
	if p.listed, err = mapped.Spill(path+".lists", raw); err != nil {
		return fmt.Errorf("spill posting lists: %w", err)
	}
	if p.lists, err = postings.Map(p.listed.Bytes()); err != nil {
		return err
	}
	return p.terms.Spill(path + ".terms")
}

// report tells how many packages are read.
func (b *base) report(ctx context.Context, more int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done += more
	if b.progress != nil {
		b.progress(b.done, b.order.Len())
	}
	return ctx.Err()
}

// place makes an index of one document with Bleve's builder, whose segment is then replaced.
func (b *base) place(ctx context.Context) error {
	builder, err := bleve.NewBuilder(b.path, newMapping(), map[string]any{"buildPathPrefix": b.path})
	if err != nil {
		return fmt.Errorf("create index %s: %w", b.path, err)
	}
	if err := errors.Join(builder.Index("placeholder", struct{}{}), builder.Close()); err != nil {
		return fmt.Errorf("create index %s: %w", b.path, err)
	}
	segment := filepath.Join(b.path, "store", baseFile)
	if _, err := os.Stat(segment); err != nil {
		return fmt.Errorf("find the segment of index %s: %w", b.path, err)
	}
	if err := os.Remove(segment); err != nil {
		return err
	}
	terms := make([]*zapfile.Part, len(b.parts))
	for i := range b.parts {
		terms[i], b.parts[i].terms = b.parts[i].terms, nil // let go of when it is written
	}
	return zapfile.Write(ctx, segment, b.fields, terms, b.workers)
}

// finish writes what the index says of itself, with the log number that it has reached, and the columns.
func (b *base) finish(ctx context.Context, lln uint64) error {
	g, err := b.open(ctx)
	if err != nil {
		return err
	}
	err = b.describe(ctx, g, lln)
	if err == nil {
		err = b.writeColumns(g)
	}
	if err := errors.Join(err, g.release()); err != nil {
		return err
	}
	return syncTree(b.path)
}

func (b *base) open(ctx context.Context) (*generation, error) {
	if len(b.parts) > 0 {
		return openGeneration(ctx, b.path)
	}
	return createGeneration(b.path)
}

func (b *base) describe(ctx context.Context, g *generation, lln uint64) error {
	batch := g.bleve.NewBatch()
	batch.SetInternal([]byte(keyDB), []byte(b.store.ID()))
	batch.SetInternal([]byte(keySchema), []byte(Fingerprint()))
	batch.SetInternal([]byte(keyLLN), strconv.AppendUint(nil, lln, 10))
	return seal(ctx, g, batch)
}

// writeColumns keeps the columns beside a segment that is large enough.
func (b *base) writeColumns(g *generation) error {
	snap, err := g.snapshot()
	if err != nil {
		return err
	}
	defer snap.DecRef()
	for _, s := range snap.Segments() {
		if int(s.Segment().Count()) < b.mapFrom {
			continue
		}
		files, ok, err := columnFilesOf(g, s.Segment(), b.store.ID())
		if err != nil {
			return fmt.Errorf("find the segment of index %s: %w", g.name, err)
		}
		if !ok {
			return fmt.Errorf("write columns of index %s: a segment of %d documents is not on disk", g.name, s.Segment().Count())
		}
		if err := b.writeFiles(files); err != nil {
			return err
		}
	}
	return nil
}

func (b *base) writeFiles(files columnFiles) error {
	columns := make([]*column, len(b.parts))
	for i, p := range b.parts {
		columns[i] = p.column
	}
	return errors.Join(files.writeFacts(columns), files.writeRanks(columns), files.writeLists(b.lists))
}

// byPrior lists the store's packages as a base holds them.
func byPrior(ctx context.Context, st *store.Store) (*store.Order, error) {
	weights := score.DefaultWeights()
	return st.Sorted(ctx, func(r store.Rank) float64 { return float64(r.Prior(weights)) })
}
