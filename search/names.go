package search

import (
	"slices"
	"strings"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// nameForms lists the other ways in which people write a project's name of these letters: with or without
// the "js", "node" and "css" that packages bear.
func nameForms(joined string) []string {
	var forms []string
	add := func(s string) {
		if len(s) >= 2 && s != joined && !slices.Contains(forms, s) {
			forms = append(forms, s)
		}
	}
	for _, affix := range []string{"js", "node", "css"} {
		bare, found := strings.CutSuffix(joined, affix)
		if found {
			add(bare)
		} else {
			add(joined + affix)
		}
	}
	for _, affix := range []string{"node", "js"} {
		bare, found := strings.CutPrefix(joined, affix)
		if found {
			add(bare)
		} else if affix == "node" {
			add(affix + joined)
		}
	}
	return forms
}

// mainNames are the last parts of the names under which a project with a scope publishes its main package.
func mainNames() []string { return []string{"core", "cli", "client"} }

// addNames looks for the whole text as the name of a package or project.
func (ev *evaluation) addNames() error {
	if ev.query.Text == "" {
		return nil
	}
	ev.addName(wholeName, index.FieldName, index.Fold(ev.query.Text), 1)
	joined := index.Joined(ev.query.Text)
	if joined == "" {
		return nil
	}
	r := ev.ranking
	forms := nameForms(joined)
	if owner, rest, found := strings.Cut(ev.query.Text, "/"); found && !strings.HasPrefix(owner, "@") { // a repository
		forms = append(forms, index.Joined(rest))
	}
	if n := len(ev.query.Words); n > 1 && strings.Trim(ev.query.Words[n-1], "0123456789") == "" { // a version
		bare := strings.TrimSuffix(joined, ev.query.Words[n-1])
		forms = append(append(forms, bare), nameForms(bare)...)
	}
	ev.addName(joinedName, index.FieldJoined, joined, 1)
	ev.addName(joinedName, index.FieldBase, joined, r.Base)
	ev.addName(scopeName, index.FieldScope, "@"+joined, 1)
	ev.addName(mainName, index.FieldBase, joined, 1)
	for _, form := range forms {
		ev.addName(joinedName, index.FieldJoined, form, r.Affix)
		ev.addName(joinedName, index.FieldBase, form, r.Affix*r.Base)
		ev.addName(scopeName, index.FieldScope, "@"+form, 1)
		ev.addName(mainName, index.FieldBase, form, 1)
	}
	if len(ev.query.Words) > 1 {
		ev.addName(scopeName, index.FieldScope, "@"+strings.Join(ev.query.Words, "-"), 1)
	}
	for _, main := range mainNames() {
		ev.addName(mainName, index.FieldBase, main, 1)
	}
	return ev.addRivals(joined, forms)
}

func (ev *evaluation) addName(p part, field, text string, weight float64) {
	ev.terms = append(ev.terms, term{field: field, text: text, part: p, weight: weight})
}

// known tells whether the text is made of words that packages use, or is a project's scope.
func (ev *evaluation) known(joined string) (bool, error) {
	n, err := ev.view.DocFreq(index.FieldScope, "@"+joined)
	if err != nil || n > 2 {
		return true, err
	}
	for _, w := range ev.query.Words {
		if n, err = ev.frequency(w); err != nil || n < knownFrom {
			return false, err
		}
	}
	return true, nil
}

// knownFrom is the number of packages that must use a word before it is no slip.
const knownFrom = 5

// maxNameWords is the number of words from which on a text is no name with a slip in it.
const maxNameWords = 5

// addRivals looks for far more used packages with nearly the text's name: what was meant, if nothing or a
// look-alike has that very name.
func (ev *evaluation) addRivals(joined string, forms []string) error {
	exact, exactRank, hasExact, err := ev.view.MostUsed(index.FieldName, index.Fold(ev.query.Text))
	if err != nil {
		return err
	}
	same, sameRank, hasSame, err := ev.view.MostUsed(index.FieldJoined, joined)
	if err != nil {
		return err
	}
	r := ev.ranking
	var best rival
	if hasExact && same != exact {
		best.consider(same, sameRank, 1, r.Lookalike, exactRank)
	}
	for _, form := range forms {
		name, rank, ok, err := ev.view.MostUsed(index.FieldJoined, form)
		if err != nil {
			return err
		}
		if ok {
			best.consider(name, rank, 0.9, r.Lookalike, sameRank)
		}
	}
	if hasExact {
		for _, form := range append([]string{joined}, forms...) {
			for _, main := range append([]string{joined}, mainNames()...) {
				name, rank, ok, err := ev.view.MostUsed(index.FieldName, "@"+form+"/"+main)
				if err != nil {
					return err
				}
				if ok {
					best.consider(name, rank, 0.5, r.Lookalike/2, exactRank)
				}
			}
		}
	}
	if len(ev.query.Words) <= maxNameWords {
		edits := editsFor(joined)
		if hasSame {
			edits = min(edits, 1) // names two slips apart are names of their own
		}
		doubt := 1.0
		if known, err := ev.known(joined); err != nil {
			return err
		} else if known {
			doubt = r.NearKnown
		}
		near, err := ev.view.Near(index.FieldJoined, joined, edits)
		if err != nil {
			return err
		}
		for _, form := range near {
			name, rank, ok, err := ev.view.MostUsed(index.FieldJoined, form)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			likely := likeness(joined, form)
			if !hasSame {
				ev.addName(joinedName, index.FieldJoined, form, doubt*r.Near*likely)
			} else if best.consider(name, rank, likely, r.Lookalike/pow5(2*likely), sameRank) {
				ev.addName(joinedName, index.FieldJoined, form, r.Near*likely)
			}
		}
	}
	if hasExact && best.name != "" {
		ev.original, ev.lookalike = best.name, exact
		ev.addName(wholeName, index.FieldName, index.Fold(best.name), 1)
	}
	return nil
}

func pow5(x float64) float64 { return x * x * x * x * x }

// rival is the likeliest package to be meant in place of one with the text's own name.
type rival struct {
	name string
	use  float64
}

// consider takes a package that is used so many times more than the other; likely says how easily one
// name is taken for the other.
func (v *rival) consider(name string, rank store.Rank, likely, ratio float64, other store.Rank) bool {
	if float64(rank.Downloads) < ratio*float64(other.Downloads+1) {
		return false
	}
	if use := float64(rank.Downloads) * pow5(likely); use > v.use {
		v.name, v.use = name, use
	}
	return true
}

// editsFor is the number of slips that a word of some length may hold.
func editsFor(word string) int {
	switch n := len(word); {
	case n >= 7:
		return 2
	case n >= 4:
		return 1
	}
	return 0
}
