package search

import (
	"slices"

	"pkgsearch/index/postings"
)

// Documents of one stretch of a sweep: few at first, while there is no floor to speak of.
const (
	firstStretch = 128
	maxStretch   = 4096
)

// sweep goes through the documents of drivers, a stretch at a time, and tells which of them match enough of the text:
// list by list instead of document by document, since most of them have a word or two and are left at once.
type sweep struct {
	scans []scan // by driver
	// By document of the stretch.
	matched [maxStretch]float32 // beyond what the drivers before first can give, in units of idf
	words   [maxStretch]uint32  // the words that are counted in it
	touched []uint32
	passed  []uint32
}

// scan is a driver's list, apart from the cursor that reads what its documents have.
type scan struct {
	postings.Cursor
	gains []gain
}

// gain is what a document of a driver has of a word, at most.
type gain struct {
	word uint32 // its bit
	most float32
	at   int // the word
}

// newSweep takes the cursors as they stand.
func newSweep(b *bounds) *sweep {
	s := &sweep{scans: make([]scan, len(b.drive))}
	most := make([]float32, len(b.ev.words))
	for k, d := range b.drive { // those after it are counted before it, and give no less
		s.scans[k].Cursor = *d.Cursor
		for _, stand := range d.stands {
			most[stand.word] = max(most[stand.word], float32(b.ev.idf[stand.word]*stand.has))
			s.scans[k].gains = append(s.scans[k].gains, gain{1 << stand.word, most[stand.word], stand.word})
		}
	}
	return s
}

// next is the first document of the drivers from first on that is not swept yet.
func (s *sweep) next(first int) uint32 {
	doc := uint32(postings.End)
	for i := range s.scans[first:] {
		doc = min(doc, s.scans[first+i].Doc)
	}
	return doc
}

// over sweeps the documents from one to before another and appends those, in order, that have something of the drivers
// from first on and of which as much as least can be matched.
func (s *sweep) over(from, to uint32, first int, b *bounds, least float64, found []uint32) []uint32 {
	base := b.matched(&b.states[first], nil)
	need := float32((least - base) * (1 - 1e-5)) // sums are rounded
	if least <= base {
		need = 0
	}
	s.touched = s.touched[:0]
	for k := len(s.scans) - 1; k >= first; k-- {
		scan := &s.scans[k]
		if scan.Doc >= to {
			continue
		}
		s.passed = scan.Until(to, s.passed[:0])
		for _, g := range scan.gains {
			more := max(0, g.most-float32(b.ev.idf[g.at]*b.states[first].has[g.at]))
			for _, doc := range s.passed {
				i := doc - from
				if s.words[i]&g.word != 0 {
					continue
				}
				if s.words[i] == 0 {
					s.touched = append(s.touched, i)
				}
				s.words[i] |= g.word
				s.matched[i] += more
			}
		}
	}
	begin := len(found)
	for _, i := range s.touched {
		if s.matched[i] >= need {
			found = append(found, from+i)
		}
		s.matched[i], s.words[i] = 0, 0
	}
	slices.Sort(found[begin:])
	return found
}
