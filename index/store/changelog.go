package store

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Change is an entry of the change log: the package of this name was put with other content than before.
type Change struct {
	LLN  uint64 // local log number: strictly increasing, never reset, without gaps
	Name string
}

// appendLog gives each name the next log number and returns the last one given.
func (w *writer) appendLog(names []string) (uint64, error) {
	b := bucketLog.in(w.tx)
	b.FillPercent = 1 // keys only grow
	for _, name := range names {
		lln, err := b.NextSequence()
		if err != nil {
			return 0, err
		}
		if err := b.Put(order(lln), []byte(name)); err != nil {
			return 0, err
		}
	}
	return b.Sequence(), nil
}

// LLN is the last log number given; 0 before the first change.
func (s *Store) LLN() (lln uint64, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		lln = bucketLog.in(tx).Sequence()
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("read log number: %w", err)
	}
	return lln, nil
}

// Oldest is the smallest log number still in the log; 0 when the log is empty.
func (s *Store) Oldest() (lln uint64, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		k, _ := bucketLog.in(tx).Cursor().First()
		if k == nil {
			return nil
		}
		lln, err = parseOrder(k)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read oldest log number: %w", err)
	}
	return lln, nil
}

// Changes reads the entries behind the log number after, oldest first, at most limit of them (1000 when limit is
// not positive). A name appears as often as it was changed.
func (s *Store) Changes(ctx context.Context, after uint64, limit int) ([]Change, error) {
	if after == ^uint64(0) {
		return nil, nil
	}
	var changes []Change
	err := s.scan(ctx, bucketLog, order(after+1), limit, func(_ *bolt.Tx, k, v []byte) (bool, error) {
		lln, err := parseOrder(k)
		changes = append(changes, Change{LLN: lln, Name: string(v)})
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("read changes after %d: %w", after, err)
	}
	return changes, nil
}

// Trim removes log entries up to and including upTo, but leaves the newest keep entries. Numbers are not given again.
func (s *Store) Trim(ctx context.Context, upTo uint64, keep int) error {
	for more := true; more; {
		err := s.update(ctx, func(tx *bolt.Tx) (err error) {
			more, err = trimPage(bucketLog.in(tx), upTo, uint64(max(keep, 0)))
			return err
		})
		if err != nil {
			return fmt.Errorf("trim log up to %d: %w", upTo, err)
		}
	}
	return nil
}

// trimPage removes the entries of one short transaction and tells whether there are more.
func trimPage(b *bolt.Bucket, upTo, keep uint64) (more bool, err error) {
	last := b.Sequence()
	if keep >= last {
		return false, nil
	}
	upTo = min(upTo, last-keep) // numbers have no gaps, so the newest keep are those behind last-keep
	const page = 10 * pageNames
	var keys [][]byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil && len(keys) < page; k, _ = c.Next() {
		lln, err := parseOrder(k)
		if err != nil {
			return false, err
		}
		if lln > upTo {
			break
		}
		keys = append(keys, k)
	}
	for _, k := range keys { // not through the cursor: deleting under it skips entries
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	return len(keys) == page, nil
}
