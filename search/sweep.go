package search

import (
	"math"
	"math/bits"
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
	documents int
	scans     []scan // by driver
	// By document of the stretch.
	matched [maxStretch]float32 // in units of idf
	words   [maxStretch]uint32  // the words that are counted in it
	drivers [maxStretch]uint64  // those that have it, see driverBit
	touched []uint32
	sorted  bool // touched are
	passed  []uint32

	needs []float64 // by set of words, see need; 0: not known yet
}

// maxNeeds is the number of words from which on what a set of them needs is not kept by set.
const maxNeeds = 12

// need is the share of K that must be matched of the text by a document that has something of these words alone, where K
// is what must be matched of a text that is worth 1.
func (s *sweep) need(b *bounds, words uint32) float64 {
	n := len(b.ev.words)
	if n > maxNeeds {
		return math.Pow(b.full, -1/b.ev.cover)
	}
	if s.needs == nil {
		s.needs = make([]float64, 1<<n)
	}
	if s.needs[words] == 0 {
		c, all := newCeiling(n), &b.states[len(b.drive)]
		for w := range n {
			if words&(1<<w) != 0 {
				c.has[w], c.worth[w] = all.has[w], all.worth[w]
			}
		}
		s.needs[words] = math.Pow(b.worth(&c), -1/b.ev.cover)
	}
	return s.needs[words]
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
}

// newSweep takes the cursors as they stand.
func newSweep(b *bounds, documents int) *sweep {
	s := &sweep{documents: documents, scans: make([]scan, len(b.drive))}
	most := make([]float32, len(b.ev.words))
	for k, d := range b.drive { // those after it are counted before it, and give no less
		s.scans[k].Cursor = *d.Cursor
		for _, stand := range d.stands {
			most[stand.word] = max(most[stand.word], float32(b.ev.idf[stand.word]*stand.has))
			s.scans[k].gains = append(s.scans[k].gains, gain{1 << stand.word, most[stand.word]})
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

// over sweeps the documents from one to before another and appends those that have something of the drivers
// from first on and may be worth as much as said by all that they have.
func (s *sweep) over(from, to uint32, first int, b *bounds, here float64, found []sighting) []sighting {
	s.touched = s.touched[:0]
	for k := len(s.scans) - 1; k >= first; k-- {
		scan := &s.scans[k]
		if scan.Doc >= to {
			continue
		}
		s.passed = scan.Until(to, s.passed[:0])
		for _, doc := range s.passed {
			if i := doc - from; s.words[i] == 0 {
				s.touched = append(s.touched, i)
			}
			s.gain(scan, doc-from)
			s.drivers[doc-from] |= driverBit(k)
		}
	}
	if len(s.touched) == 0 {
		return found
	}
	unit := 0.0
	if here > 0 && b.ev.cover > 0 {
		unit = b.ev.idfSum * math.Pow(here, 1/b.ev.cover) * (1 - 1e-5) // sums are rounded
	}
	if first > 0 {
		s.keep(b, unit, first)
		s.sorted = false
		for k := first - 1; k >= 0 && len(s.touched) > 0; k-- {
			s.ask(k, from, to)
			if k%keepEvery == 1 {
				s.keep(b, unit, k)
			}
		}
	}
	s.keep(b, unit, 0)
	for _, i := range s.touched {
		found = append(found, sighting{from + i, s.drivers[i]})
		s.forget(i)
	}
	return found
}

// keep lets go of the documents that cannot match enough, see need, whatever they have of the drivers before first. unit is
// what must be matched of a text that is worth 1.
func (s *sweep) keep(b *bounds, unit float64, first int) {
	if unit == 0 {
		return
	}
	rest, more := uint32(0), &b.states[first]
	for w, has := range more.has {
		if has > 0 {
			rest |= 1 << w
		}
	}
	kept := s.touched[:0]
	for _, i := range s.touched {
		matched, words := float64(s.matched[i]), s.words[i]
		for w := rest &^ words; w != 0; w &= w - 1 { // of the others nothing before first gives more
			at := bits.TrailingZeros32(w)
			matched += b.ev.idf[at] * more.has[at]
		}
		if matched >= unit*s.need(b, words|rest) {
			kept = append(kept, i)
		} else {
			s.forget(i)
		}
	}
	s.touched = kept
}

func (s *sweep) forget(i uint32) { s.matched[i], s.words[i], s.drivers[i] = 0, 0, 0 }

// sighting is a document that may be among the best, and the drivers that have it, see driverBit.
type sighting struct {
	doc     uint32
	drivers uint64
}

// driverBit is a driver's bit in a set of them; the last is that of all from there on.
func driverBit(k int) uint64 { return 1 << min(k, 63) }

// gain adds what a driver has for a document.
func (s *sweep) gain(scan *scan, i uint32) {
	for _, g := range scan.gains {
		if s.words[i]&g.word == 0 {
			s.words[i] |= g.word
			s.matched[i] += g.most
		}
	}
}

// seekCost is how many documents of a list are passed in the time that one is sought.
const seekCost = 30

// keepEvery is how many lists are asked about documents before those that cannot be worth enough any more are let go.
const keepEvery = 3

// ask adds what a driver has for the documents touched, by seeking them where they are few.
func (s *sweep) ask(k int, from, to uint32) {
	scan := &s.scans[k]
	scan.Seek(from)
	if scan.Doc >= to {
		return
	}
	if per := maxStretch * scan.Len() / s.documents; len(s.touched)*seekCost < per {
		if !s.sorted {
			slices.Sort(s.touched)
			s.sorted = true
		}
		for _, i := range s.touched {
			if scan.Seek(from + i); scan.Doc == from+i {
				s.gain(scan, i)
				s.drivers[i] |= driverBit(k)
			}
		}
		return
	}
	s.passed = scan.Until(to, s.passed[:0])
	for _, doc := range s.passed {
		if s.words[doc-from] != 0 {
			s.gain(scan, doc-from)
			s.drivers[doc-from] |= driverBit(k)
		}
	}
}
