package index

import (
	"fmt"
	"hash/maphash"

	"github.com/blevesearch/bleve/v2/document"
)

// digest sums up what an index holds of a document: the sum over its (field, term, frequency) triples
// of their hash. It does not depend on any order, so it can be taken from a record and from postings alike.
type digest uint64

type triple struct {
	field, term string
	freq        int
}

func (d *digest) add(seed maphash.Seed, field, term string, freq int) {
	if fieldOptions(field) == exact {
		freq = 1
	}
	*d += digest(maphash.Comparable(seed, triple{field, term, freq}))
}

// digestOf is what an index that holds exactly this document would sum up to.
func digestOf(seed maphash.Seed, doc *document.Document) digest {
	var d digest
	for _, f := range doc.Fields {
		f.Analyze()
		for term, tf := range f.AnalyzedTokenFrequencies() {
			d.add(seed, f.Name(), term, tf.Frequency())
		}
	}
	return d
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
			p, err := s.Postings(field, entry.Term, false)
			if err != nil {
				return nil, err
			}
			for {
				ok, err := p.Next()
				if err != nil {
					return nil, err
				}
				if !ok {
					break
				}
				if int(p.Doc) >= len(sums) {
					return nil, fmt.Errorf("posting of %s:%q names document %d of %d", field, entry.Term, p.Doc, len(sums))
				}
				sums[p.Doc].add(seed, field, entry.Term, p.Freq)
			}
		}
	}
	return sums, nil
}
