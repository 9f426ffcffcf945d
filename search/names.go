package search

import (
	"slices"
	"strings"

	"pkgsearch/index"
	"pkgsearch/index/slip"
	"pkgsearch/index/store"
)

// nameForms lists the other ways in which people write a project's name of these letters: with or without
// the "js", "node" and "css" that packages bear. Leaving one out is likelier meant than putting one in.
func nameForms(joined string, r *Ranking) []nameForm {
	var forms []nameForm
	add := func(s string, weight float64) {
		if len(s) >= 2 && s != joined && !slices.ContainsFunc(forms, func(f nameForm) bool { return f.joined == s }) {
			forms = append(forms, nameForm{s, weight})
		}
	}
	for _, affix := range []string{"js", "node", "css"} {
		if bare, found := strings.CutSuffix(joined, affix); found {
			add(bare, r.Bare)
		} else {
			add(joined+affix, r.Affix)
		}
	}
	for _, affix := range []string{"node", "js"} {
		if bare, found := strings.CutPrefix(joined, affix); found {
			add(bare, r.Bare)
		} else if affix == "node" {
			add(affix+joined, r.Affix)
		}
	}
	return forms
}

// nameForm is letters and digits that a name may have, and how surely they are meant.
type nameForm struct {
	joined string
	weight float64
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
	forms := nameForms(joined, r)
	if owner, rest, found := strings.Cut(ev.query.Text, "/"); found && !strings.HasPrefix(owner, "@") { // a repository
		forms = append(forms, nameForm{index.Joined(rest), r.Bare})
	}
	if n := len(ev.query.Words); n > 1 && strings.Trim(ev.query.Words[n-1], "0123456789") == "" { // a version
		bare := strings.TrimSuffix(joined, ev.query.Words[n-1])
		forms = append(append(forms, nameForm{bare, r.Bare}), nameForms(bare, r)...)
	}
	if w := ev.query.Words; len(w) == 2 {
		forms = append(forms, nameForm{w[1] + w[0], r.Affix})
	}
	ev.addName(joinedName, index.FieldJoined, joined, 1)
	ev.addName(joinedName, index.FieldBase, joined, r.Base)
	ev.addName(scopeName, index.FieldScope, "@"+joined, 1)
	ev.addName(mainName, index.FieldBase, joined, 1)
	_, _, hasSame, err := ev.view.MostUsed(index.FieldJoined, joined)
	if err != nil {
		return err
	}
	for _, form := range forms {
		if hasSame {
			form.weight = min(form.weight, r.Affix)
		}
		ev.addName(joinedName, index.FieldJoined, form.joined, form.weight)
		ev.addName(joinedName, index.FieldBase, form.joined, form.weight*r.Base)
		ev.addName(scopeName, index.FieldScope, "@"+form.joined, 1)
		ev.addName(mainName, index.FieldBase, form.joined, 1)
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
func (ev *evaluation) addRivals(joined string, forms []nameForm) error {
	exact, exactRank, hasExact, err := ev.view.MostUsed(index.FieldName, index.Fold(ev.query.Text))
	if err != nil {
		return err
	}
	same, sameRank, hasSame, err := ev.view.MostUsed(index.FieldJoined, joined)
	if err != nil {
		return err
	}
	original := rival{}
	if hasExact && same != exact {
		original.consider(same, sameRank, 1, ev.ranking.Lookalike, exactRank)
	}
	if hasSame {
		if err := ev.seekForms(&original, joined, forms, hasExact, sameRank); err != nil {
			return err
		}
	}
	if len(ev.query.Words) <= maxNameWords {
		if err := ev.seekSlips(&original, joined, hasSame, sameRank); err != nil {
			return err
		}
	}
	if hasExact && original.name != "" {
		ev.original, ev.lookalike = original.name, exact
		ev.addName(wholeName, index.FieldName, index.Fold(original.name), 1)
	}
	return nil
}

// seekForms considers the packages that have the name in another form, and then the main packages of
// projects of that name.
func (ev *evaluation) seekForms(original *rival, joined string, forms []nameForm, hasExact bool, own store.Rank) error {
	if original.name != "" {
		return nil
	}
	for _, form := range forms {
		name, rank, ok, err := ev.view.MostUsed(index.FieldJoined, form.joined)
		if err != nil {
			return err
		}
		if ok {
			original.consider(name, rank, 1, ev.ranking.Lookalike, own)
		}
	}
	if original.name != "" || !hasExact {
		return nil
	}
	for _, form := range append([]nameForm{{joined, 1}}, forms...) {
		for _, main := range append([]string{joined}, mainNames()...) {
			name, rank, ok, err := ev.view.MostUsed(index.FieldName, "@"+form.joined+"/"+main)
			if err != nil {
				return err
			}
			if ok {
				original.consider(name, rank, 1, ev.ranking.Lookalike/2, own)
			}
		}
	}
	return nil
}

// seekSlips looks for names a few slips away: all of them where nothing has the text's letters, else only
// such as are so much more used that the text's own name can hardly be meant.
func (ev *evaluation) seekSlips(original *rival, joined string, hasSame bool, own store.Rank) error {
	r := ev.ranking
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
	settled := original.name != ""
	for _, form := range near {
		likely := slip.Likeness(joined, form)
		if !hasSame {
			ev.addName(joinedName, index.FieldJoined, form, doubt*r.Near*likely)
			continue
		}
		name, rank, ok, err := ev.view.MostUsed(index.FieldJoined, form)
		if err != nil {
			return err
		}
		if ok && !settled && original.consider(name, rank, likely, r.Lookalike/pow5(2*likely), own) {
			ev.addName(joinedName, index.FieldJoined, form, r.Near*likely)
		}
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
