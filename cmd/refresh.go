package cmd

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/ingest"
)

// settleTime passes between a start and the first refresh, so that a service that starts again and again asks nothing.
const settleTime = 10 * time.Minute

// refresher renews what moves without a change in the feed: downloads, and scores, which depend on the day.
type refresher struct {
	every     time.Duration           // 0 for never
	downloads *ingest.DownloadsClient // nil where no API is named
	data      *data
	log       *slog.Logger
}

// loop refreshes from time to time until ctx ends. A failure is logged and made good by the next round.
func (r refresher) loop(ctx context.Context) error {
	if r.every == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	timer := time.NewTimer(min(settleTime, r.every))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		began := time.Now()
		if err := r.now(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("refresh downloads and scores", "err", err)
		} else if err == nil {
			r.log.Info("refreshed downloads and scores", "took", time.Since(began).Round(time.Millisecond))
		}
		timer.Reset(r.every)
	}
}

// now refreshes everything once.
func (r refresher) now(ctx context.Context) error {
	if r.downloads != nil {
		if err := r.count(ctx); err != nil {
			return err
		}
	}
	return r.data.index.Rescore(ctx, nil)
}

// count asks for the downloads of all packages that can be found.
func (r refresher) count(ctx context.Context) error {
	var broken error // of the walk
	names := func(yield func(string) bool) {
		broken = r.data.store.Iterate(ctx, "", func(p store.Package) error {
			if p.Indexed() && !yield(p.Name) {
				return errEnough
			}
			return nil
		})
	}
	err := r.downloads.Refresh(ctx, names, func(counts map[string]uint64) error {
		return writer{r.data.index}.Apply(ctx, store.Batch{Downloads: counts})
	})
	if err != nil {
		return blame(err)
	}
	if !errors.Is(broken, errEnough) {
		return broken
	}
	return nil
}

// errEnough ends a walk whose reader wants no more.
var errEnough = errors.New("enough")
