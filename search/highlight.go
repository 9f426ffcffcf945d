package search

import (
	"slices"
	"strings"
	"unicode/utf16"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Highlight is a stretch of text: where it begins and how long it is, in UTF-16 code units, which is how JavaScript, Java and others
// count.
type Highlight [2]int

// Highlights are where words of the query stand in what a hit shows: ascending, apart from each other, and inside
// the text.
type Highlights struct {
	Name        []Highlight   `json:"name"`
	Description []Highlight   `json:"description"`
	Keywords    [][]Highlight `json:"keywords"` // of each keyword
}

// sought is what is highlighted: words as the index compares them.
type sought struct {
	words  map[string]bool // as typed, and neighbours written as one
	stems  map[string]bool // of words that are looked for in running text, too
	joined string          // letters and digits of the text as a whole
}

func soughtBy(q Query) sought {
	s := sought{words: map[string]bool{}, stems: map[string]bool{}, joined: index.Joined(q.Text)}
	for i, w := range q.Words {
		s.words[w] = true
		if !index.IsStopWord(w) {
			s.stems[index.Stem(w)] = true
		}
		if i > 0 {
			both := q.Words[i-1] + w
			s.words[both], s.stems[index.Stem(both)] = true, true
		}
	}
	return s
}

// highlight finds the words in the packages of a page.
func (s sought) highlight(hits []Hit) {
	for i := range hits {
		hits[i].Highlights = s.in(&hits[i].Package)
	}
}

func (s sought) in(p *store.Package) *Highlights {
	h := &Highlights{Name: s.inName(p.Name), Description: s.inText(p.Description), Keywords: make([][]Highlight, len(p.Keywords))}
	for i, k := range p.Keywords {
		h.Keywords[i] = s.inText(k)
	}
	return h
}

// inName looks for words and stems in the name; a name of the same letters as the text is found whole.
func (s sought) inName(name string) []Highlight {
	base := 0
	if at := strings.IndexByte(name, '/'); at >= 0 && strings.HasPrefix(name, "@") {
		base = at + 1
	}
	var found []index.Located
	for _, from := range []int{0, base} {
		if s.joined != "" && index.Joined(name[from:]) == s.joined {
			found = append(found, index.Located{From: from, To: len(name)})
		}
	}
	for _, token := range index.LocateName(name) {
		if s.words[token.Text] || s.stems[index.Stem(token.Text)] {
			found = append(found, token)
		}
	}
	return highlights(name, found)
}

// inText looks for stems in running text.
func (s sought) inText(text string) []Highlight {
	found := index.LocateWords(text)
	found = slices.DeleteFunc(found, func(w index.Located) bool {
		return index.IsStopWord(w.Text) || !s.stems[index.Stem(w.Text)]
	})
	return highlights(text, found)
}

// highlights joins what overlaps or touches, and counts in UTF-16.
func highlights(text string, found []index.Located) []Highlight {
	slices.SortFunc(found, func(a, b index.Located) int { return a.From - b.From })
	all := []Highlight{}
	at, units := 0, 0 // a place in the text, in bytes and in code units
	advance := func(to int) int {
		for _, r := range text[at:to] {
			units += utf16.RuneLen(r)
		}
		at = to
		return units
	}
	for len(found) > 0 {
		from, to := found[0].From, found[0].To
		for len(found) > 0 && found[0].From <= to {
			to = max(to, found[0].To)
			found = found[1:]
		}
		begin := advance(from)
		all = append(all, Highlight{begin, advance(to) - begin})
	}
	return all
}
