package eval

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Source answers queries with package names, best first.
type Source interface {
	Search(ctx context.Context, text string, size int) ([]string, error)
	Suggest(ctx context.Context, text string, size int) ([]string, error)
}

// MaxSize is the deepest that answers are looked at.
const MaxSize = 50

const (
	defaultSize = 10
	warmUp      = 20 // queries asked before the first one that counts
	giveUp      = 20 // queries that may fail before the first answer
)

// Options of a run; the zero value is the default.
type Options struct {
	Size    int                // depth of the metrics, 1 to MaxSize; 0 for 10
	Workers int                // questions under way at once; 0 for one a core. One gives honest latencies
	GiveUp  bool               // end with an error when the first queries all have no answer
	Strict  bool               // end with an error when any question has none
	Done    func(done, of int) // called after each query, from several goroutines
}

// answer is what came back for one query.
type answer struct {
	lists  [][]string // of the text, or of each prefix
	took   []time.Duration
	errors []error
}

// Ask asks every query and measures the answers. An error of the source counts as an empty answer, unless
// ctx has ended or the options say otherwise.
func Ask(ctx context.Context, source Source, queries []Query, o Options) (*Run, error) {
	if o.Size == 0 {
		o.Size = defaultSize
	}
	if o.Size < 1 || o.Size > MaxSize {
		return nil, fmt.Errorf("size is %d: it must be from 1 to %d", o.Size, MaxSize)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if len(queries) == 0 {
		return nil, errors.New("there are no queries")
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	answers := make([]answer, len(queries))
	var next, done, answered atomic.Int64
	var workers sync.WaitGroup
	for range min(o.Workers, len(queries)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(queries)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				a := ask(ctx, source, queries[i], o.Size)
				if len(a.errors) < len(a.lists) {
					answered.Add(1)
				}
				if o.Strict && len(a.errors) > 0 {
					stop(fmt.Errorf("%s: %w", queries[i].ID, a.errors[0]))
				}
				n := int(done.Add(1))
				if o.GiveUp && answered.Load() == 0 && (n >= giveUp || n == len(queries)) {
					stop(fmt.Errorf("none of %d queries had an answer: %w", n, a.errors[0]))
				}
				answers[i] = a
				if o.Done != nil {
					o.Done(n, len(queries))
				}
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return measure(queries, answers, o.Size), nil
}

// Warm asks the first queries and forgets the answers, so that what follows does not measure a cold start.
func Warm(ctx context.Context, source Source, queries []Query) {
	for _, q := range queries[:min(warmUp, len(queries))] {
		if a := ask(ctx, source, q, defaultSize); len(a.errors) > 0 {
			return // the queries proper will tell
		}
	}
}

func ask(ctx context.Context, source Source, q Query, size int) (a answer) {
	one := source.Search
	if q.Completes() {
		one = source.Suggest
	}
	texts := q.Prefixes
	if len(texts) == 0 {
		texts = []string{q.Text}
	}
	for _, text := range texts {
		began := time.Now()
		names, err := one(ctx, text, size)
		a.took = append(a.took, time.Since(began))
		if err != nil {
			names, a.errors = nil, append(a.errors, fmt.Errorf("ask %.60q: %w", text, err))
		}
		a.lists = append(a.lists, names)
	}
	return a
}
