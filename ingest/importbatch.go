package ingest

import (
	"slices"
	"time"

	"pkgsearch/index/store"
)

// batch gathers results for the sink. Of two with the same name the later counts, as it would across
// batches.
type batch struct {
	store.Batch
	at       map[string]int // place in Packages, by name
	docs     int            // taken, packages and dead letters
	packages int            // taken, repetitions too
	bytes    int            // of text, about
}

func (b *batch) put(p store.Package) {
	if b.at == nil {
		b.at = map[string]int{}
	}
	b.docs++
	b.packages++
	b.bytes += len(p.Readme) + 1024
	b.Dead = slices.DeleteFunc(b.Dead, func(d store.DeadLetter) bool { return d.Name == p.Name })
	if i, ok := b.at[p.Name]; ok {
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
