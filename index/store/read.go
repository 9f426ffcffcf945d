package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Bounds of one read transaction of a walk: a long one would keep old pages from being used again.
const (
	pageNames = 1000
	pageBytes = 8 << 20
	pageTime  = 50 * time.Millisecond
)

// reader is the view of one transaction on packages and what is joined to them.
type reader struct {
	records, readmes, downloads, dependents, ranks *bolt.Bucket
}

func newReader(tx *bolt.Tx) reader {
	return reader{
		records:    bucketPackages.in(tx),
		readmes:    bucketReadmes.in(tx),
		downloads:  bucketDownloads.in(tx),
		dependents: bucketDependents.in(tx),
		ranks:      bucketRanks.in(tx),
	}
}

// row is a package taken out of its transaction, not yet decoded.
type row struct {
	value  []byte  // a copy of the stored record
	joined Package // its name, downloads, dependents and scores
}

func (r reader) row(name, value []byte) (row, error) {
	out := row{value: slices.Clone(value), joined: Package{Name: string(name)}}
	return out, errors.Join(r.join(&out.joined), r.joinScores(&out.joined))
}

// join fills in the signals that the store keeps apart from the record.
func (r reader) join(p *Package) (err error) {
	name := []byte(p.Name)
	if p.Downloads, err = lookup(r.downloads, "downloads", name); err != nil {
		return err
	}
	p.Dependents, err = lookup(r.dependents, "dependents", name)
	return err
}

func (r reader) joinScores(p *Package) error {
	rank, _, err := r.rank([]byte(p.Name))
	p.Scores = rank.Scores
	return err
}

func (r row) decode(c *codec) (Package, error) {
	p, err := c.decode(r.joined.Name, r.value)
	p.Downloads, p.Dependents, p.Scores = r.joined.Downloads, r.joined.Dependents, r.joined.Scores
	return p, err
}

// read runs fn in a read transaction and returns the codec that decodes what it took out.
func (s *Store) read(ctx context.Context, fn func(reader) error) (*codec, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err := s.view(func(tx *bolt.Tx) error { return fn(newReader(tx)) })
	return s.codec.Load(), err
}

// Get reads the package of that exact name, also a tombstone; ErrNotFound when there is none.
func (s *Store) Get(ctx context.Context, name string) (Package, error) {
	found, err := s.GetMany(ctx, []string{name})
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Package{}, fmt.Errorf("get package %q: %w", name, err)
	}
	return found[0], nil
}

// GetMany reads packages in the order of names, all of one moment; names without a record are left out.
func (s *Store) GetMany(ctx context.Context, names []string) ([]Package, error) {
	rows := make([]row, 0, len(names))
	c, err := s.read(ctx, func(r reader) error {
		for _, name := range names {
			value := r.records.Get([]byte(name))
			if value == nil {
				continue
			}
			found, err := r.row([]byte(name), value)
			if err != nil {
				return err
			}
			rows = append(rows, found)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	packages := make([]Package, len(rows))
	for i := range rows {
		if packages[i], err = rows[i].decode(c); err != nil {
			return nil, err
		}
	}
	return packages, nil
}

// Readme reads the README of a package: "" when it has none, ErrNotFound when there is no such package.
func (s *Store) Readme(ctx context.Context, name string) (string, error) {
	var value []byte
	c, err := s.read(ctx, func(r reader) error {
		if r.records.Get([]byte(name)) == nil {
			return ErrNotFound
		}
		value = slices.Clone(r.readmes.Get([]byte(name)))
		return nil
	})
	var text string
	if err == nil && value != nil {
		text, err = c.readme(name, value)
	}
	if err != nil {
		return "", fmt.Errorf("read README of %q: %w", name, err)
	}
	return text, nil
}

// Iterate calls fn with every package behind the name after ("" for all), tombstones too, in byte order of names.
// It reads in pages: fn runs outside of any transaction, may call the store, and sees changes made meanwhile
// to names it has not reached. An error of fn ends the walk and is returned as it is.
func (s *Store) Iterate(ctx context.Context, after string, fn func(Package) error) error {
	for {
		packages, err := s.page(ctx, after)
		if err != nil {
			return fmt.Errorf("walk packages after %q: %w", after, err)
		}
		if len(packages) == 0 {
			return nil
		}
		for i := range packages {
			if err := fn(packages[i]); err != nil {
				return err
			}
		}
		after = packages[len(packages)-1].Name
	}
}

// page reads the next packages behind a name, none at the end.
func (s *Store) page(ctx context.Context, after string) ([]Package, error) {
	var rows []row
	c, err := s.read(ctx, func(r reader) error {
		start, size := time.Now(), 0
		cursor := r.records.Cursor()
		k, v := cursor.Seek([]byte(after))
		if string(k) == after {
			k, v = cursor.Next()
		}
		for ; k != nil; k, v = cursor.Next() {
			next, err := r.row(k, v)
			if err != nil {
				return err
			}
			rows = append(rows, next)
			size += len(v)
			if len(rows) >= pageNames || size >= pageBytes || len(rows)%64 == 0 && time.Since(start) >= pageTime {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	packages := make([]Package, len(rows))
	err = parallel(ctx, len(rows), func(i int) (err error) {
		packages[i], err = rows[i].decode(c)
		return err
	})
	return packages, err
}

// scan calls fn in one read transaction with at most limit entries of a bucket (pageNames when it is not positive), from
// the key from on, until fn returns false. What fn keeps of its slices it copies.
func (s *Store) scan(ctx context.Context, name bucketName, from []byte, limit int, fn func(tx *bolt.Tx, k, v []byte) (bool, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if limit <= 0 {
		limit = pageNames
	}
	return s.view(func(tx *bolt.Tx) error {
		c := name.in(tx).Cursor()
		for k, v := c.Seek(from); k != nil && limit > 0; k, v = c.Next() {
			more, err := fn(tx, k, v)
			if err != nil || !more {
				return err
			}
			limit--
		}
		return nil
	})
}
