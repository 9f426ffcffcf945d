package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"pkgsearch/index/store"
)

// FollowerOptions tune a Follower. The zero value works.
type FollowerOptions struct {
	Once  bool // return when caught up, and give up when the upstream fails Tries times in a row
	Tries int  // 0 is 5

	PageSize int   // rows of a page; 0 is 1000. Halved while the upstream fails
	Fetches  int   // packuments to fetch at the same time; 0 is 16
	Bytes    int64 // of packuments in flight; 0 is 256 MiB

	Idle       time.Duration // between two looks at a feed with nothing new; 0 is 5 s
	Poll       time.Duration // between two looks at the root document; 0 is 1 minute
	Checkpoint time.Duration // between two cursors that are kept to re-read from; 0 is 10 minutes
	Late       Reread        // for rows that appear behind the cursor; zero is 6 hours back, each hour
	VeryLate   Reread        // likewise; zero is 24 hours back, each day
	Behind     time.Duration // that a feed which ends before the cursor is given, since replicas differ, before it counts as reset; 0 is 2 minutes
	Confirm    time.Duration // between the two answers that a package the feed no longer lists is gone; 0 is 10 minutes

	MaxDead   int     // dead letters that halt the feed until some were taken in: something is wrong with all of it; 0 is 10,000
	MaxVanish float64 // share of the packages that a reset may remove; 0 is 0.005, and 50 packages always may be

	Logger  *slog.Logger
	Metrics prometheus.Registerer // nil for none

	// Normalize is a test's way to make trouble; nil is the function of that name.
	Normalize func(io.ReadSeeker, time.Time) (store.Package, error)
}

// Reread is a re-read of the feed: every so often, from a cursor that is so old.
type Reread struct{ Every, Back time.Duration }

// Sink takes what the follower has read: a batch is applied as a whole, or not at all.
type Sink interface {
	Apply(ctx context.Context, b store.Batch) error
}

// ErrTooManyDead halts a follower whose dead letters have reached FollowerOptions.MaxDead.
var ErrTooManyDead = errors.New("too many dead letters")

// errCaughtUp ends a run that was asked for once.
var errCaughtUp = errors.New("caught up")

// haltPause is the time between two tries of a page that would make too many dead letters.
const haltPause = time.Minute

// verifyPrefix marks a cursor while the feed is compared with the store.
const verifyPrefix = "verify:"

// Follower keeps a store up to date with a registry.
type Follower struct {
	o        FollowerOptions
	feed     *Feed
	registry *Registry
	store    *store.Store
	sink     Sink
	log      *slog.Logger
	metrics  *meters
	status   tracker

	// Of the goroutine in Run.
	state    store.FeedState // as it is stored, but for Cursor, which has no verifyPrefix
	verify   *verification   // nil but after a reset
	limit    int             // rows of the next page
	failures int             // of the upstream, in a row
	caughtUp bool
	lastGood string // a package that could be fetched
	witness  string // the package of the store that was last asked for because the registry seemed to be down
	nextPoll time.Time
	rereads  []*reread
	silent   string // an alarm: the feed says that there is more than it shows
	halted   string // an alarm: there are too many dead letters
	bytes    *semaphore.Weighted
}

// NewFollower makes a follower. The sink must write to that store.
func NewFollower(o FollowerOptions, feed *Feed, registry *Registry, st *store.Store, sink Sink) *Follower {
	o.Tries = cmp.Or(o.Tries, 5)
	o.PageSize = cmp.Or(o.PageSize, 1000)
	o.Fetches = cmp.Or(o.Fetches, 16)
	o.Bytes = cmp.Or(o.Bytes, 256<<20)
	o.Idle = cmp.Or(o.Idle, 5*time.Second)
	o.Poll = cmp.Or(o.Poll, time.Minute)
	o.Checkpoint = cmp.Or(o.Checkpoint, 10*time.Minute)
	o.Late = cmp.Or(o.Late, Reread{Every: time.Hour, Back: 6 * time.Hour})
	o.VeryLate = cmp.Or(o.VeryLate, Reread{Every: 24 * time.Hour, Back: 24 * time.Hour})
	o.Behind = cmp.Or(o.Behind, 2*time.Minute)
	o.Confirm = cmp.Or(o.Confirm, 10*time.Minute)
	o.MaxDead = cmp.Or(o.MaxDead, 10_000)
	o.MaxVanish = cmp.Or(o.MaxVanish, 0.005)
	if o.Normalize == nil {
		o.Normalize = Normalize
	}
	log := o.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	f := &Follower{
		o: o, feed: feed, registry: registry, store: st, sink: sink,
		log: log, metrics: newMeters(o.Metrics), limit: o.PageSize, bytes: semaphore.NewWeighted(o.Bytes),
	}
	f.status.update(func(s *Status) { s.Source = feed.Source() })
	return f
}

// Run follows until the context ends, whose error it then returns; with Once until there is nothing new, nil.
// Failures of the upstream are waited out, and so are too many dead letters, which with Once are ErrTooManyDead; only an address that was never followed and is no feed is an error, ErrNotFeed.
// An error of the store or the sink ends the run: nothing is lost, and another Run goes on from where this one got to.
func (f *Follower) Run(ctx context.Context) error {
	step := f.open
	for {
		err := step(ctx)
		switch {
		case err == nil:
			step = f.turn
			f.halted = ""
			f.recovered()
		case errors.Is(err, errCaughtUp):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ErrTooManyDead) && !f.o.Once:
			if err := f.halt(ctx, err); err != nil {
				return err
			}
		case !isUpstream(err), errors.Is(err, ErrNotFeed) && f.isNew():
			return err
		default:
			if err := f.setback(ctx, err); err != nil {
				return err
			}
		}
	}
}

// isNew tells whether the feed was never followed.
func (f *Follower) isNew() bool {
	_, err := f.store.Feed(f.feed.Source())
	return errors.Is(err, store.ErrNotFound)
}

// turn takes in one page.
func (f *Follower) turn(ctx context.Context) error {
	if err := f.chores(ctx); err != nil {
		return err
	}
	page, err := f.feed.Next(ctx, f.state.Cursor, Ask{Limit: f.limit, Docs: f.verify == nil, Wait: f.caughtUp && !f.o.Once})
	if err != nil {
		return err
	}
	defer page.Close()
	batch, err := f.collect(ctx, page.Changes)
	if err != nil {
		return err
	}
	if err := f.apply(ctx, page, batch); err != nil {
		return err
	}
	return f.rest(ctx, page)
}

// apply hands a page to the sink and moves the cursor.
func (f *Follower) apply(ctx context.Context, page *Page, batch store.Batch) error {
	state := f.moved(page, time.Now())
	if page.Last != f.state.Cursor || len(page.Changes) > 0 || len(state.Checkpoints) != len(f.state.Checkpoints) {
		batch.Feed = f.stored(state)
		if err := f.send(ctx, batch); err != nil {
			return fmt.Errorf("apply page ending %q: %w", page.Last, err)
		}
	}
	f.state = state
	f.caughtUp = page.End
	f.metrics.page(page, f.state)
	f.status.update(func(s *Status) {
		s.Cursor, s.LastProgress, s.LastPoll, s.CaughtUp = f.state.Cursor, f.state.Progress, time.Now(), page.End
		s.Pages++
		s.Changes += len(page.Changes)
	})
	if len(page.Changes) > 0 {
		f.log.InfoContext(ctx, "took in a page", "seq", page.Last, "changes", len(page.Changes), "packages", len(batch.Packages), "deferred", len(batch.Dead))
	}
	return nil
}

// send applies a batch, unless it would hold too many dead letters.
func (f *Follower) send(ctx context.Context, b store.Batch) error {
	if err := f.checkDead(ctx, b.Dead); err != nil {
		return err
	}
	if err := f.sink.Apply(ctx, b); err != nil {
		return err
	}
	f.metrics.batch(b)
	stats, err := f.store.Stats(ctx)
	if err != nil {
		return err
	}
	f.status.update(func(s *Status) { s.Deferred = stats.DeadLetters })
	return nil
}

// moved is the feed's state behind a page.
func (f *Follower) moved(page *Page, now time.Time) store.FeedState {
	state := f.state
	state.Checkpoints = f.checkpoints(page, now)
	if page.Last != state.Cursor {
		state.Cursor, state.Progress = page.Last, now.UTC()
	}
	return state
}

// stored is a state as the store keeps it.
func (f *Follower) stored(state store.FeedState) *store.FeedState {
	if f.verify != nil {
		state.Cursor = verifyPrefix + state.Cursor
	}
	return &state
}

// rest is for what can wait until there is nothing new, and then for news. Once, it ends the run.
func (f *Follower) rest(ctx context.Context, page *Page) error {
	if !page.End {
		return nil
	}
	if err := f.rereadDue(ctx); err != nil {
		return err
	}
	if err := f.finishReset(ctx); err != nil {
		return err
	}
	if !f.o.Once {
		return sleep(ctx, f.o.Idle)
	}
	if f.verify != nil {
		return f.verify.err
	}
	return errCaughtUp
}

// chores are what is done between two pages, each when its time has come.
func (f *Follower) chores(ctx context.Context) error {
	if err := f.poll(ctx); err != nil {
		return err
	}
	return f.retry(ctx)
}

// open finds the feed's dialect and where it was left.
func (f *Follower) open(ctx context.Context) error {
	stats, err := f.store.Stats(ctx)
	if err != nil {
		return err
	}
	f.status.update(func(s *Status) { s.Deferred = stats.DeadLetters })
	root, err := f.feed.Probe(ctx)
	if err != nil {
		return err
	}
	f.state, err = f.store.Feed(f.feed.Source())
	if errors.Is(err, store.ErrNotFound) {
		f.state = store.FeedState{Source: f.feed.Source(), Engine: root.Engine, DBID: root.DBID, Cursor: f.feed.First(root.Head), Head: root.Head}
		if err = nil; stats.Packages+stats.DeadLetters > 0 { // of a dump, or of another feed
			err = f.compareAll(ctx, f.state)
		}
	}
	if err != nil {
		return err
	}
	if strings.HasPrefix(f.state.Cursor, verifyPrefix) {
		f.state.Cursor = f.feed.First(root.Head)
		f.verify = newVerification()
	}
	now := time.Now()
	f.rereads = []*reread{{Reread: f.o.Late, next: now.Add(f.o.Late.Every)}, {Reread: f.o.VeryLate, next: now}}
	f.status.update(func(s *Status) { s.Cursor, s.LastProgress = f.state.Cursor, f.state.Progress })
	return f.compare(ctx, root)
}
