package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"pkgsearch/index/store"
)

// maxWitnesses are asked when the registry seems to be down.
const maxWitnesses = 4

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
		stored := known[c.Name]
		if f.covered(stored, c) {
			continue
		}
		letter, err := f.letter(c.Name)
		if err != nil {
			return store.Batch{}, err
		}
		if (c.Rev != "" || !c.Deleted) && generation(letter.Rev) > generation(c.Rev) {
			c.Rev, c.Deleted = letter.Rev, false // an older row; the newer one waits for its document
		}
		tasks = append(tasks, task{Change: c, stored: stored})
	}
	return f.work(ctx, tasks)
}

// coalesce keeps the newest change of each name: the one of the highest generation, or the last of those. One without a
// generation is newer than those before it.
func coalesce(changes []Change) []Change {
	newest := make(map[string]int, len(changes))
	for i, c := range changes {
		gen := generation(c.Rev)
		if j, ok := newest[c.Name]; !ok || gen == 0 || gen >= generation(changes[j].Rev) {
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
	answered bool  // the registry was asked, and gave a document
	missing  bool  // it was asked, and has no such package
	failed   error // it was asked in vain; the rest only holds when the registry works otherwise
}

// work does tasks, some at a time, and gathers their outcomes in order.
func (f *Follower) work(ctx context.Context, tasks []task) (store.Batch, error) {
	outcomes, err := f.each(ctx, tasks, f.take)
	return batchOf(outcomes), err
}

// each does something with tasks, some at a time. The error is an upstreamError when the upstream is down.
func (f *Follower) each(ctx context.Context, tasks []task, do func(context.Context, task) (outcome, error)) ([]outcome, error) {
	outcomes := make([]outcome, len(tasks))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(f.o.Fetches)
	for i, t := range tasks {
		group.Go(func() (err error) {
			outcomes[i], err = do(gctx, t)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return outcomes, f.outage(ctx, tasks, outcomes)
}

func batchOf(outcomes []outcome) store.Batch {
	var b store.Batch
	for _, o := range outcomes {
		if o.pkg != nil {
			b.Packages = append(b.Packages, *o.pkg)
		}
		if o.dead != nil {
			b.Dead = append(b.Dead, *o.dead)
		}
	}
	return b
}

// outage gives the first failure when the upstream is down: more tasks have failed than not, and no witness speaks for
// the registry.
func (f *Follower) outage(ctx context.Context, tasks []task, outcomes []outcome) error {
	var first error
	failed, answered := 0, 0
	for i, o := range outcomes {
		switch {
		case o.failed != nil:
			failed++
			first = cmp.Or(first, o.failed)
		case o.answered:
			if answered++; o.pkg != nil {
				f.lastGood = tasks[i].Name
			}
		}
	}
	if failed <= answered {
		return nil
	}
	if works, err := f.vouched(ctx, tasks); works || err != nil {
		return err
	}
	return first
}

// vouched tells whether the registry gives the document of a witness; one is enough. With no witness known a ping must do.
func (f *Follower) vouched(ctx context.Context, tasks []task) (bool, error) {
	names, err := f.witnesses(ctx, tasks)
	if err != nil {
		return false, err
	}
	if len(names) == 0 {
		err := f.registry.alive(ctx)
		return err == nil, ctx.Err()
	}
	for _, name := range names {
		doc, err := f.registry.Packument(ctx, name, true)
		switch {
		case errors.Is(err, errOversize):
			return true, nil
		case isUpstream(err):
			continue
		case err != nil:
			return false, err
		}
		if err := doc.Close(); err != nil {
			return false, err
		}
		if !doc.Missing {
			f.lastGood = name
			return true, nil
		}
	}
	f.lastGood = ""
	return false, nil
}

// witnesses are packages that the registry should have, none of them a task at hand: the last that it gave, and some of
// the store. Those are others each time, so that no set of bad packages can stop the feed for good.
func (f *Follower) witnesses(ctx context.Context, tasks []task) ([]string, error) {
	barred := make(map[string]bool, len(tasks)+1)
	for _, t := range tasks {
		barred[t.Name] = true
	}
	var names []string
	call := func(name string) {
		if name != "" && !barred[name] {
			names, barred[name] = append(names, name), true
		}
	}
	call(f.lastGood)
	enough := errors.New("enough")
	for _, after := range []string{f.witness, ""} { // the rest of the store, then from its beginning
		err := f.store.Iterate(ctx, after, func(p store.Package) error {
			if len(names) >= maxWitnesses {
				return enough
			}
			if !gone(p) {
				call(p.Name)
				f.witness = p.Name
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			return nil, err
		}
	}
	return names, nil
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
