package suggest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// Set is a large table, the base, with what has changed since in small ones. It never changes.
type Set struct {
	parts []part // the base first, then ever smaller ones
	live  int
}

// part is a table of which some names count no more: a later table has them, or they are gone.
type part struct {
	*Table
	hidden *roaring.Bitmap // nil: none
}

func (p *part) isHidden(doc uint32) bool { return p.hidden != nil && p.hidden.Contains(doc) }

func (p *part) live() int {
	if p.hidden == nil {
		return p.docs
	}
	return p.docs - int(p.hidden.GetCardinality())
}

// Change is a name with a new weight, or a name that is gone.
type Change struct {
	Name   string
	Weight float32 // as Weigh gives it
	Gone   bool
}

// NewSet gives the names of a table.
func NewSet(base *Table) *Set { return &Set{parts: []part{{Table: base}}, live: base.docs} }

// Len is the number of names.
func (s *Set) Len() int { return s.live }

// Later is the number of names beside the base.
func (s *Set) Later() int {
	n := 0
	for _, p := range s.parts[1:] {
		n += p.docs
	}
	return n
}

// With gives the set after some changes; of several of one name the last counts. Small tables of about the same size
// become one, so that there are never more than some ten.
func (s *Set) With(ctx context.Context, changes []Change) (*Set, error) {
	if len(changes) == 0 {
		return s, nil
	}
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return strings.Compare(a.Name, b.Name) })
	kept := changes[:0]
	for i, c := range changes {
		if i+1 == len(changes) || changes[i+1].Name != c.Name {
			kept = append(kept, c)
		}
	}
	parts := make([]part, len(s.parts))
	for i, p := range s.parts {
		parts[i] = p.hide(kept)
	}
	later := slices.DeleteFunc(kept, func(c Change) bool { return c.Gone })
	for len(parts) > 1 && parts[len(parts)-1].live() <= 2*len(later) {
		last := &parts[len(parts)-1]
		later = slices.AppendSeq(later, func(yield func(Change) bool) {
			for doc := range uint32(last.docs) {
				if !last.isHidden(doc) && !yield(Change{Name: last.name(doc), Weight: last.weight(doc)}) {
					return
				}
			}
		})
		parts = parts[:len(parts)-1]
	}
	if len(later) > 0 {
		slices.SortFunc(later, func(a, b Change) int { return strings.Compare(a.Name, b.Name) })
		t, err := tableOf(ctx, later)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{Table: t})
	}
	return newSet(parts), nil
}

func newSet(parts []part) *Set {
	s := &Set{parts: parts}
	for i := range parts {
		s.live += parts[i].live()
	}
	return s
}

// hide gives the part without the names that change.
func (p part) hide(changes []Change) part {
	var found []uint32
	for _, c := range changes {
		if doc, ok := p.find(c.Name); ok {
			found = append(found, doc)
		}
	}
	if len(found) == 0 {
		return p
	}
	hidden := roaring.New()
	if p.hidden != nil {
		hidden = p.hidden.Clone()
	}
	hidden.AddMany(found)
	return part{p.Table, hidden}
}

func tableOf(ctx context.Context, sorted []Change) (*Table, error) {
	b := NewBuilder()
	for _, c := range sorted {
		if err := b.Add(c.Name, c.Weight); err != nil {
			return nil, err
		}
	}
	image, err := b.Image(ctx, "", 0)
	if err != nil {
		return nil, fmt.Errorf("sort %d names: %w", len(sorted), err)
	}
	return Parse(image)
}

// Each calls fn with every name and its weight, in byte order of the names.
func (s *Set) Each(fn func(name string, weight float32) error) error {
	next := make([]uint32, len(s.parts))
	for {
		least, name := -1, ""
		for i := range s.parts {
			p := &s.parts[i]
			for int(next[i]) < p.docs && p.isHidden(next[i]) {
				next[i]++
			}
			if int(next[i]) < p.docs {
				if n := p.name(next[i]); least < 0 || n < name {
					least, name = i, n
				}
			}
		}
		if least < 0 {
			return nil
		}
		if err := fn(name, s.parts[least].weight(next[least])); err != nil {
			return err
		}
		next[least]++
	}
}
