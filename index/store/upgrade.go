package store

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// keyUpgrade is there while ranks of format 1, which have no facts, are being completed: the name up to which it is done.
const keyUpgrade = "upgrade"

// upgrade brings an older file to the present format, most by its number alone. Format 1 kept ranks without facts: each gets those of its record, its
// scores stay. It works in short transactions that note how far they have come, so it goes on after a crash where it was; older
// programs refuse the file from the first of them on.
func (s *Store) upgrade(ctx context.Context) error {
	after, pending, err := s.beginUpgrade(ctx)
	if err != nil || !pending {
		return err
	}
	s.log.Info("upgrading the store", "format", formatVersion, "after", after)
	for pending {
		if after, pending, err = s.upgradePage(ctx, after); err != nil {
			return fmt.Errorf("upgrade to format %d: %w", formatVersion, err)
		}
	}
	return nil
}

// beginUpgrade tells whether there is something to do, and from which name on.
func (s *Store) beginUpgrade(ctx context.Context) (after string, pending bool, err error) {
	old, bare := false, false
	err = s.view(func(tx *bolt.Tx) error {
		meta := bucketMeta.in(tx)
		format, err := parseNumber(meta.Get([]byte(keyFormat)))
		done := meta.Get([]byte(keyUpgrade))
		after, pending = string(done), done != nil
		old, bare = format < formatVersion, format < factsFormat
		return err
	})
	if err != nil || !old {
		return after, pending, err
	}
	return after, pending || bare, s.update(ctx, func(tx *bolt.Tx) error {
		meta := bucketMeta.in(tx)
		if bare {
			if err := meta.Put([]byte(keyUpgrade), []byte{}); err != nil {
				return err
			}
		}
		return meta.Put([]byte(keyFormat), number(formatVersion))
	})
}

func (s *Store) upgradePage(ctx context.Context, after string) (last string, more bool, err error) {
	packages, err := s.page(ctx, after)
	if err != nil {
		return "", false, err
	}
	err = s.update(ctx, func(tx *bolt.Tx) error {
		meta, r := bucketMeta.in(tx), newReader(tx)
		if len(packages) == 0 {
			return meta.Delete([]byte(keyUpgrade))
		}
		for i := range packages {
			p := &packages[i]
			if !p.Indexed() {
				continue
			}
			rank, _, err := r.rank([]byte(p.Name))
			if err != nil {
				return err
			}
			if err := r.ranks.Put([]byte(p.Name), rank.bytes(p.facts())); err != nil {
				return err
			}
		}
		last, more = packages[len(packages)-1].Name, true
		return meta.Put([]byte(keyUpgrade), []byte(last))
	})
	return last, more, err
}
