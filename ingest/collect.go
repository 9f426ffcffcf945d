package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"pkgsearch/index/store"
)

// collect turns changes into a batch: the newest of each name, without those that the store covers, fetched and normalised.
// The error is an upstreamError when the upstream is down.
func (f *Follower) collect(ctx context.Context, changes []Change) (store.Batch, error) {
	changes = coalesce(changes)
	f.verify.see(changes)
	known, err := f.known(ctx, changes)
	if err != nil {
		return store.Batch{}, err
	}
	var tasks []task
	for _, c := range changes {
		if stored := known[c.Name]; !f.covered(stored, c) {
			tasks = append(tasks, task{Change: c, stored: stored})
		}
	}
	return f.work(ctx, tasks)
}

// coalesce keeps the newest change of each name: the one of the highest generation, or the last of those.
func coalesce(changes []Change) []Change {
	newest := make(map[string]int, len(changes))
	for i, c := range changes {
		if j, ok := newest[c.Name]; !ok || generation(c.Rev) >= generation(changes[j].Rev) {
			newest[c.Name] = i
		}
	}
	kept := make([]Change, 0, len(newest))
	for i, c := range changes {
		if newest[c.Name] == i {
			kept = append(kept, c)
		}
	}
	return kept
}

// known reads what the store has of some names.
func (f *Follower) known(ctx context.Context, changes []Change) (map[string]store.Package, error) {
	names := make([]string, len(changes))
	for i, c := range changes {
		names[i] = c.Name
	}
	packages, err := f.store.GetMany(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("read what is known: %w", err)
	}
	known := make(map[string]store.Package, len(packages))
	for _, p := range packages {
		known[p.Name] = p
	}
	return known, nil
}

// covered tells whether a change adds nothing to what is stored. The generations of a package only grow, through deletions
// too; but after a reset they may have begun again, so that only the same revision counts.
func (f *Follower) covered(stored store.Package, c Change) bool {
	switch {
	case stored.Name == "" || c.Rev == "":
		return false
	case c.Rev == stored.Rev:
		return gone(stored) || !c.Deleted
	}
	return f.verify == nil && generation(stored.Rev) > generation(c.Rev)
}

// gone tells whether a record is a tombstone of the upstream.
func gone(p store.Package) bool { return p.Status == store.Deleted || p.Status == store.Unpublished }

// task is a package to take in.
type task struct {
	Change
	stored store.Package     // zero when there is none
	due    *store.DeadLetter // the dead letter that is tried again; nil for a change of the feed
}

// outcome is what became of a task: a package, a dead letter, or both.
type outcome struct {
	pkg      *store.Package
	dead     *store.DeadLetter
	answered bool  // the registry was asked, and gave an answer of its own
	failed   error // it was asked in vain; dead tells so too
}

// work does tasks, some at a time, and gathers their outcomes in order.
func (f *Follower) work(ctx context.Context, tasks []task) (store.Batch, error) {
	outcomes := make([]outcome, len(tasks))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(f.o.Fetches)
	for i, t := range tasks {
		group.Go(func() (err error) {
			outcomes[i], err = f.take(gctx, t)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return store.Batch{}, err
	}
	if err := f.outage(ctx, tasks, outcomes); err != nil {
		return store.Batch{}, err
	}
	var b store.Batch
	for _, o := range outcomes {
		if o.pkg != nil {
			b.Packages = append(b.Packages, *o.pkg)
		}
		if o.dead != nil {
			b.Dead = append(b.Dead, *o.dead)
		}
	}
	return b, nil
}

// outage gives the first failure when the upstream is down: every fetch has failed, and another try of what did work
// fails too.
func (f *Follower) outage(ctx context.Context, tasks []task, outcomes []outcome) error {
	var failed error
	answered := false
	for i, o := range outcomes {
		if o.answered {
			answered, f.lastGood = true, tasks[i].Name
		}
		if failed == nil {
			failed = o.failed
		}
	}
	if failed == nil || answered {
		return nil
	}
	witness, err := f.witness(ctx)
	if err != nil {
		return err
	}
	if err := f.registry.alive(ctx, witness); err == nil {
		return nil
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	return failed
}

// witness is a package that the registry should answer for, "" when none is known.
func (f *Follower) witness(ctx context.Context) (string, error) {
	if f.lastGood != "" {
		return f.lastGood, nil
	}
	found := errors.New("found")
	name := ""
	err := f.store.Iterate(ctx, "", func(p store.Package) error {
		if gone(p) {
			return nil
		}
		name = p.Name
		return found
	})
	if err != nil && !errors.Is(err, found) {
		return "", err
	}
	return name, nil
}

// retry takes up the dead letters that are due.
func (f *Follower) retry(ctx context.Context) error {
	letters, err := f.store.Due(ctx, time.Now(), min(f.limit, maxDue))
	if err != nil || len(letters) == 0 {
		return err
	}
	changes := make([]Change, len(letters))
	for i, d := range letters {
		changes[i] = Change{Name: d.Name, Rev: d.Rev}
	}
	known, err := f.known(ctx, changes)
	if err != nil {
		return err
	}
	tasks := make([]task, len(letters))
	for i := range letters {
		tasks[i] = task{Change: changes[i], stored: known[letters[i].Name], due: &letters[i]}
	}
	batch, err := f.work(ctx, tasks)
	if err != nil {
		return err
	}
	if err := f.send(ctx, batch); err != nil {
		return fmt.Errorf("apply retried dead letters: %w", err)
	}
	return nil
}

// isUpstream tells whether an error is a failure of the upstream.
func isUpstream(err error) bool {
	var up *upstreamError
	return errors.As(err, &up)
}
