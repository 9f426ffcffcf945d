package search

import (
	"math"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// part is a place of a package where a word may stand.
type part int

const (
	inName part = iota
	inNameStem
	inTags
	inDescription
	inPeople
	numParts
)

// idf is BM25's inverse document frequency, never negative: ln(1 + (n - df + 0.5) / (df + 0.5)).
func idf(df, n int) float64 {
	df = min(df, n)
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}

// saturate maps a frequency to [0,1): more is better, ever less so, and less in long fields.
func (r *Ranking) saturate(p part, freq, length int) float64 {
	var usual float64
	switch p {
	case inName, inNameStem:
		usual = r.NameLength
	case inTags:
		usual = r.TagsLength
	case inDescription:
		usual = r.DescriptionLength
	default:
		return 1 / (1 + r.K1)
	}
	tf := float64(freq)
	return tf / (tf + r.K1*(1-r.B+r.B*float64(length)/usual))
}

// rank scores a matching document: text relevance times prior. Each part that makes the number is given to
// note, if there is one; the bonuses and words add up to "text", and score = text x prior.
func (ev *evaluation) rank(s *index.Segment, doc uint32, m *match, note func(label string, value float64)) float64 {
	if note == nil {
		note = func(string, float64) {}
	}
	text := 0.0
	add := func(label string, v float64) {
		if v != 0 {
			text += v
			note(label, v)
		}
	}
	if len(ev.query.Words) == 0 {
		add("everything", 1) // nothing to rank by but the prior
	}
	ev.rankWords(m, add)
	if !ev.query.NoExactBoost {
		if m.whole && s.Rank(doc).Flags&store.FlagSecurityHeld == 0 {
			add("exact name", ev.ranking.ExactName)
		}
		if m.joined {
			add("same letters", ev.ranking.JoinedName)
		}
	}
	prior := ev.prior(s, doc)
	note("prior", prior)
	return text * prior
}

// labelsOf names what a word adds by where it stands; made once a query, since there are many documents.
func labelsOf(word string) (labels [numParts]string) {
	for p, place := range [numParts]string{"name: ", "name: ", "keywords: ", "description: ", "people: "} {
		labels[p] = place + word
	}
	return labels
}

// rankWords adds what each word is worth by where it stands and how rare it is, scaled by the share of the
// query that the document has.
func (ev *evaluation) rankWords(m *match, add func(string, float64)) {
	if ev.idfSum == 0 {
		return
	}
	matched, inNames := 0.0, 0
	for i, parts := range m.parts {
		if parts != [numParts]float64{} {
			matched += ev.idf[i]
		}
		if parts[inName] > 0 || parts[inNameStem] > 0 {
			inNames++
		}
	}
	r := ev.ranking
	cover := matched / ev.idfSum
	cover = math.Pow(cover, r.Cover) // lacking a word costs more than its share
	for i, parts := range m.parts {
		share, label := cover*ev.idf[i]/ev.idfSum, &ev.labels[i]
		add(label[inName], share*max(r.Name*parts[inName], r.NameStem*parts[inNameStem]))
		add(label[inTags], share*r.Tags*parts[inTags])
		add(label[inDescription], share*r.Description*parts[inDescription])
		add(label[inPeople], share*r.People*parts[inPeople])
	}
	if inNames == len(m.parts) {
		add("all words in name", r.NameCover)
	}
}
