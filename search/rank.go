package search

import (
	"bytes"
	"math"

	"pkgsearch/index/store"
)

// part is a place of a package where a word may stand.
type part int

const (
	inName   part = iota // in the whole name, scope included
	inStem               // its stem, in the name without the scope
	inTags               // in a keyword
	inProse              // in the description
	inLead               // in its first words
	inPeople             // in the name of author, publisher or maintainer
	numParts
)

// idf is BM25's inverse document frequency, never negative: ln(1 + (n - df + 0.5) / (df + 0.5)).
func idf(df, n int) float64 {
	df = min(df, n)
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}

// saturate maps a frequency to [0,1): more is better, ever less so, and less in long fields.
func (r *Ranking) saturate(p part, freq, length uint32) float64 {
	var usual float64
	switch p {
	case inName, inStem:
		usual = r.NameLength
	case inTags:
		usual = r.TagsLength
	case inProse:
		usual = r.DescriptionLength
	default:
		return 1 / (1 + r.K1)
	}
	tf := float64(freq)
	return tf / (tf + r.K1*(1-r.B+r.B*float64(length)/usual))
}

// noter takes the parts of an explanation in order; nil explains nothing.
type noter func(Part)

func (n noter) add(label string, v float64) {
	if n != nil && v != 0 {
		n(Part{Label: label, Value: v})
	}
}

func (n noter) times(label string, v float64) {
	if n != nil && v != 1 {
		n(Part{Label: label, Value: v, Factor: true})
	}
}

// rank scores the document that was read last, which matches:
//
//	score = text x prior^exponent x nearness + peer + exact name
//
// A score that cannot reach the floor need not be exact. Each part goes to note.
func (r *reading) rank(doc uint32, floor float64, note noter) float64 {
	ev, text := r.ev, 0.0
	add := func(label string, v float64) {
		text += v
		note.add(label, v)
	}
	if len(ev.words) == 0 {
		add("everything", 1) // nothing to rank by but the prior
	}
	r.rankWords(add)
	r.rankName(doc, add)
	prior := r.weighPrior(doc)
	note.times("prior", prior)
	score := text * prior
	if r.near != nil && (r.whole || r.peer > 0 || score*(1+ev.ranking.Proximity) >= floor) { // what is added later may be above any floor
		near := 1 + ev.ranking.Proximity*r.near.of(r.s.Name(doc), doc, r.has)
		note.times("near each other", near)
		score *= near
	}
	if r.peer > 0 {
		peer := r.weighPeer(doc)
		note.add("peer of "+ev.likeOne, peer)
		score += peer
	}
	if r.whole && ev.shell != "" && r.s.Name(doc) == ev.shell {
		note.add("says nothing of itself", ev.shellScore-score)
		return ev.shellScore
	}
	if r.whole && !ev.query.NoExactBoost && r.s.Rank(doc).Flags&store.FlagSecurityHeld == 0 {
		note.add("exact name", exactName)
		score += exactName
		if ev.inTypedCase(r.s.NameBytes(doc), r.s.Rank(doc)) {
			note.add("in the case typed", typedCase)
			score += typedCase
		}
		if r.s.Name(doc) == ev.original {
			note.add("original", exactName)
			score += exactName
		}
	}
	return score
}

// weighPrior is the query-independent factor, which counts the less the more a query says.
func (r *reading) weighPrior(doc uint32) float64 {
	ev, name := r.ev, r.s.NameBytes(doc)
	prior := math.Pow(ev.prior(r.s, doc), ev.exponent)
	if name[0] == '@' {
		if !ev.typesAsked && isTypes(name) {
			prior *= ev.ranking.Types
		}
		if !r.scopeAsked && !r.byName() {
			prior *= ev.ranking.Scoped
		}
	}
	if ev.likeOne != "" {
		if r.isDerived(doc) {
			prior *= ev.ranking.LikeDerived
		}
		parts := 1 + bytes.Count(name, []byte("-"))
		prior /= math.Pow(float64(parts), ev.ranking.LikeShort) // main packages have short names, those around them long ones
	}
	return prior
}

// isTypes tells whether a package holds the type declarations of another one.
func isTypes(name []byte) bool {
	const scope = "@types/"
	return len(name) > len(scope) && bytes.EqualFold(name[:len(scope)], []byte(scope))
}

// weighPeer is what being spoken of as the named package is worth, at most LikePeer.
func (r *reading) weighPeer(doc uint32) float64 {
	ev := r.ev
	worth := ev.ranking.LikePeer * r.peer * math.Pow(ev.prior(r.s, doc), ev.ranking.PeerPrior*ev.query.Weighing.effect())
	if r.isDerived(doc) {
		worth *= ev.ranking.LikeDerived
	}
	return worth
}

// exactName is added for the package of that very name, whatever its prior: more than words and bonuses
// can ever make.
const exactName = 1000

// typedCase is added besides for a name whose capital letters the text has too, before others that differ in them; the
// original of a look-alike stays before both.
const typedCase = exactName / 2

// rankName adds what the name as a whole is worth.
func (r *reading) rankName(doc uint32, add func(string, float64)) {
	if r.ev.query.NoExactBoost {
		return
	}
	if r.joined > 0 {
		v := r.joined * r.ev.ranking.JoinedName
		if r.s.NameBytes(doc)[0] == '@' {
			v *= r.ev.ranking.ScopedName
		}
		add("same letters", v)
	}
	if r.project {
		add("project", r.ev.ranking.Project)
	}
}

// labelsOf names what a word adds by where it stands; made once a query, since there are many documents.
func labelsOf(word string) (labels [numParts]string) {
	for p, place := range [numParts]string{"name: ", "name: ", "keywords: ", "description: ", "lead: ", "people: "} {
		labels[p] = place + word
	}
	return labels
}

// rankWords adds what each word is worth by where it stands and how rare it is, scaled by the share of the
// query that the document has.
func (r *reading) rankWords(add func(string, float64)) {
	ev, m, by := r.ev, r.match, r.ev.ranking
	if ev.idfSum == 0 {
		return
	}
	matched, named, words := 0.0, 0.0, 0.0
	for i, idf := range ev.idf {
		matched += idf * m.has[i]
		if m.parts[i][inStem] > 0 {
			named += idf
			words++
		} else if m.parts[i][inName] > 0 {
			m.scopeAsked = true
		}
	}
	cover := math.Pow(matched/ev.idfSum, ev.cover) // lacking a word costs more than its share
	for i, idf := range ev.idf {
		share, parts, labels := cover*idf/ev.idfSum, &m.parts[i], &ev.labels[i]
		add(labels[inName], share*by.nameWorth(parts))
		add(labels[inTags], share*by.Tags*parts[inTags])
		add(labels[inProse], share*by.Description*parts[inProse])
		add(labels[inLead], share*by.Lead*parts[inLead])
		add(labels[inPeople], share*by.People*parts[inPeople])
	}
	add("all words", cover*by.AllWords)
	if words > 0 {
		add("whole name", cover*by.NameCover*named/ev.idfSum*min(1, words/float64(m.nameWords)))
	}
	if ev.detail > 0 {
		add("name covered", cover*ev.detail*by.NameShare*shareOf(words, m.nameWords, 1))
		add("description covered", cover*ev.detail*by.TextShare*shareOf(m.toldWords(), m.textWords, minDescription))
	}
}

// nameWorth is what a word is worth in the name: as it stands, as its stem, or in the scope alone.
func (r *Ranking) nameWorth(parts *[numParts]float64) float64 {
	switch {
	case parts[inStem] == 0:
		return r.Scope * parts[inName]
	case parts[inName] == 0:
		return r.NameStem * parts[inStem]
	}
	return max(r.Name*parts[inName], r.NameStem*parts[inStem])
}
