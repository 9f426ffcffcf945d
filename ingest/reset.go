package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"pkgsearch/index/store"
)

const (
	// minVanish packages may always vanish in a reset, whatever share of a small registry they are.
	minVanish = 50
	// forgetBatch is how many tombstones are written at a time.
	forgetBatch = 1000
	// vanishRetry is the pause after a reset would have removed too many packages.
	vanishRetry = time.Hour
)

// ErrVanished says that a reset would remove too many packages to be believed.
var ErrVanished = errors.New("too many packages have vanished")

// verification compares the whole feed with the store after a reset. A nil one sees nothing.
type verification struct {
	seed     maphash.Seed
	seen     map[uint64]struct{} // hashes of names that the feed has told of: some 40 MB for 4 million
	suspects []store.Package     // not in the feed, and not in the registry at the first look
	next     time.Time           // of the next look for names that vanished
	err      error               // why the last one led to nothing
}

func newVerification() *verification {
	return &verification{seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
}

func (v *verification) see(changes []Change) {
	if v == nil {
		return
	}
	for _, c := range changes {
		v.seen[maphash.String(v.seed, c.Name)] = struct{}{}
	}
}

func (v *verification) saw(name string) bool {
	_, ok := v.seen[maphash.String(v.seed, name)]
	return ok
}

// poll looks at the root document when it is time.
func (f *Follower) poll(ctx context.Context) error {
	if time.Now().Before(f.nextPoll) {
		return nil
	}
	root, err := f.feed.Probe(ctx)
	if err != nil {
		return err
	}
	return f.compare(ctx, root)
}

// compare looks for signs that the feed is not the one that was followed so far.
func (f *Follower) compare(ctx context.Context, root Root) error {
	why := f.differs(root)
	if why == "" && f.isBehind(root) {
		if err := sleep(ctx, f.o.Behind); err != nil {
			return err
		}
		again, err := f.feed.Probe(ctx)
		if err != nil {
			return err
		}
		if root = again; f.isBehind(root) {
			why = fmt.Sprintf("it ends at %s, before %s", root.Head, f.state.Cursor)
		}
	}
	f.nextPoll = time.Now().Add(f.o.Poll)
	f.noteHead(ctx, root)
	if why == "" {
		return nil
	}
	return f.reset(ctx, root, why)
}

func (f *Follower) differs(root Root) string {
	switch {
	case root.Engine != f.state.Engine:
		return fmt.Sprintf("it is %s, and was %s", root.Engine, f.state.Engine)
	case root.DBID != "" && f.state.DBID != "" && root.DBID != f.state.DBID:
		return "it is another database"
	}
	return ""
}

// isBehind tells whether the feed ends before what was read of it.
func (f *Follower) isBehind(root Root) bool {
	cursor := f.state.Cursor
	if walk, walking := parseWalk(cursor); walking {
		cursor = walk.head
	}
	head, ok := seqNumber(root.Head)
	at, ok2 := seqNumber(cursor)
	return ok && ok2 && head < at
}

// noteHead keeps the end of the feed, and raises an alarm when the feed shows nothing though it says that there is more.
func (f *Follower) noteHead(ctx context.Context, root Root) {
	silent := f.caughtUp && root.Head == f.state.Head && !reached(f.state.Cursor, root.Head)
	f.state.Head = root.Head
	if f.state.DBID == "" {
		f.state.DBID = root.DBID
	}
	f.silent = ""
	if silent {
		f.silent = fmt.Sprintf("feed shows nothing after %q, but says that it ends at %q", f.state.Cursor, root.Head)
		f.log.WarnContext(ctx, f.silent)
	}
	f.metrics.setHead(root.Head)
	f.status.update(func(s *Status) { s.Engine, s.Head = root.Engine, root.Head })
}

// reset begins another epoch: all data stays, and the whole feed is compared with it.
func (f *Follower) reset(ctx context.Context, root Root, why string) error {
	f.log.WarnContext(ctx, "feed was reset: comparing all of it", "why", why, "seq", f.state.Cursor)
	f.metrics.resets.Inc()
	f.caughtUp = false
	return f.compareAll(ctx, store.FeedState{
		Source: f.state.Source, Engine: root.Engine, DBID: cmp.Or(root.DBID, f.state.DBID), Epoch: f.state.Epoch + 1,
		Cursor: f.feed.First(root.Head), Head: root.Head, Progress: time.Now().UTC(),
	})
}

// compareAll begins to compare the feed with the store, from where the state is. What the store holds of revisions and
// waits for by them was another feed's.
func (f *Follower) compareAll(ctx context.Context, state store.FeedState) error {
	f.state, f.verify = state, newVerification()
	letters, err := f.withoutRevisions(ctx)
	if err != nil {
		return err
	}
	return f.send(ctx, store.Batch{Feed: f.stored(f.state), Dead: letters})
}

// withoutRevisions are all dead letters, without the revisions that meant something to the feed as it was.
func (f *Follower) withoutRevisions(ctx context.Context) ([]store.DeadLetter, error) {
	var all []store.DeadLetter
	for after := ""; ; {
		letters, err := f.store.DeadLetters(ctx, after, 0)
		if err != nil || len(letters) == 0 {
			return all, err
		}
		for _, d := range letters {
			after = d.Name
			d.Rev = ""
			all = append(all, d)
		}
	}
}

// forgetRevisions takes the revisions of the former feed from tombstones that this one does not tell of, so that a package
// may come back with a lower one.
func (f *Follower) forgetRevisions(ctx context.Context) error {
	var b store.Batch
	flush := func() error {
		err := f.send(ctx, b)
		b.Packages = nil
		return err
	}
	err := f.store.Iterate(ctx, "", func(p store.Package) error {
		if !gone(p) || p.Rev == "" || f.verify.saw(p.Name) {
			return nil
		}
		p.Rev = ""
		if b.Packages = append(b.Packages, p); len(b.Packages) < forgetBatch {
			return nil
		}
		return flush()
	})
	if err != nil || len(b.Packages) == 0 {
		return err
	}
	return flush()
}

// finishReset is called at the end of the feed. It removes what the feed did not tell of and the registry has denied twice,
// and ends the comparison.
func (f *Follower) finishReset(ctx context.Context) error {
	v := f.verify
	if v == nil || time.Now().Before(v.next) {
		return nil
	}
	v.err = nil
	if v.suspects == nil {
		if err := f.forgetRevisions(ctx); err != nil {
			return err
		}
		suspects, err := f.suspects(ctx)
		if errors.Is(err, ErrVanished) {
			v.err, v.next = err, time.Now().Add(vanishRetry)
			f.log.ErrorContext(ctx, "nothing is removed", "err", err)
			return nil
		}
		if err != nil {
			return err
		}
		if len(suspects) > 0 && !f.o.Once {
			v.suspects, v.next = suspects, time.Now().Add(f.o.Confirm)
			return nil
		}
		v.suspects = suspects
	}
	missing, err := f.missing(ctx, v.suspects)
	if err != nil {
		return err
	}
	var b store.Batch
	for _, p := range missing {
		b.Packages = append(b.Packages, store.Package{Name: p.Name, Status: store.Deleted}) // its revision was another feed's
	}
	f.verify = nil
	b.Feed = f.stored(f.state)
	f.log.InfoContext(ctx, "feed is compared", "removed", len(missing))
	return f.send(ctx, b)
}

// suspects are the packages of the store that the feed does not tell of and the registry does not have; ErrVanished when
// they are too many.
func (f *Follower) suspects(ctx context.Context) ([]store.Package, error) {
	stats, err := f.store.Stats(ctx)
	if err != nil {
		return nil, err
	}
	most := max(minVanish, int(f.o.MaxVanish*float64(stats.Packages)))
	var suspects, asked []store.Package
	ask := func() error {
		missing, err := f.missing(ctx, asked)
		asked = asked[:0]
		if suspects = append(suspects, missing...); len(suspects) > most {
			err = errors.Join(err, fmt.Errorf("%w: the feed was reset and more than %d are in neither feed nor registry, such as %s", ErrVanished, most, suspects[0].Name))
		}
		return err
	}
	err = f.store.Iterate(ctx, "", func(p store.Package) error {
		if gone(p) || f.verify.saw(p.Name) {
			return nil
		}
		if asked = append(asked, store.Package{Name: p.Name, Status: p.Status}); len(asked) < 4*f.o.Fetches {
			return nil
		}
		return ask()
	})
	if err == nil {
		err = ask()
	}
	return suspects, err
}

// missing asks the registry for packages and gives those that it does not have, in order. The others are taken in.
func (f *Follower) missing(ctx context.Context, packages []store.Package) ([]store.Package, error) {
	tasks := make([]task, len(packages))
	for i, p := range packages {
		tasks[i] = task{Change: Change{Name: p.Name}, stored: p}
	}
	outcomes, err := f.each(ctx, tasks, func(ctx context.Context, t task) (outcome, error) {
		seen, err := f.look(ctx, t, true)
		if err != nil || seen.missing {
			return outcome{missing: seen.missing}, err
		}
		return f.decide(ctx, t, seen)
	})
	if err != nil {
		return nil, err
	}
	var missing []store.Package
	for i, o := range outcomes {
		if o.missing {
			missing = append(missing, packages[i])
		}
	}
	took := batchOf(outcomes)
	if len(took.Packages)+len(took.Dead) == 0 {
		return missing, nil
	}
	return missing, f.send(ctx, took)
}
