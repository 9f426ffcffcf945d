package search

import "pkgsearch/index/postings"

// Parts of the name as a whole, beside those where a single word stands.
const (
	wholeName   part = numParts + iota // the name is the text
	joinedName                         // it has the same letters and digits, or nearly so
	scopeName                          // its scope has them
	mainName                           // it is called as main packages of a scope are
	likenedName                        // it is the package that others are to be like
	peerName                           // it is spoken of as that package is
)

// match is what one document has of the query.
type match struct {
	parts [][numParts]float64 // by slot: saturated frequency in each part, in [0,1)
	has   []float64           // by slot: how surely it is there, in [0,1]
	told  []bool              // by slot: whether the description has it or its equal

	nameWords  int  // words of the name without its scope; 0 when none of them is asked for
	textWords  int  // words of the description, stop words aside; 0 when none of them is asked for
	scopeAsked bool // a word stands in the scope

	nameMatch
}

// nameMatch is what the name as a whole has of the text.
type nameMatch struct {
	whole   bool    // it is exactly the text
	joined  float64 // how surely it is meant by the text, in [0,1]
	project bool    // it is the main package of a project that has the text's name
	likened bool    // it is the package that others are to be like
	peer    float64 // likeness to that package, in [0,1]
}

func newMatch(slots int) *match {
	return &match{parts: make([][numParts]float64, slots), has: make([]float64, slots), told: make([]bool, slots)}
}

// clear makes it ready for the next document.
func (m *match) clear() {
	clear(m.parts)
	clear(m.has)
	clear(m.told)
	*m = match{parts: m.parts, has: m.has, told: m.told}
}

// count adds what a document has of a term; it tells whether that is anything that counts.
func (m *match) count(t *term, h *postings.Hit, r *Ranking) bool {
	var worth [numParts]float64
	if !r.worth(&worth, t, h) {
		return false
	}
	if t.kind == postings.Stems && h.Freq[postings.InName] > 0 {
		m.nameWords = int(h.Len[postings.InName])
	}
	if t.kind == postings.Stems && !t.nameOnly && h.Freq[postings.InProse] > 0 {
		m.textWords = int(h.Len[postings.InProse])
		m.tell(t)
	}
	for _, s := range t.slots {
		for p, v := range worth {
			m.parts[s][p] = max(m.parts[s][p], v)
		}
		m.has[s] = max(m.has[s], t.weight)
	}
	return true
}

// worth is what a hit of a term is worth in each part; false where it does not count.
func (r *Ranking) worth(worth *[numParts]float64, t *term, h *postings.Hit) bool {
	switch t.kind {
	case postings.Words:
		worth[inName] = t.weight * r.saturate(inName, h.Freq[postings.InName], h.Len[postings.InName])
	case postings.People:
		worth[inPeople] = t.weight * r.saturate(inPeople, 1, 0)
	default:
		if h.Freq[postings.InName] > 0 {
			worth[inStem] = t.weight * r.saturate(inStem, h.Freq[postings.InName], h.Len[postings.InName])
		} else if t.nameOnly {
			return false
		}
		if t.nameOnly {
			return true
		}
		if h.Freq[postings.InTags] > 0 {
			worth[inTags] = t.weight * r.saturate(inTags, h.Freq[postings.InTags], h.Len[postings.InTags])
		}
		if h.Freq[postings.InProse] > 0 {
			worth[inProse] = t.weight * r.saturate(inProse, h.Freq[postings.InProse], h.Len[postings.InProse])
		}
		if h.Lead {
			worth[inLead] = t.weight * r.saturate(inLead, 1, 0)
		}
	}
	return true
}

// settle lets complete groups stand for the words that they cover, and tells whether the document answers
// the query at all.
func (m *match) settle(groups []group, words int) bool {
	for _, g := range groups {
		m.fill(g)
	}
	if m.likened {
		return false
	}
	if m.byName() || m.peer > 0 {
		return true
	}
	for _, has := range m.has[:words] {
		if has > 0 {
			return true
		}
	}
	return false
}

// byName tells whether the text as a whole may be its name.
func (m *match) byName() bool { return m.whole || m.joined > 0 || m.project }

// fill lets a group stand for its words, each place worth the mean of what the group's words are worth there.
func (m *match) fill(g group) {
	var mean [numParts]float64
	for _, s := range g.slots {
		if m.has[s] == 0 {
			return
		}
		for p, v := range m.parts[s] {
			mean[p] += v / float64(len(g.slots))
		}
	}
	for _, c := range g.covers {
		m.has[c] = max(m.has[c], g.weight)
		for p, v := range mean {
			m.parts[c][p] = max(m.parts[c][p], g.weight*v)
		}
	}
}
