package search

import (
	"context"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
)

// allowed gives the documents of a segment that meet all of the query's requirements; nil means all.
func (ev *evaluation) allowed(ctx context.Context, s *index.Segment) (*bitset.BitSet, error) {
	var allowed *bitset.BitSet
	restrict := func(to *bitset.BitSet) {
		if allowed == nil {
			allowed = to
		} else {
			allowed.InPlaceIntersection(to)
		}
	}
	for _, f := range ev.query.Filters {
		docs, err := filtered(ctx, s, f)
		if err != nil {
			return nil, err
		}
		restrict(docs)
	}
	for _, words := range ev.query.Phrases {
		docs, err := phrase(ctx, s, words)
		if err != nil {
			return nil, err
		}
		restrict(docs)
	}
	for _, words := range ev.query.Without {
		docs, err := phrase(ctx, s, words)
		if err != nil {
			return nil, err
		}
		restrict(docs.Complement())
	}
	for _, f := range ev.query.Fields {
		docs, err := fieldHolds(ctx, s, f)
		if err != nil {
			return nil, err
		}
		restrict(docs)
	}
	if ev.query.Require != 0 || ev.query.Exclude != 0 {
		restrict(ev.flagged(s))
	}
	if ev.query.Has != 0 || len(ev.query.HasNot) > 0 {
		restrict(having(s, ev.query.Has, ev.query.HasNot))
	}
	for _, r := range ev.query.Ranges {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		restrict(inRange(s, r))
	}
	if len(ev.narrowed.choices) > 0 {
		docs, err := ev.narrowed.allowed(ctx, s)
		if err != nil {
			return nil, err
		}
		restrict(docs)
	}
	return allowed, nil
}

// flagged gives the documents with all required and no excluded flag.
func (ev *evaluation) flagged(s *index.Segment) *bitset.BitSet {
	docs := bitset.New(uint(s.Len()))
	for doc := range uint32(s.Len()) {
		flags := s.Rank(doc).Flags
		if flags&ev.query.Require == ev.query.Require && flags&ev.query.Exclude == 0 {
			docs.Set(uint(doc))
		}
	}
	return docs
}

// filtered gives the documents that a filter lets through.
func filtered(ctx context.Context, s *index.Segment, f Filter) (*bitset.BitSet, error) {
	docs := bitset.New(uint(s.Len()))
	for _, group := range f.AnyOf {
		all, err := holding(ctx, s, f.Attribute, group[0])
		if err != nil {
			return nil, err
		}
		for _, value := range group[1:] {
			one, err := holding(ctx, s, f.Attribute, value)
			if err != nil {
				return nil, err
			}
			all.InPlaceIntersection(one)
		}
		docs.InPlaceUnion(all)
	}
	if len(f.AnyOf) == 0 {
		docs = docs.Complement()
	}
	for _, value := range f.NoneOf {
		one, err := holding(ctx, s, f.Attribute, value)
		if err != nil {
			return nil, err
		}
		docs.InPlaceDifference(one)
	}
	if f.Not {
		docs = docs.Complement()
	}
	return docs, nil
}

// field is where the index keeps an attribute.
func (a Attribute) field() string {
	switch a {
	case Author:
		return index.FieldAuthor
	case Maintainer:
		return index.FieldMaintainer
	case Scope:
		return index.FieldScope
	case License:
		return index.FieldLicense
	case Dependency:
		return index.FieldDependency
	case Peer:
		return index.FieldPeer
	case Command:
		return index.FieldCommand
	default:
		return index.FieldKeyword
	}
}

// holding gives the documents whose attribute has the value.
func holding(ctx context.Context, s *index.Segment, a Attribute, value string) (*bitset.BitSet, error) {
	docs := bitset.New(uint(s.Len()))
	for _, term := range a.spellings(value) {
		if err := addDocuments(ctx, s, index.Term{Field: a.field(), Text: term}, docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// addDocuments sets the documents whose field holds the term.
func addDocuments(ctx context.Context, s *index.Segment, t index.Term, into *bitset.BitSet) error {
	err := s.EachDocument(t, func(doc uint32) { into.Set(uint(doc)) })
	if err != nil {
		return err
	}
	return ctx.Err()
}
