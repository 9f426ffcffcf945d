package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// TestCheckFinds spoils one thing at a time behind the store's back.
func TestCheckFinds(t *testing.T) {
	name, gone := []byte(sample(1).Name), []byte("gone")
	put := func(b bucketName, k, v []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return b.in(tx).Put(k, v) }
	}
	drop := func(b bucketName, k []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return b.in(tx).Delete(k) }
	}
	dead := DeadLetter{Name: "late", Class: "fetch", NextTry: day(1)}
	for what, spoil := range map[string]func(*bolt.Tx) error{
		"record":      put(bucketPackages, name, []byte{codecVersion, 0, 1, 2, 3}),
		"counts":      put(bucketDownloads, gone, number(3)),
		"rank":        drop(bucketRanks, name),
		"README":      put(bucketReadmes, gone, []byte("?")),
		"downloads":   put(bucketDownloads, name, []byte{0x80}),
		"dependents":  put(bucketDependents, []byte("lodash"), number(77)),
		"has none":    drop(bucketDependents, []byte("lodash")),
		"log":         put(bucketLog, order(1<<40), name),
		"log number":  put(bucketLog, []byte("?"), name),
		"no record":   put(bucketLog, order(1), gone),
		"dead letter": drop(bucketDue, dueKey(&dead)),
		"due":         put(bucketDue, append(order(5), gone...), nil),
		"feed":        put(bucketFeeds, gone, []byte{codecVersion, 0xff}),
		"generations": put(bucketGenerations, gone, []byte{9}),
	} {
		s := openAt(t, storePath(t), Options{NoSync: true})
		mustUpdate(t, s, Batch{Packages: samples(0, 3), Dead: []DeadLetter{dead}})
		mustCheck(t, s)
		if err := s.update(context.Background(), spoil); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(context.Background()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s := open(t)
	mustUpdate(t, s, Batch{Packages: samples(0, 1000)})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
