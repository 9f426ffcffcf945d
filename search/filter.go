package search

import (
	"context"
	"slices"
	"strings"

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
	for _, term := range a.terms(value) {
		if err := addPostings(ctx, s, a.field(), term, docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// terms lists what an attribute may hold for a value.
func (a Attribute) terms(value string) []string {
	if a == License && slices.ContainsFunc([]string{"gpl-", "lgpl-", "agpl-"}, func(family string) bool { return strings.HasPrefix(value, family) }) {
		return []string{value, value + "+", value + "-only", value + "-or-later"}
	}
	return []string{value}
}

// addPostings sets the documents whose field holds the term.
func addPostings(ctx context.Context, s *index.Segment, field, term string, into *bitset.BitSet) error {
	p, err := s.Postings(field, term, false)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		ok, err := p.Next()
		if err != nil || !ok {
			return err
		}
		into.Set(uint(p.Doc))
	}
}

// phrase gives the documents that hold the words side by side in their name, keywords or description.
func phrase(ctx context.Context, s *index.Segment, words []string) (*bitset.BitSet, error) {
	docs := bitset.New(uint(s.Len()))
	for _, field := range []string{index.FieldWords, index.FieldTags, index.FieldDescription} {
		if err := phraseIn(ctx, s, field, phraseTerms(field, words), docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// placed is a term and its distance from the first word of its phrase.
type placed struct {
	text   string
	offset int
}

// phraseTerms writes a phrase as a field keeps it: stop words leave gaps where text is stemmed.
func phraseTerms(field string, words []string) []placed {
	var terms []placed
	for i, w := range words {
		switch {
		case field == index.FieldWords:
			terms = append(terms, placed{w, i})
		case !index.IsStopWord(w):
			terms = append(terms, placed{index.Stem(w), i})
		}
	}
	if len(terms) < 2 && len(terms) < len(words) {
		return nil
	}
	return terms
}

// phraseIn sets the documents whose field has all terms at their distances.
func phraseIn(ctx context.Context, s *index.Segment, field string, terms []placed, into *bitset.BitSet) error {
	if len(terms) == 0 {
		return nil
	}
	lists := make([]*index.Postings, len(terms))
	for i, t := range terms {
		p, err := s.Postings(field, t.text, len(terms) > 1)
		if err != nil {
			return err
		}
		lists[i] = p
	}
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		ok, err := align(lists)
		if err != nil || !ok {
			return err
		}
		if adjacent(lists, terms) {
			into.Set(uint(lists[0].Doc))
		}
	}
}

// align moves all lists to the next document that they share; false when there is none.
func align(lists []*index.Postings) (bool, error) {
	if ok, err := lists[0].Next(); err != nil || !ok {
		return false, err
	}
	for i := 1; i < len(lists); {
		for !lists[i].Started() || lists[i].Doc < lists[0].Doc {
			if ok, err := lists[i].Next(); err != nil || !ok {
				return false, err
			}
		}
		if lists[i].Doc == lists[0].Doc {
			i++
			continue
		}
		for lists[0].Doc < lists[i].Doc {
			if ok, err := lists[0].Next(); err != nil || !ok {
				return false, err
			}
		}
		i = 1
	}
	return true, nil
}

// adjacent tells whether the terms stand at their distances somewhere in the current document.
func adjacent(lists []*index.Postings, terms []placed) bool {
	if len(lists) == 1 {
		return true
	}
	begins := lists[0].Positions(nil)
	for i := 1; i < len(lists); i++ {
		here := lists[i].Positions(nil)
		shift := terms[i].offset - terms[0].offset
		begins = slices.DeleteFunc(begins, func(b int) bool { return !slices.Contains(here, b+shift) })
	}
	return len(begins) > 0
}
