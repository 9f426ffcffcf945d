package search

import (
	"math"
	"strings"
	"unicode/utf8"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// rival is the likeliest package to be meant in place of one with the text's own name.
type rival struct {
	name string
	use  float64 // downloads, fewer the less likely it is meant
}

// consider takes a package that is used some ratio more than the one it would replace. likely, in (0,1],
// says how easily a person writes the one name and means the other.
func (v *rival) consider(k known, likely, ratio float64, own store.Rank) bool {
	if !k.found || float64(k.rank.Downloads) < ratio*float64(own.Downloads+1) {
		return false
	}
	if use := float64(k.rank.Downloads) * math.Pow(likely, 5); use > v.use {
		v.name, v.use = k.name, use
	}
	return true
}

// deadRatio is the share of the usual ratio at which a package outdoes a deprecated or held look-alike.
const deadRatio = 0.01

// ratio is how many times more a package must be used than one of the text's name to be the one meant.
func (ev *evaluation) ratio(own store.Rank) float64 {
	if own.Flags&(store.FlagDeprecated|store.FlagSecurityHeld) != 0 {
		return ev.ranking.Lookalike * deadRatio
	}
	return ev.ranking.Lookalike
}

// addRivals looks for far more used packages with nearly the text's name: what was meant, if nothing or a
// look-alike has that very name. The surest kind of likeness that finds one decides.
func (ev *evaluation) addRivals() error {
	joined := index.Joined(ev.query.Text)
	if joined == "" {
		return nil
	}
	forms := ev.query.formsOf(joined, ev.ranking)
	same, err := ev.mostUsed(index.FieldJoined, joined)
	if err != nil {
		return err
	}
	exact, err := ev.mostUsed(index.FieldName, index.Fold(ev.query.Text))
	if err != nil {
		return err
	}
	ev.named = exact
	original := rival{}
	if exact.found && same.name != exact.name {
		original.consider(same, 1, ev.ratio(exact.rank), exact.rank)
	}
	if same.found && original.name == "" {
		err = ev.seekForms(&original, forms, same.rank)
	}
	if err == nil && exact.found && original.name == "" {
		err = ev.seekProjects(&original, append(forms, nameForm{joined, 1}), joined, exact.rank)
	}
	if err == nil && !same.found && !strings.ContainsAny(ev.query.Text, " -") {
		err = ev.takeBare(joined, forms)
	}
	if err == nil && len(ev.query.Words) <= maxNameWords {
		err = ev.seekSlips(&original, joined, same)
	}
	if err != nil {
		return err
	}
	switch {
	case original.name == "":
	case exact.found:
		ev.original, ev.lookalike = original.name, exact.name
		ev.addName(wholeName, index.FieldName, index.Fold(original.name), 1)
	case !same.found:
		ev.correction = original.name
	}
	return ev.holdShellBack(joined, exact)
}

// takeBare takes the package that lacks a "js" or "node" that was typed for the one that was named, as in
// "lamp.js", if nothing has the letters typed and no project has a scope of them.
func (ev *evaluation) takeBare(joined string, forms []nameForm) error {
	scoped, err := ev.dictionary.DocFreq(index.FieldScope, "@"+joined)
	if err != nil || scoped > 0 {
		return err
	}
	named := rival{}
	for _, form := range forms {
		if form.weight < ev.ranking.Bare {
			continue
		}
		k, err := ev.mostUsed(index.FieldJoined, form.joined)
		if err != nil {
			return err
		}
		named.consider(k, form.weight, 0, store.Rank{})
	}
	if named.name != "" {
		ev.addName(wholeName, index.FieldName, index.Fold(named.name), 1)
	}
	return nil
}

// seekForms considers the packages that have the name in another form.
func (ev *evaluation) seekForms(original *rival, forms []nameForm, own store.Rank) error {
	for _, form := range forms {
		k, err := ev.mostUsed(index.FieldJoined, form.joined)
		if err != nil {
			return err
		}
		original.consider(k, 1, ev.ratio(own), own)
	}
	return nil
}

// seekProjects considers the main packages of projects whose scope has the name: a scope is taken once and
// belongs to one owner, so half the ratio is enough.
func (ev *evaluation) seekProjects(original *rival, forms []nameForm, joined string, own store.Rank) error {
	for _, form := range forms {
		for _, main := range append(mainNames(), joined) {
			k, err := ev.mostUsed(index.FieldName, "@"+form.joined+"/"+main)
			if err != nil {
				return err
			}
			original.consider(k, 1, ev.ratio(own)/2, own)
		}
	}
	return nil
}

// shortName is the length below which a name with a slip is likelier another name.
const shortName = 6

// maxNameWords is the number of words from which on a text is no name with a slip in it.
const maxNameWords = 5

// seekSlips looks for names a few slips away: all of them where nothing has the text's letters, else only
// such as are so much more used that the text's own name can hardly be meant.
func (ev *evaluation) seekSlips(original *rival, joined string, same known) error {
	edits, doubt, settled := editsFor(joined), 1.0, original.name != ""
	if same.found {
		edits = min(edits, 1) // names two slips apart are names of their own, and so are short ones one slip apart
		if utf8.RuneCountInString(joined) < shortName {
			edits = 0
		}
	}
	familiar, err := ev.familiar(joined, ev.query.Words)
	if err != nil {
		return err
	}
	if familiar {
		doubt = ev.ranking.NearKnown
	}
	near, err := ev.nearNames(joined, edits, same, settled)
	if err != nil {
		return err
	}
	for _, form := range near {
		k, likely := form.known, form.likely
		weight, ratio := ev.ranking.Near*likely, 0.0
		if same.found {
			ratio = ev.ratio(same.rank) / math.Pow(2*likely, 5) // in full for one usual slip
		} else {
			weight *= doubt
		}
		if k.found && !(settled || same.found && !original.consider(k, likely, ratio, same.rank)) {
			ev.addName(joinedName, index.FieldJoined, form.word, weight)
			if !same.found && !familiar {
				original.consider(k, likely, 0, same.rank)
			}
		}
	}
	return nil
}

// familiar tells whether a name is a project's scope or made of words that packages use: then it hardly is a slip.
func (ev *evaluation) familiar(joined string, words []string) (bool, error) {
	n, err := ev.dictionary.DocFreq(index.FieldScope, "@"+joined)
	if err != nil || n >= familiarScope {
		return true, err
	}
	for _, w := range words {
		if n, err = ev.frequency(w); err != nil || n < familiarWord {
			return false, err
		}
	}
	return true, nil
}

// Numbers of packages that must use a scope or word before it is familiar.
const (
	familiarScope = 3
	familiarWord  = 5
)
