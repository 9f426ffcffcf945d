package search

import (
	"cmp"
	"slices"
	"strings"

	"pkgsearch/index"
)

// readIntent understands what a text wants beside its words: packages like another one, or the best of a
// kind, in which some words say only that a package is wanted.
func (ev *evaluation) readIntent() error {
	if c := ev.query.comparedTo(); c.words != nil {
		own, err := ev.mostUsed(index.FieldJoined, index.Joined(ev.query.Text))
		if err != nil {
			return err
		}
		if !own.found { // else the text is itself a name
			if err := ev.likeAnother(c); err != nil || ev.likeOne != "" {
				return err
			}
		}
	}
	for i := range ev.words {
		if len(ev.words) > 1 && isFiller(ev.words[i].text) {
			ev.words[i].weight = ev.ranking.Filler
		}
	}
	return nil
}

// maxComparedWords is the number of words that the name of a package to be compared with may have.
const maxComparedWords = 6

// comparison is a text that names a package to be compared with, folded.
type comparison struct {
	before, after []string // the name
	words         []string // of the name
}

// with gives the text with another name.
func (c comparison) with(name string) string {
	return strings.Join(slices.Concat(c.before, []string{name}, c.after), " ")
}

// comparedTo takes "x alternative", "alternatives to x", "like x" or "similar to x" apart; it gives no words when
// the text asks nothing of the kind.
func (q *Query) comparedTo() (c comparison) {
	fields := strings.Fields(index.Fold(q.Text))
	if len(q.Phrases) > 0 || len(fields) < 2 {
		return c
	}
	var name []string
	switch first, last := fields[0], fields[len(fields)-1]; {
	case isComparison(last):
		name, c.after = fields[:len(fields)-1], fields[len(fields)-1:]
	case isComparison(first) || first == "like" || first == "similar":
		name = fields[1:]
		if name[0] == "to" || name[0] == "for" {
			name = name[1:]
		}
		c.before = fields[:len(fields)-len(name)]
	}
	words := index.Words(strings.Join(name, " "))
	if len(words) == 0 || len(words) > maxComparedWords {
		return c
	}
	c.words = words
	return c
}

func isComparison(word string) bool {
	switch word {
	case "alternative", "alternatives", "replacement", "replacements":
		return true
	}
	return false
}

// isFiller tells whether a word says that a package is wanted, not which.
func isFiller(w string) bool {
	switch w {
	case "best", "good", "top", "popular", "simple", "easy", "package", "packages", "module", "modules", "library",
		"libraries", "lib", "npm", "node", "nodejs", "js", "javascript", "tool", "tools", "alternative", "alternatives":
		return true
	}
	return false
}

// likeAnother replaces the words by what the named package says of itself and by what its name goes
// together with. It does nothing where there is no such package or it says nothing.
func (ev *evaluation) likeAnother(c comparison) error {
	k, slipped, err := ev.compared(c.words)
	if err != nil || !k.found {
		return err
	}
	own := slices.Clone(c.words)
	for _, t := range index.NameTokens(k.name) {
		own = append(own, t.Text)
	}
	likes, err := ev.kin(own[len(c.words):])
	if err != nil {
		return err
	}
	said, err := ev.profile(k.name, own)
	peers := ev.view.Peers(k.name)
	if err != nil || len(likes)+len(said)+len(peers) == 0 {
		return err
	}
	ev.words, ev.likeOne = append(likes, said...), k.name
	if slipped {
		ev.correction = c.with(k.name)
	}
	ev.addName(likenedName, index.FieldJoined, index.Joined(k.name), 1)
	for _, p := range peers {
		ev.addName(peerName, index.FieldName, index.Fold(p.Name), float64(p.Likeness))
	}
	return nil
}

// compared finds the package of a name or, where nothing has its letters and its words are not familiar ones, the one that
// was meant if a finger slipped.
func (ev *evaluation) compared(words []string) (k known, slipped bool, err error) {
	joined := strings.Join(words, "")
	k, err = ev.mostUsed(index.FieldJoined, joined)
	if err != nil || k.found {
		return k, false, err
	}
	familiar, err := ev.familiar(joined, words)
	if err != nil || familiar {
		return known{}, false, err
	}
	near, err := ev.nearNames(joined, editsFor(joined), known{}, false)
	most := 0.0
	for _, c := range near {
		if c.known.found && c.use() > most {
			k, most = c.known, c.use()
		}
	}
	return k, k.found, err
}

// maxKin bounds the words of a name that are looked for by association.
const maxKin = 4

// kinLimit is the number of packages from which on a word of a name is common and says nothing of it.
const kinLimit = 3000

// kin gives the rarer words of a name, to be looked for by association; a package with such a word in its
// own name belongs to the named one rather than replaces it.
func (ev *evaluation) kin(name []string) ([]wanted, error) {
	var kin []wanted
	for _, w := range name {
		n, err := ev.dictionary.DocFreq(index.FieldWords, w)
		if err != nil {
			return nil, err
		}
		if n >= kinLimit || len(kin) == maxKin {
			continue
		}
		ev.derived = append(ev.derived, w)
		if len(ev.view.Associated(index.Stem(w))) > 0 {
			kin = append(kin, wanted{text: w, weight: ev.ranking.LikeKin, kinOnly: true})
		}
	}
	return kin, nil
}

// Bounds of a profile.
const (
	profileWords = 16 // the rarest
	profileFrom  = 20 // packages that must have a word
)

// profile gives the rarest words by which a package describes itself, without those given.
func (ev *evaluation) profile(name string, without []string) ([]wanted, error) {
	p, err := ev.lookup(name)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, w := range without {
		seen[index.Stem(w)] = true
	}
	type rated struct {
		word string
		df   int
	}
	var all []rated
	for _, w := range index.Words(strings.Join(p.Keywords, " ") + " " + p.Description) {
		stem := index.Stem(w)
		if seen[stem] || len(w) < 2 || index.IsStopWord(w) || isFiller(w) {
			continue
		}
		seen[stem] = true
		df, err := ev.dictionary.DocFreq(index.FieldDescription, stem)
		if err != nil {
			return nil, err
		}
		if df >= profileFrom {
			all = append(all, rated{w, df})
		}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return cmp.Compare(a.df, b.df) })
	var words []wanted
	for _, r := range all[:min(len(all), profileWords)] {
		words = append(words, wanted{text: r.word, weight: 1})
	}
	return words, nil
}
