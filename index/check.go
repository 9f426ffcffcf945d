package index

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"slices"

	"pkgsearch/index/store"
)

// Difference is one package on which the store and the index do not agree.
type Difference struct {
	Name string
	What string
}

// Check compares every record of the store with what the live index holds of it, posting by posting, and
// every document of the index with the store.
func (ix *Index) Check(ctx context.Context) ([]Difference, error) {
	if err := ix.Refresh(ctx); err != nil {
		return nil, err
	}
	v := ix.Acquire()
	if v == nil {
		return nil, ErrClosed
	}
	defer v.Release()
	seed := maphash.MakeSeed()
	indexed, diffs, err := v.digests(seed)
	if err != nil {
		return nil, fmt.Errorf("read index %s: %w", v.Generation, err)
	}
	err = ix.store.Iterate(ctx, "", func(p store.Package) error {
		got, found := indexed[p.Name]
		delete(indexed, p.Name)
		switch {
		case p.Indexed() && !found:
			diffs = append(diffs, Difference{p.Name, "missing in the index"})
		case !p.Indexed() && found:
			diffs = append(diffs, Difference{p.Name, "in the index though " + string(p.Status)})
		case found && got != digestOf(seed, documentOf(&p), listingOf(&p)):
			diffs = append(diffs, Difference{p.Name, "indexed differently from its record"})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("walk store: %w", err)
	}
	for name := range indexed {
		diffs = append(diffs, Difference{name, "in the index but not in the store"})
	}
	slices.SortFunc(diffs, func(a, b Difference) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.What, b.What)) })
	return diffs, nil
}

// digests sums up all documents of the view by name, and reports names that are there twice.
func (v *View) digests(seed maphash.Seed) (map[string]digest, []Difference, error) {
	sums := make(map[string]digest, v.live)
	var twice []Difference
	for _, s := range v.segments {
		part, err := s.digests(seed)
		if err != nil {
			return nil, nil, err
		}
		for doc, sum := range part {
			if s.Deleted(uint32(doc)) {
				continue
			}
			name := s.Name(uint32(doc))
			if _, dup := sums[name]; dup {
				twice = append(twice, Difference{name, "twice in the index"})
			}
			sums[name] = sum
		}
	}
	return sums, twice, nil
}
