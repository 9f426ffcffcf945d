package store

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls fn(0) to fn(n-1) on all processors and returns the error of the smallest index that has one, so
// that the outcome does not depend on timing.
func parallel(ctx context.Context, n int, fn func(i int) error) error {
	var (
		next  atomic.Int64
		group sync.WaitGroup
		mu    sync.Mutex
		first = n
		err   error
	)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if e := fn(i); e != nil {
					mu.Lock()
					if i < first {
						first, err = i, e
					}
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return err
}
