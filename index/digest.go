package index

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"github.com/blevesearch/bleve/v2/document"

	"pkgsearch/index/postings"
)

// digest sums up what an index holds of a document: the sum of the hashes of all that it has, which terms in which
// fields, and what its posting lists say of each. It does not depend on any order, so it can be taken from a record and
// from postings alike.
type digest uint64

// held is one thing that a document has.
type held struct {
	field, term string // the field is a kind of posting list where there is a hit
	hit         postings.Hit
	places      string
}

func (d *digest) add(seed maphash.Seed, h held) { *d += digest(maphash.Comparable(seed, h)) }

// addHit adds what a document has of a term of a posting list.
func (d *digest) addHit(seed maphash.Seed, kind postings.Kind, term string, h postings.Hit, places [postings.NumFields][]int) {
	var at []byte
	for _, of := range places {
		for _, p := range of {
			at = binary.AppendUvarint(at, uint64(p))
		}
		at = append(at, 0) // which is no place
	}
	d.add(seed, held{string(rune(kind)), term, h, string(at)})
}

// digestOf is what an index that holds exactly this document would sum up to.
func digestOf(seed maphash.Seed, doc *document.Document, listing postings.Document) digest {
	var d digest
	for _, f := range doc.Fields {
		f.Analyze()
		for term := range f.AnalyzedTokenFrequencies() {
			d.add(seed, held{field: f.Name(), term: term})
		}
	}
	listing.Each(func(kind postings.Kind, term string, h postings.Hit, places [postings.NumFields][]int) {
		d.addHit(seed, kind, term, h, places)
	})
	return d
}

// eachList visits all lists of all kinds.
func eachList(l *postings.Lists, visit func(kind postings.Kind, term string, c *postings.Cursor)) error {
	for _, kind := range []postings.Kind{postings.Words, postings.Stems, postings.People} {
		err := l.Terms(kind, func(term string) bool {
			visit(kind, term, l.Open(kind, term))
			return true
		})
		if err != nil {
			return fmt.Errorf("read posting lists: %w", err)
		}
	}
	return nil
}

// digests sums up every live document of the segment by walking all its postings.
func (s *Segment) digests(seed maphash.Seed) ([]digest, error) {
	sums := make([]digest, s.Len())
	for _, field := range fields() {
		dict, err := s.segment.Dictionary(field)
		if err != nil {
			return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
		}
		words := dict.AutomatonIterator(nil, nil, nil)
		for {
			entry, err := words.Next()
			if err != nil {
				return nil, fmt.Errorf("read dictionary of field %s: %w", field, err)
			}
			if entry == nil {
				break
			}
			t, outside := Term{field, entry.Term}, uint32(0)
			err = s.EachDocument(t, func(doc uint32) {
				if int(doc) >= len(sums) {
					outside = doc
					return
				}
				sums[doc].add(seed, held{field: t.Field, term: t.Text})
			})
			if err != nil {
				return nil, err
			}
			if outside > 0 {
				return nil, fmt.Errorf("posting of %s:%q names document %d of %d", field, entry.Term, outside, len(sums))
			}
		}
	}
	return sums, s.addLists(seed, sums)
}

func (s *Segment) addLists(seed maphash.Seed, sums []digest) error {
	if s.lists.Len() != len(sums) {
		return fmt.Errorf("posting lists are of %d documents, the segment has %d", s.lists.Len(), len(sums))
	}
	return eachList(s.lists, func(kind postings.Kind, term string, c *postings.Cursor) {
		for ; c.Doc < uint32(len(sums)); c.Next() {
			var places [postings.NumFields][]int
			for f := range postings.NumFields {
				places[f] = c.Places(f, nil)
			}
			sums[c.Doc].addHit(seed, kind, term, *c.Hit(), places)
		}
	})
}
