package store

import (
	"context"
	"fmt"
	"math"
	"time"

	bolt "go.etcd.io/bbolt"
)

// FeedState is how far a change feed has been followed. It moves in the same transaction as what was read.
type FeedState struct {
	Source      string       `cbor:"1,keyasint"` // base address of the feed, the key
	Engine      string       `cbor:"2,keyasint,omitempty"`
	DBID        string       `cbor:"3,keyasint,omitempty"` // identity of the upstream database, when it tells one
	Epoch       uint64       `cbor:"4,keyasint,omitempty"` // grows with every reset of the feed
	Cursor      string       `cbor:"5,keyasint,omitempty"` // opaque
	Head        string       `cbor:"6,keyasint,omitempty"` // newest position the source has shown
	Progress    time.Time    `cbor:"7,keyasint,omitzero"`  // when Cursor last moved
	Checkpoints []Checkpoint `cbor:"8,keyasint,omitempty"`
}

// Checkpoint is a former cursor, to read again from.
type Checkpoint struct {
	At     time.Time `cbor:"1,keyasint,omitzero"`
	Cursor string    `cbor:"2,keyasint"`
}

func (w *writer) putFeed(f *FeedState) error {
	if f == nil {
		return nil
	}
	value, err := w.codec.encodeValue(f)
	if err != nil {
		return fmt.Errorf("encode feed state of %q: %w", f.Source, err)
	}
	return bucketFeeds.in(w.tx).Put([]byte(f.Source), value)
}

func (c *codec) feed(k, v []byte) (f FeedState, err error) {
	return f, c.decodeValue("feed state", k, v, &f)
}

// Feed reads the state of a source; ErrNotFound when it was never followed.
func (s *Store) Feed(source string) (f FeedState, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		v := bucketFeeds.in(tx).Get([]byte(source))
		if v == nil {
			return ErrNotFound
		}
		f, err = s.codec.Load().feed([]byte(source), v)
		return err
	})
	if err != nil {
		return FeedState{}, fmt.Errorf("read feed state of %q: %w", source, err)
	}
	return f, nil
}

// Feeds reads the states of all sources, by address.
func (s *Store) Feeds() ([]FeedState, error) {
	var feeds []FeedState
	err := s.scan(context.Background(), bucketFeeds, nil, math.MaxInt, func(_ *bolt.Tx, k, v []byte) (bool, error) {
		f, err := s.codec.Load().feed(k, v)
		feeds = append(feeds, f)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("read feed states: %w", err)
	}
	return feeds, nil
}
