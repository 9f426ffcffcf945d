package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pkgsearch/index/store"
)

// The classes of dead letters.
const (
	classStale    = "stale"    // the registry shows less than the feed has told
	classFetch    = "fetch"    // the upstream failed
	classReject   = "reject"   // not a package
	classOversize = "oversize" // larger than is read
	classPanic    = "panic"    // a fault of ours
)

const (
	maxDue    = 100 // dead letters that are tried again between two pages
	maxReason = 500 // bytes of a reason

	firstPause = time.Minute
	lastPause  = 24 * time.Hour
)

// stalePauses are the times between looks at a registry that lags; what it shows after the last is taken as it is.
func stalePauses() []time.Duration {
	return []time.Duration{30 * time.Second, 2 * time.Minute, 6 * time.Minute, 15 * time.Minute}
}

// classify gives the class of an error of a package, "" for one that is not the package's.
func classify(err error) string {
	var skip *Skip
	switch {
	case errors.Is(err, errOversize):
		return classOversize
	case isUpstream(err):
		return classFetch
	case errors.As(err, &skip) && skip.Reason == Panicked:
		return classPanic
	case skip != nil && skip.Reason == TooLarge:
		return classOversize
	case skip != nil, errors.Is(err, errOtherName):
		return classReject
	}
	return ""
}

// pause is the time until the next try, after some attempts.
func pause(class string, attempts int) time.Duration {
	if class == classStale {
		pauses := stalePauses()
		return pauses[min(attempts, len(pauses))-1]
	}
	return min(lastPause, firstPause<<min(attempts-1, 16))
}

// outOfPatience tells whether a registry was given all the time there is to show what the feed has told.
func (t task) outOfPatience() bool {
	return t.due != nil && t.due.Class == classStale && t.due.Attempts >= len(stalePauses())
}

// postpone adds a dead letter to an outcome.
func (f *Follower) postpone(ctx context.Context, t task, o outcome, class, reason string) (outcome, error) {
	if err := ctx.Err(); err != nil {
		return o, err
	}
	prev, err := f.previous(t)
	if err != nil {
		return o, err
	}
	now := time.Now().UTC()
	d := store.DeadLetter{
		Name: t.Name, Class: class, Reason: clip(clean(reason), maxReason), Rev: t.Rev,
		First: now, Last: now, Attempts: 1, NextTry: now.Add(pause(class, 1)),
	}
	if generation(prev.Rev) > generation(d.Rev) {
		d.Rev = prev.Rev // it is still waited for
	}
	if prev.Class == class {
		d.First = prev.First
		switch {
		case class != classStale || t.due != nil:
			d.Attempts = prev.Attempts + 1
			d.NextTry = now.Add(pause(class, d.Attempts))
		case prev.Rev == d.Rev: // the same row once more
			d.Attempts, d.NextTry = prev.Attempts, prev.NextTry
		}
	}
	o.dead = &d
	return o, nil
}

// previous is the dead letter of a name so far, zero for none.
func (f *Follower) previous(t task) (store.DeadLetter, error) {
	if t.due != nil {
		return *t.due, nil
	}
	return f.letter(t.Name)
}

// letter is the dead letter of a name, zero for none.
func (f *Follower) letter(name string) (store.DeadLetter, error) {
	d, err := f.store.DeadLetter(name)
	if errors.Is(err, store.ErrNotFound) {
		return store.DeadLetter{}, nil
	}
	return d, err
}

// checkDead refuses to add dead letters over the limit. Those that stand already may be replaced.
func (f *Follower) checkDead(ctx context.Context, dead []store.DeadLetter) error {
	if len(dead) == 0 {
		return nil
	}
	stats, err := f.store.Stats(ctx)
	if err != nil {
		return err
	}
	added := 0
	for _, d := range dead {
		if prev, err := f.letter(d.Name); err != nil {
			return err
		} else if prev.Name == "" {
			added++
		}
	}
	if added > 0 && stats.DeadLetters+added > f.o.MaxDead {
		return fmt.Errorf("%w: %d and %d more, the limit is %d; the newest: %s: %s", ErrTooManyDead,
			stats.DeadLetters, added, f.o.MaxDead, dead[len(dead)-1].Name, dead[len(dead)-1].Reason)
	}
	return nil
}
