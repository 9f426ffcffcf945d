package search

import (
	"context"
	"strings"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// where makes a set of the n documents for which holds is true.
func where(n int, holds func(doc int) bool) *bitset.BitSet {
	words := make([]uint64, (n+63)/64)
	for at := range words {
		var word uint64
		for doc := at * 64; doc < min(n, at*64+64); doc++ {
			if holds(doc) {
				word |= 1 << (doc % 64)
			}
		}
		words[at] = word
	}
	return bitset.FromWithLength(uint(n), words)
}

// having gives the documents that have all of the first, and none of the others whole.
func having(s *index.Segment, all store.Has, none []store.Has) *bitset.BitSet {
	column := s.Columns().Has
	return where(s.Len(), func(doc int) bool {
		has := column[doc]
		for _, not := range none {
			if has&not == not {
				return false
			}
		}
		return has&all == all
	})
}

// inRange gives the documents that a range lets through.
func inRange(s *index.Segment, r Range) *bitset.BitSet {
	docs := measured(s, r)
	if r.Not {
		return docs.Complement()
	}
	return docs
}

// spanning gives the documents whose value is from low to high.
func spanning[T ~uint32 | ~uint64](column []T, low, high uint64) *bitset.BitSet {
	if low > high {
		return bitset.New(uint(len(column)))
	}
	words := make([]uint64, (len(column)+63)/64)
	for at := range words {
		var word uint64
		for i, v := range column[at*64 : min(len(column), at*64+64)] {
			bit := uint64(1) << i
			if uint64(v)-low > high-low { // also when v < low
				bit = 0
			}
			word |= bit
		}
		words[at] = word
	}
	return bitset.FromWithLength(uint(len(column)), words)
}

// measured gives the documents whose measure is known and in the range.
func measured(s *index.Segment, r Range) *bitset.BitSet {
	c := s.Columns()
	known := max(r.Low, 1) // where 0 says that it is not
	switch r.Measure {
	case Updated:
		return spanning(c.Updated, known, r.High)
	case Created:
		return spanning(c.Created, known, r.High)
	case Size:
		return spanning(c.Size, known, r.High)
	case Dependents:
		return spanning(c.Dependents, r.Low, r.High)
	case VersionNumber:
		docs := spanning(c.Versions, r.Low, r.High)
		docs.InPlaceIntersection(having(s, store.HasVersion, nil))
		return docs
	case NodeLowest, NodeAllowed:
		return onNode(s, r)
	default:
		return where(s.Len(), func(doc int) bool {
			n := s.Rank(uint32(doc)).Downloads
			return r.Low <= n && n <= r.High
		})
	}
}

// onNode looks at each different range of Node once.
func onNode(s *index.Segment, r Range) *bitset.BitSet {
	c := s.Columns()
	holds := make([]bool, len(c.NodeRanges))
	for i, node := range c.NodeRanges {
		if r.Measure == NodeAllowed {
			holds[i] = node.Allows(store.Version(r.Low), store.Version(r.High))
		} else {
			lowest := uint64(node.Lowest())
			holds[i] = r.Low <= lowest && lowest <= r.High
		}
	}
	return where(s.Len(), func(doc int) bool { return holds[c.Node[doc]] })
}

// fieldHolds gives the documents that a FieldWords lets through.
func fieldHolds(ctx context.Context, s *index.Segment, f FieldWords) (*bitset.BitSet, error) {
	docs := bitset.New(uint(s.Len()))
	err := addFieldHolds(ctx, s, f, docs)
	if f.Not {
		docs = docs.Complement()
	}
	return docs, err
}

// addFieldHolds sets the documents whose field has the words side by side. A name may also have them run together, and
// a single word in another form.
func addFieldHolds(ctx context.Context, s *index.Segment, f FieldWords, into *bitset.BitSet) error {
	if f.Attribute == InDescription {
		var terms []placed // words like "the" are not looked for, unlike in phrases, of which one word would be left
		for i, w := range f.Words {
			if !index.IsStopWord(w) {
				terms = append(terms, placed{index.Stem(w), i})
			}
		}
		return phraseIn(ctx, s, proseStems(), terms, into)
	}
	if err := phraseIn(ctx, s, nameWords(), phraseTerms(nameWords(), f.Words), into); err != nil {
		return err
	}
	if err := addDocuments(ctx, s, index.Term{Field: index.FieldJoined, Text: index.Joined(strings.Join(f.Words, " "))}, into); err != nil || len(f.Words) > 1 {
		return err
	}
	return addDocuments(ctx, s, index.Term{Field: index.FieldStems, Text: index.Stem(f.Words[0])}, into)
}
