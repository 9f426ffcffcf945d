package index

import (
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Term is a term of a field.
type Term struct{ Field, Text string }

// EachDocument visits the live documents whose field holds the term, in order.
func (s *Segment) EachDocument(t Term, visit func(doc uint32)) error {
	list, err := s.list(t.Field, t.Text)
	if err != nil {
		return err
	}
	return visitAll(list.Iterator(false, false, false, nil), t, visit)
}

func visitAll(it segment.PostingsIterator, t Term, visit func(doc uint32)) error {
	for {
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

// EachDocument is Segment.EachDocument of one of the view's segments.
func (l *Lookup) EachDocument(s *Segment, t Term, visit func(doc uint32)) error {
	if u, known := l.most[termKey{t.Field, t.Text}]; known && !u.Found {
		return nil
	}
	list, err := l.open(l.at(s), t.Field, t.Text)
	if err != nil {
		return err
	}
	if list.Count() == 0 {
		return nil
	}
	l.postings = list.Iterator(false, false, false, l.postings)
	return visitAll(l.postings, t, visit)
}

// InBoth lists the live documents of one of the view's segments that have one of the one terms and one of the other, in
// order.
func (l *Lookup) InBoth(s *Segment, one, other []Term) ([]uint32, error) {
	ones, err := l.members(s, one)
	if err != nil || ones.IsEmpty() { // mostly
		return nil, err
	}
	others, err := l.members(s, other)
	if err != nil {
		return nil, err
	}
	ones.And(others)
	return ones.ToArray(), nil
}

// members gives the live documents that have any of the terms.
func (l *Lookup) members(s *Segment, terms []Term) (*roaring.Bitmap, error) {
	set, at := roaring.New(), l.at(s)
	for _, t := range terms {
		list, err := l.open(at, t.Field, t.Text)
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

// at is the place of a segment in the view.
func (l *Lookup) at(s *Segment) int { return slices.Index(l.view.segments, s) }
