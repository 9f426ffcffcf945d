package search

// Parts of the name as a whole, beside those where a single word stands.
const (
	wholeName   part = numParts + iota // the name is the text
	joinedName                         // it has the same letters and digits, or nearly so
	scopeName                          // its scope has them
	mainName                           // it is called as main packages of a scope are
	typesOnly                          // it holds the type declarations of another package
	likenedName                        // it is the package that others are to be like
	derivedName                        // its name has that package's
	peerName                           // it is spoken of as that package is
)

// match is what one document has of the query.
type match struct {
	parts [][numParts]float64 // by slot: saturated frequency in each part, in [0,1)
	has   []float64           // by slot: how surely it is there, in [0,1]
	near  *closeness          // of this segment; nil when fewer than two words count

	nameWords int     // words of the name without its scope; 0 when none of them is asked for
	joined    float64 // how surely the name is meant by the text, in [0,1]
	whole     bool    // the name is exactly the text
	peer      float64 // likeness to the package that others are to be like, in [0,1]

	scopeAsked bool // a word stands in the scope

	scope, main, types, likened, derived bool // see the parts
}

func newMatch(slots int, near *closeness) *match {
	return &match{parts: make([][numParts]float64, slots), has: make([]float64, slots), near: near}
}

// clear makes it ready for the next document.
func (m *match) clear() {
	clear(m.parts)
	clear(m.has)
	*m = match{parts: m.parts, has: m.has, near: m.near}
}

// count adds the list's current posting to what the document has of the query.
func (m *match) count(l *list, r *Ranking) {
	switch t := l.term; t.part {
	case wholeName:
		m.whole = true
	case joinedName:
		m.joined = max(m.joined, t.weight)
	case scopeName:
		m.scope = true
	case mainName:
		m.main = true
	case typesOnly:
		m.types = true
	case likenedName:
		m.likened = true
	case derivedName:
		m.derived = true
	case peerName:
		m.peer = max(m.peer, t.weight)
	case inStem:
		m.nameWords = l.postings.FieldLen
		fallthrough
	default:
		v := t.weight * r.saturate(t.part, l.postings.Freq, l.postings.FieldLen)
		for _, s := range t.slots {
			m.parts[s][t.part] = max(m.parts[s][t.part], v)
			m.has[s] = max(m.has[s], t.weight)
		}
	}
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
	if m.named() || m.peer > 0 {
		return true
	}
	for _, has := range m.has[:words] {
		if has > 0 {
			return true
		}
	}
	return false
}

// project tells whether it is the main package of a project that has the text's name.
func (m *match) project() bool { return m.scope && m.main }

// named tells whether the text as a whole may be its name.
func (m *match) named() bool { return m.whole || m.joined > 0 || m.project() }

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
