package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pkgsearch/index/store"
)

// batch gathers results for the sink. Of two with the same name the newer revision counts, or the later
// where revisions do not tell, as it would across batches.
type batch struct {
	store.Batch
	at       map[string]int // place in Packages, by name
	docs     int            // taken, packages and dead letters
	packages int            // taken, repetitions too
	older    int            // packages left out
	bytes    int            // of text, about
}

func (b *batch) put(p store.Package) {
	if b.at == nil {
		b.at = map[string]int{}
	}
	b.docs++
	i, again := b.at[p.Name]
	if again && isOlder(p.Rev, b.Packages[i].Rev) {
		b.older++
		return
	}
	b.packages++
	b.bytes += len(p.Readme) + 1024
	b.Dead = slices.DeleteFunc(b.Dead, func(d store.DeadLetter) bool { return d.Name == p.Name })
	if again {
		b.Packages[i] = p
		return
	}
	b.at[p.Name] = len(b.Packages)
	b.Packages = append(b.Packages, p)
}

// refuse makes a dead letter of a document that told its name; no retry is due, since nothing says where
// the dump came from. A record that is stored under the name stays.
func (b *batch) refuse(s *Skip, now time.Time) {
	b.docs++
	if s.Name == "" {
		return
	}
	letter := store.DeadLetter{
		Name: s.Name, Class: "reject", Reason: s.Reason, First: now, Last: now, Attempts: 1,
	}
	switch s.Reason {
	case TooLarge, TooManyVersions:
		letter.Class = "oversize"
	case Panicked:
		letter.Class = "panic"
	}
	if s.Detail != "" {
		letter.Reason += ": " + s.Detail
	}
	b.Dead = slices.DeleteFunc(b.Dead, func(d store.DeadLetter) bool { return d.Name == s.Name })
	b.Dead = append(b.Dead, letter)
}

// settle takes out of a full batch what would undo what is stored: packages of older revisions, and letters in
// place of those with a next try. Such a letter stays, unless a package comes that is known to be as new.
func (b *batch) settle(ctx context.Context, stored Stored) error {
	names := make([]string, len(b.Packages))
	for i, p := range b.Packages {
		names[i] = p.Name
	}
	known, err := stored.GetMany(ctx, names)
	if err != nil {
		return fmt.Errorf("read what is stored: %w", err)
	}
	revs := make(map[string]string, len(known))
	for _, p := range known {
		revs[p.Name] = p.Rev
	}
	taken := len(b.Packages)
	b.Packages = slices.DeleteFunc(b.Packages, func(p store.Package) bool { return isOlder(p.Rev, revs[p.Name]) })
	out := taken - len(b.Packages)
	b.packages, b.older = b.packages-out, b.older+out

	for i, d := range b.Dead {
		if standing, ok, err := pending(stored, d.Name); err != nil {
			return err
		} else if ok {
			b.Dead[i] = standing
		}
	}
	for _, p := range b.Packages {
		if standing, ok, err := pending(stored, p.Name); err != nil {
			return err
		} else if ok && (p.Rev == "" || standing.Rev == "" || isOlder(p.Rev, standing.Rev)) {
			b.Dead = append(b.Dead, standing)
		}
	}
	return nil
}

// isOlder tells whether one revision is known to come before another.
func isOlder(rev, other string) bool {
	return rev != "" && generation(rev) < generation(other)
}

// pending gives the letter of a name, if it has a next try.
func pending(stored Stored, name string) (d store.DeadLetter, ok bool, err error) {
	d, err = stored.DeadLetter(name)
	if errors.Is(err, store.ErrNotFound) {
		return d, false, nil
	}
	return d, !d.NextTry.IsZero(), err
}
