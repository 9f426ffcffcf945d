package search

import (
	"context"
	"slices"

	"github.com/bits-and-blooms/bitset"

	"pkgsearch/index"
	"pkgsearch/index/postings"
)

// field is a field whose words have places.
type field struct {
	kind postings.Kind
	in   postings.Field
}

// phrase gives the documents that hold the words side by side in their name, keywords or description.
func phrase(ctx context.Context, s *index.Segment, words []string) (*bitset.BitSet, error) {
	docs := bitset.New(uint(s.Len()))
	for _, f := range []field{nameWords(), tagStems(), proseStems()} {
		if err := phraseIn(ctx, s, f, phraseTerms(f, words), docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func nameWords() field  { return field{postings.Words, postings.InName} }
func tagStems() field   { return field{postings.Stems, postings.InTags} }
func proseStems() field { return field{postings.Stems, postings.InProse} }

// placed is a term and its distance from the first word of its phrase.
type placed struct {
	text   string
	offset int
}

// phraseTerms writes a phrase as a field keeps it: stop words leave gaps where text is stemmed.
func phraseTerms(f field, words []string) []placed {
	var terms []placed
	for i, w := range words {
		switch {
		case f.kind == postings.Words:
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
func phraseIn(ctx context.Context, s *index.Segment, f field, terms []placed, into *bitset.BitSet) error {
	if len(terms) == 0 {
		return nil
	}
	lists := make([]*postings.Cursor, len(terms))
	for i, t := range terms {
		if lists[i] = s.Lists().Open(f.kind, t.text); lists[i] == nil {
			return nil
		}
	}
	rarest := slices.MinFunc(lists, func(a, b *postings.Cursor) int { return a.Len() - b.Len() })
	for n := 0; rarest.Doc != postings.End; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		doc := rarest.Doc
		if !s.Deleted(doc) && sideBySide(lists, doc, f.in, terms) {
			into.Set(uint(doc))
		}
		rarest.Next()
	}
	return nil
}

// sideBySide tells whether a document has all terms at their distances somewhere in a field.
func sideBySide(lists []*postings.Cursor, doc uint32, in postings.Field, terms []placed) bool {
	for _, l := range lists {
		if l.Seek(doc); l.Doc != doc || l.Hit().Freq[in] == 0 {
			return false
		}
	}
	if len(lists) == 1 {
		return true
	}
	begins := lists[0].Places(in, nil)
	for i := 1; i < len(lists); i++ {
		here := lists[i].Places(in, nil)
		shift := terms[i].offset - terms[0].offset
		begins = slices.DeleteFunc(begins, func(b int) bool { return !slices.Contains(here, b+shift) })
	}
	return len(begins) > 0
}
