package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// DeadLetter is a package that could not be taken in, and why.
type DeadLetter struct {
	Name     string    `cbor:"1,keyasint"`
	Class    string    `cbor:"2,keyasint"`           // stale, fetch, reject, oversize or panic
	Reason   string    `cbor:"3,keyasint,omitempty"` // for people
	Rev      string    `cbor:"4,keyasint,omitempty"` // upstream revision that was refused
	First    time.Time `cbor:"5,keyasint,omitzero"`
	Last     time.Time `cbor:"6,keyasint,omitzero"`
	NextTry  time.Time `cbor:"7,keyasint,omitzero"` // zero: not by itself
	Attempts int       `cbor:"8,keyasint,omitempty"`
}

// dueKey sorts by time; the due index is exact to the millisecond.
func dueKey(d *DeadLetter) []byte {
	return append(order(uint64(max(0, d.NextTry.UnixMilli()))), d.Name...)
}

func (c *codec) deadLetter(k, v []byte) (d DeadLetter, err error) {
	return d, c.decodeValue("dead letter", k, v, &d)
}

// putDeadLetters takes away those of names that were put or revived, then writes the new ones.
func (w *writer) putDeadLetters(b Batch, puts []*put) error {
	for _, p := range puts {
		if err := w.removeDeadLetter(p.pkg.Name); err != nil {
			return err
		}
	}
	for _, name := range b.Revive {
		if err := w.removeDeadLetter(name); err != nil {
			return err
		}
	}
	for i := range b.Dead {
		if err := w.putDeadLetter(&b.Dead[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) putDeadLetter(d *DeadLetter) error {
	if err := w.removeDeadLetter(d.Name); err != nil {
		return err
	}
	value, err := w.codec.encodeValue(d)
	if err != nil {
		return fmt.Errorf("encode dead letter %q: %w", d.Name, err)
	}
	if err := bucketDead.in(w.tx).Put([]byte(d.Name), value); err != nil {
		return err
	}
	w.counts.addDead(d.Class, +1)
	if d.NextTry.IsZero() {
		return nil
	}
	return bucketDue.in(w.tx).Put(dueKey(d), nil)
}

func (w *writer) removeDeadLetter(name string) error {
	b := bucketDead.in(w.tx)
	v := b.Get([]byte(name))
	if v == nil {
		return nil
	}
	d, err := w.codec.deadLetter([]byte(name), v)
	if err != nil {
		return err
	}
	w.counts.addDead(d.Class, -1)
	if err := bucketDue.in(w.tx).Delete(dueKey(&d)); err != nil {
		return err
	}
	return b.Delete([]byte(name))
}

// DeadLetter reads the dead letter of a name; ErrNotFound when there is none.
func (s *Store) DeadLetter(name string) (d DeadLetter, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		v := bucketDead.in(tx).Get([]byte(name))
		if v == nil {
			return ErrNotFound
		}
		d, err = s.codec.Load().deadLetter([]byte(name), v)
		return err
	})
	if err != nil {
		return DeadLetter{}, fmt.Errorf("read dead letter %q: %w", name, err)
	}
	return d, nil
}

// DeadLetters reads those behind the name after, by name, at most limit of them (1000 when limit is not positive).
func (s *Store) DeadLetters(ctx context.Context, after string, limit int) ([]DeadLetter, error) {
	var letters []DeadLetter
	from := append([]byte(after), 0) // the next possible key
	err := s.scan(ctx, bucketDead, from, limit, func(_ *bolt.Tx, k, v []byte) (bool, error) {
		d, err := s.codec.Load().deadLetter(k, v)
		letters = append(letters, d)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("read dead letters after %q: %w", after, err)
	}
	return letters, nil
}

// Due reads those whose next try is not later than now, the longest due first, at most limit of them (1000 when limit
// is not positive).
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]DeadLetter, error) {
	var letters []DeadLetter
	err := s.scan(ctx, bucketDue, nil, limit, func(tx *bolt.Tx, k, _ []byte) (bool, error) {
		name, due, err := parseDue(k, now)
		if err != nil || !due {
			return false, err
		}
		d, err := s.codec.Load().deadLetter(name, bucketDead.in(tx).Get(name))
		letters = append(letters, d)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("read due dead letters: %w", err)
	}
	return letters, nil
}

func parseDue(k []byte, now time.Time) (name []byte, due bool, err error) {
	if len(k) <= 8 {
		return nil, false, fmt.Errorf("%w: due entry %x", ErrDamaged, k)
	}
	return k[8:], binary.BigEndian.Uint64(k) <= uint64(max(0, now.UnixMilli())), nil
}
