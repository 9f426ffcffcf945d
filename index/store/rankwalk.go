package store

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// WalkRanks calls fn with the name and the rank of every package in the index, in byte order of names. It reads in pages,
// as Iterate does. An error of fn ends the walk and is returned as it is.
func (s *Store) WalkRanks(ctx context.Context, fn func(name string, r Rank) error) error {
	type ranked struct {
		name string
		rank Rank
	}
	var next []byte // the first key of the next page
	for {
		page := make([]ranked, 0, pageNames)
		err := s.scan(ctx, bucketRanks, next, pageNames, func(_ *bolt.Tx, k, v []byte) (bool, error) {
			r, _, err := parseRank(v)
			if err != nil {
				return false, fmt.Errorf("%w: rank of %q: %v", ErrDamaged, k, err)
			}
			page = append(page, ranked{string(k), r})
			return true, nil
		})
		if err != nil {
			return fmt.Errorf("walk ranks after %q: %w", next, err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, p := range page {
			if err := fn(p.name, p.rank); err != nil {
				return err
			}
		}
		next = append([]byte(page[len(page)-1].name), 0)
	}
}

// LookRanks calls fn with the index and the rank of each name, in the order of names; ok is false for a name that is not in
// the index. fn runs outside of any transaction.
func (s *Store) LookRanks(ctx context.Context, names []string, fn func(i int, r Rank, ok bool)) error {
	ranks, found := make([]Rank, len(names)), make([]bool, len(names))
	for from := 0; from < len(names); from += pageNames {
		to := min(from+pageNames, len(names))
		_, err := s.read(ctx, func(r reader) (err error) {
			for i := from; i < to; i++ {
				if found[i] = r.ranks.Get([]byte(names[i])) != nil; !found[i] {
					continue
				}
				if ranks[i], _, err = r.rank([]byte(names[i])); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("look up ranks: %w", err)
		}
	}
	for i := range names {
		fn(i, ranks[i], found[i])
	}
	return nil
}
