package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// Order is a list of package names, some 40 bytes each.
type Order struct {
	names []byte   // in byte order, one after another
	ends  []uint32 // where each ends
	order []place
}

// place is one name's place in the order.
type place struct {
	weight float64
	name   uint32 // which, in byte order
}

// Len is the number of names.
func (o *Order) Len() int { return len(o.order) }

// Names gives the names from one place of the order to before another.
func (o *Order) Names(from, to int) []string {
	names := make([]string, 0, to-from)
	for _, p := range o.order[from:to] {
		begin := uint32(0)
		if p.name > 0 {
			begin = o.ends[p.name-1]
		}
		names = append(names, string(o.names[begin:o.ends[p.name]]))
	}
	return names
}

// rankPage is how many ranks one transaction walks over, in some milliseconds.
const rankPage = 20_000

// Sorted lists the names of all packages of the index in descending weight, ties in byte order. The walk sees changes made meanwhile
// to names it has not reached.
func (s *Store) Sorted(ctx context.Context, weight func(Rank) float64) (*Order, error) {
	o := &Order{}
	from := []byte(nil)
	for more := true; more; {
		more = false
		n := 0
		err := s.scan(ctx, bucketRanks, from, rankPage+1, func(_ *bolt.Tx, k, v []byte) (bool, error) {
			if n == rankPage {
				from, more = slices.Clone(k), true
				return false, nil
			}
			n++
			r, _, err := parseRank(v)
			if err != nil {
				return false, fmt.Errorf("%w: rank of %q: %v", ErrDamaged, k, err)
			}
			if len(o.names)+len(k) > math.MaxUint32 {
				return false, fmt.Errorf("names take more than %d bytes", uint32(math.MaxUint32))
			}
			o.order = append(o.order, place{weight(r), uint32(len(o.ends))})
			o.names = append(o.names, k...)
			o.ends = append(o.ends, uint32(len(o.names)))
			return true, nil
		})
		if err != nil {
			return nil, fmt.Errorf("sort packages: %w", err)
		}
	}
	slices.SortFunc(o.order, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.name, b.name))
	})
	return o, nil
}

// Ranked is a package with its rank and its facts. Downloads and Dependents are those of the rank, and stand in it alone.
type Ranked struct {
	Package
	Rank  Rank
	Facts Facts
}

// Each calls fn with the packages of these names, in their order; names without a record are left out. Those of
// a page are of one moment. fn runs outside of any transaction; what it points to changes when it has returned. An error of fn ends the walk and is returned as it is.
func (s *Store) Each(ctx context.Context, names []string, fn func(*Ranked) error) error {
	type found struct {
		name, value []byte
		rank        Rank
		facts       Facts
	}
	rows := make([]found, 0, min(len(names), pageNames))
	var values []byte
	var one Ranked
	for page := range slices.Chunk(names, pageNames) {
		rows, values = rows[:0], values[:0]
		c, err := s.read(ctx, func(r reader) error {
			for _, name := range page {
				key := []byte(name)
				value := r.records.Get(key)
				if value == nil {
					continue
				}
				rank, facts, err := r.rank(key)
				if err != nil {
					return err
				}
				begin := len(values)
				values = append(values, value...)
				rows = append(rows, found{key, values[begin:len(values):len(values)], rank, facts})
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("read packages: %w", err)
		}
		for i := range rows {
			p, err := c.decode(string(rows[i].name), rows[i].value)
			if err != nil {
				return err
			}
			one = Ranked{p, rows[i].rank, rows[i].facts}
			if err := fn(&one); err != nil {
				return err
			}
		}
	}
	return nil
}
