package store

import (
	"context"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Stats are the sizes of the store. They are kept up to date by every transaction, so reading them costs no walk.
type Stats struct {
	Packages    int // records: Indexed and Tombstones
	Indexed     int // active or security-held
	Tombstones  int // deleted, unpublished or empty
	Downloads   int // names with a number of downloads
	DeadLetters int
	LLN         uint64         // last log number
	FileBytes   int64          // length of the file
	DeadByClass map[string]int // never nil
}

// Stats reads the sizes.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var out Stats
	if err := ctx.Err(); err != nil {
		return out, err
	}
	err := s.view(func(tx *bolt.Tx) error {
		n, err := readCounts(tx, s.codec.Load())
		if err != nil {
			return err
		}
		info, err := os.Stat(s.db.Path())
		if err != nil {
			return err
		}
		out = Stats{
			Packages:    n.Packages,
			Indexed:     n.Indexed,
			Tombstones:  n.Packages - n.Indexed,
			Downloads:   n.Downloads,
			LLN:         bucketLog.in(tx).Sequence(),
			FileBytes:   info.Size(),
			DeadByClass: n.DeadByClass,
		}
		for _, dead := range n.DeadByClass {
			out.DeadLetters += dead
		}
		return nil
	})
	if err != nil {
		return Stats{}, fmt.Errorf("read store sizes: %w", err)
	}
	return out, nil
}

// counts are the numbers that each transaction keeps.
type counts struct {
	Packages    int            `cbor:"1,keyasint,omitempty"`
	Indexed     int            `cbor:"2,keyasint,omitempty"`
	Downloads   int            `cbor:"3,keyasint,omitempty"`
	DeadByClass map[string]int `cbor:"4,keyasint,omitempty"`
}

func (n *counts) addPackage(p *Package, by int) {
	n.Packages += by
	if p.Indexed() {
		n.Indexed += by
	}
}

func (n *counts) addDead(class string, by int) {
	if n.DeadByClass[class] += by; n.DeadByClass[class] == 0 {
		delete(n.DeadByClass, class)
	}
}

func readCounts(tx *bolt.Tx, c *codec) (n counts, err error) {
	if v := bucketMeta.in(tx).Get([]byte(keyCounts)); v != nil {
		err = c.decodeValue("value", []byte(keyCounts), v, &n)
	}
	if n.DeadByClass == nil {
		n.DeadByClass = map[string]int{}
	}
	return n, err
}

func (n *counts) write(tx *bolt.Tx, c *codec) error {
	value, err := c.encodeValue(n)
	if err != nil {
		return fmt.Errorf("encode counts: %w", err)
	}
	return bucketMeta.in(tx).Put([]byte(keyCounts), value)
}
