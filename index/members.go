package index

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
)

// Term is a term of a field.
type Term struct{ Field, Text string }

// EachDocument visits the live documents whose field holds the term, in order.
func (s *Segment) EachDocument(t Term, visit func(doc uint32)) error {
	list, err := s.list(t.Field, t.Text)
	if err != nil {
		return err
	}
	for it := list.Iterator(false, false, false, nil); ; {
		p, err := it.Next()
		if err != nil {
			return fmt.Errorf("read postings of %s:%q: %w", t.Field, t.Text, err)
		}
		if p == nil {
			return nil
		}
		visit(uint32(p.Number()))
	}
}

// InBoth lists the live documents that have one of the one terms and one of the other, in order.
func (s *Segment) InBoth(one, other []Term) ([]uint32, error) {
	ones, err := s.members(one...)
	if err != nil || ones.IsEmpty() { // mostly
		return nil, err
	}
	others, err := s.members(other...)
	if err != nil {
		return nil, err
	}
	ones.And(others)
	return ones.ToArray(), nil
}

// members gives the live documents that have any of the terms.
func (s *Segment) members(terms ...Term) (*roaring.Bitmap, error) {
	set := roaring.New()
	for _, t := range terms {
		list, err := s.list(t.Field, t.Text)
		if err != nil {
			return nil, err
		}
		whole, ok := list.(interface{ OrInto(*roaring.Bitmap) })
		if !ok {
			return nil, fmt.Errorf("postings of %s:%q cannot be read as a set", t.Field, t.Text)
		}
		whole.OrInto(set)
	}
	if s.deleted != nil {
		set.AndNot(s.deleted)
	}
	return set, nil
}
