package search

import (
	"cmp"
	"math"
	"slices"
)

// bounds tells how good a document can be at most, from what its posting lists can have at most.
type bounds struct {
	ev     *evaluation
	drive  []*driver
	others []*unit   // of groups, which find no documents by themselves
	states []ceiling // of the first k drivers together
	text   []float64 // what a document that has nothing but the first k drivers is worth at most
	factor float64   // the most that everything but the text, nearness and the prior makes of a score
	full   float64   // the most that a text can be worth of which all words are there
	pairs  [][2]int  // neighbouring words whose nearness counts
	had    ceiling   // of one document
}

// driver is a posting list that finds documents.
type driver struct {
	*unit
	stands  []stand
	promise float64
}

// stand is the most that a driver can do for a word.
type stand struct {
	word  int
	has   float64
	worth [numParts]float64
	group bool // together with the other words of a group
}

// ceiling is the most that some lists can do for each word.
type ceiling struct {
	has   []float64
	worth [][numParts]float64
}

func newCeiling(words int) ceiling {
	return ceiling{make([]float64, words), make([][numParts]float64, words)}
}

func (c *ceiling) raise(s *stand) {
	c.has[s.word] = max(c.has[s.word], s.has)
	for p, v := range s.worth {
		c.worth[s.word][p] = max(c.worth[s.word][p], v)
	}
}

// slack makes up for the rounding of bounds, which add in another order than scores, and of priors.
const slack = 1 + 1e-6

// newBounds puts the lists in order: the least promising first, which soon need not be asked for documents.
func (r *reading) newBounds() *bounds {
	ev := r.ev
	b := &bounds{ev: ev, had: newCeiling(len(ev.words))}
	b.factor = slack * max(1, ev.ranking.Types) * max(1, ev.ranking.Scoped)
	if ev.likeOne != "" {
		b.factor *= max(1, ev.ranking.LikeDerived)
	}
	if r.near != nil {
		for i := 1; i < len(r.near.words); i++ {
			b.pairs = append(b.pairs, [2]int{r.near.words[i-1], r.near.words[i]})
		}
	}
	r.addDrivers(b)
	for _, d := range b.drive {
		for _, s := range d.stands {
			d.promise = max(d.promise, ev.idf[s.word]*s.has)
		}
	}
	slices.SortStableFunc(b.drive, func(a, b *driver) int {
		return cmp.Or(cmp.Compare(a.promise, b.promise), cmp.Compare(b.Len(), a.Len()))
	})
	c := newCeiling(len(ev.words))
	for k := 0; ; k++ {
		b.states = append(b.states, ceiling{slices.Clone(c.has), slices.Clone(c.worth)})
		b.text = append(b.text, b.most(&b.states[k]))
		if k == len(b.drive) {
			b.full = b.worth(&b.states[k])
			return b
		}
		for i := range b.drive[k].stands {
			c.raise(&b.drive[k].stands[i])
		}
	}
}

// addDrivers takes the lists of the query's own words, and of each group those of its rarest word: without it, the
// others are worth nothing.
func (r *reading) addDrivers(b *bounds) {
	for i := range r.units {
		u := &r.units[i]
		most := u.Most()
		d := &driver{unit: u}
		for _, slot := range u.term.slots {
			if slot < len(r.ev.words) {
				s := stand{word: slot, has: u.term.weight}
				r.ev.ranking.worth(&s.worth, u.term, &most)
				d.stands = append(d.stands, s)
			}
		}
		if len(d.stands) > 0 {
			b.drive = append(b.drive, d)
		}
	}
	for _, g := range r.ev.groups {
		rarest, least := 0, math.MaxInt
		var worth [numParts]float64
		for _, slot := range g.slots {
			total := 0
			for i := range r.units {
				if u := &r.units[i]; slices.Contains(u.term.slots, slot) {
					total += u.Len()
					most := u.Most()
					var w [numParts]float64
					r.ev.ranking.worth(&w, u.term, &most)
					for p, v := range w {
						worth[p] = max(worth[p], g.weight*v)
					}
				}
			}
			if total < least {
				rarest, least = slot, total
			}
		}
		for i := range r.units {
			u := &r.units[i]
			if !slices.Contains(u.term.slots, rarest) {
				if slices.ContainsFunc(u.term.slots, func(s int) bool { return slices.Contains(g.slots, s) }) {
					b.others = append(b.others, u)
				}
				continue
			}
			d := &driver{unit: u}
			for _, c := range g.covers {
				d.stands = append(d.stands, stand{word: c, has: g.weight, worth: worth, group: true})
			}
			b.drive = append(b.drive, d)
		}
	}
}

// told is the most words of the query that a description can have; words of groups count whether or not the group is
// complete.
func (b *bounds) told(c *ceiling) float64 {
	n := b.ev.slots - len(b.ev.words)
	for i := range c.has {
		if c.worth[i][inProse] > 0 {
			n++
		}
	}
	return float64(n)
}

// most is what a document is worth at most, prior and all that does not come of words aside, that has of each word
// what a ceiling has.
func (b *bounds) most(c *ceiling) float64 {
	if b.ev.idfSum == 0 {
		return 0
	}
	return math.Pow(b.matched(c)/b.ev.idfSum, b.ev.cover) * b.worth(c)
}

// matched is how much of the text can be there, in the units of idf.
func (b *bounds) matched(c *ceiling) float64 {
	sum := 0.0
	for i, idf := range b.ev.idf {
		sum += idf * c.has[i]
	}
	return sum
}

// worth is what can be made at most of what is matched.
func (b *bounds) worth(c *ceiling) float64 {
	ev, r := b.ev, b.ev.ranking
	named, text, anyInName := 0.0, 0.0, false
	for i, idf := range ev.idf {
		w := &c.worth[i]
		if w[inStem] > 0 {
			named, anyInName = named+idf, true
		}
		text += idf * (max(max(r.Name, r.Scope)*w[inName], r.NameStem*w[inStem]) + r.Tags*w[inTags] +
			r.Description*w[inProse] + r.Lead*w[inLead] + r.People*w[inPeople])
	}
	most := (text+r.NameCover*named)/ev.idfSum + r.AllWords
	if ev.detail > 0 {
		if anyInName {
			most += ev.detail * r.NameShare
		}
		most += ev.detail * r.TextShare * shareOf(b.told(c), minDescription, minDescription)
	}
	if len(b.pairs) > 0 {
		most *= 1 + r.Proximity*b.near(c)
	}
	return most
}

// near is the share of the pairs of which both words can stand in the same document.
func (b *bounds) near(c *ceiling) float64 {
	n := 0
	for _, p := range b.pairs {
		if c.has[p[0]] > 0 && c.has[p[1]] > 0 {
			n++
		}
	}
	return float64(n) / float64(len(b.pairs))
}
