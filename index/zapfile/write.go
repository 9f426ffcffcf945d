package zapfile

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/vellum"
)

// MaxDocs is the greatest number of documents of a segment.
const MaxDocs = 1<<oneHitBits - 1

// Write writes the segment of the sealed parts' documents, numbered in their order, and makes it durable. The parts have been made
// with these fields; they are used up. Fields are written side by side by so many workers, so that two files
// of the same documents may hold the same in another arrangement. An error leaves no file.
func Write(ctx context.Context, path string, fields []Field, parts []*Part, workers int) (err error) {
	numDocs := 0
	for _, p := range parts {
		numDocs += p.docs
	}
	if numDocs == 0 || numDocs > MaxDocs {
		return fmt.Errorf("write segment %s: %d documents, not 1 to %d", path, numDocs, MaxDocs)
	}
	f, err := createFile(path)
	if err != nil {
		return fmt.Errorf("write segment: %w", err)
	}
	w := &writer{file: f, parts: parts, numDocs: uint64(numDocs)}
	w.arrange(fields)
	storedAt := f.ids(parts)
	if err := w.fields(ctx, workers); err != nil && f.err == nil {
		f.err = err
	}
	fieldsAt := f.fields(w.names, w.sections)
	f.footer(w.numDocs, storedAt, fieldsAt)
	if err := f.close(); err != nil {
		return fmt.Errorf("write segment %s: %w", path, err)
	}
	return nil
}

type writer struct {
	parts    []*Part
	numDocs  uint64
	names    []Field  // as in the file: the id, then those that hold anything, by name
	given    []int    // number of each in the parts
	sections []uint64 // where in the file

	mu   sync.Mutex // held around every use of file while fields are written side by side
	file *file
}

func (w *writer) arrange(fields []Field) {
	all := append([]Field{idField()}, fields...)
	for i := range all {
		if slices.ContainsFunc(w.parts, func(p *Part) bool { return len(p.sorted[i]) > 0 }) {
			w.given = append(w.given, i)
		}
	}
	slices.SortFunc(w.given[1:], func(a, b int) int { return cmp.Compare(all[a].Name, all[b].Name) })
	for _, i := range w.given {
		w.names = append(w.names, all[i])
	}
	w.sections = make([]uint64, len(w.names))
}

// fields writes all fields, the largest first.
func (w *writer) fields(ctx context.Context, workers int) error {
	order := make([]int, len(w.names))
	size := make([]int, len(w.names))
	for i := range order {
		order[i] = i
		for _, p := range w.parts {
			size[i] += len(p.sorted[w.given[i]])
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(size[b], size[a]) })
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(len(order), workers) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(order) {
					return
				}
				if err := w.field(ctx, order[i]); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// checkEvery is the number of terms between looks at the context.
const checkEvery = 1024

// field writes the postings of a field and then its dictionary.
func (w *writer) field(ctx context.Context, i int) error {
	var fst bytes.Buffer
	dict, err := vellum.New(&fst, nil)
	if err != nil {
		return err
	}
	l := &list{numDocs: w.numDocs, docs: roaring.New()}
	terms := newMerger(w.parts, w.given[i])
	var block []byte
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		at := terms.next()
		if len(at) == 0 {
			break
		}
		value, ok := l.single(at)
		if !ok {
			l.encode(at)
			if block, value, err = w.put(l, block[:0]); err != nil {
				return err
			}
		}
		if err := dict.Insert(at[0].term, value); err != nil {
			return fmt.Errorf("insert %q into the dictionary of field %s: %w", at[0].term, w.names[i].Name, err)
		}
	}
	if err := dict.Close(); err != nil {
		return err
	}
	for _, p := range w.parts {
		p.sorted[w.given[i]] = nil // not needed any more
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sections[i] = w.file.dictionary(fst.Bytes())
	return w.file.err
}

// put writes the postings of one term in one piece.
func (w *writer) put(l *list, block []byte) ([]byte, uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	block, value, err := l.appendTo(block, w.file.at)
	if err != nil {
		return block, 0, err
	}
	w.file.write(block)
	return block, value, w.file.err
}
