package index

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// When live changes are folded into a new base: searches pay for every segment beside it, and for every document that is
// there but deleted.
const (
	foldShare  = 20      // one package in so many stands beside the base, or as many are deleted
	foldAtMost = 100_000 // or so many stand beside it, whatever their share
	foldFrom   = 2_000   // fewer are never worth it
)

// Folding takes one processor of several, and at most this share of the time.
const (
	foldRest  = 4         // times as long as one took passes before the next
	foldRetry = time.Hour // after one that failed
)

// folder folds now and then.
type folder struct {
	index *Index
	next  time.Time // not before
}

// look folds if it is time, and the live changes have become many.
func (f *folder) look(ctx context.Context) {
	v := f.index.Acquire()
	if v == nil {
		return
	}
	many := v.scattered()
	v.Release()
	if many && !time.Now().Before(f.next) {
		f.fold(ctx)
	}
}

// fold builds a new base of all that is live. It changes no answer, but that ranks which have been written since the last
// rescoring may show.
func (f *folder) fold(ctx context.Context) {
	began := time.Now()
	log := f.index.opts.Logger
	err := f.index.rebuild(ctx, nil, rebuilding{workers: max(1, runtime.GOMAXPROCS(0)/2), keepAssociations: true})
	took := time.Since(began)
	switch {
	case ctx.Err() != nil || errors.Is(err, ErrRebuilding) || errors.Is(err, ErrClosed):
	case err != nil:
		f.next = time.Now().Add(foldRetry)
		log.Warn("fold live changes into the index", "err", err)
	default:
		f.next = time.Now().Add(foldRest * took)
		log.Info("folded live changes into the index", "took", took.Round(time.Millisecond))
	}
}

// scattered tells whether so many packages stand beside the largest segment, or are deleted, that it should be built
// anew.
func (v *View) scattered() bool {
	largest, deleted := 0, 0
	for _, s := range v.segments {
		gone := 0
		if s.deleted != nil {
			gone = int(s.deleted.GetCardinality())
		}
		deleted += gone
		largest = max(largest, s.Len()-gone)
	}
	beside := v.live - largest
	return worthFolding(beside, v.live) || worthFolding(deleted, v.live) || beside > foldAtMost
}

func worthFolding(some, all int) bool { return some >= foldFrom && some*foldShare > all }
