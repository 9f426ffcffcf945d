package search

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// nameForm is letters and digits that the name meant may have, and how surely.
type nameForm struct {
	joined string
	weight float64
}

// nameForms lists the other ways in which people write the name of a project of these letters: with or
// without the "js", "node" and "css" that packages bear. Leaving one out is likelier meant than adding one.
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
	if bare, found := strings.CutSuffix(joined, "ts"); found {
		add(bare, r.Bare)
	}
	add(joined+"core", r.Affix)
	for _, affix := range []string{"node", "js"} {
		if bare, found := strings.CutPrefix(joined, affix); found {
			add(bare, r.Bare)
		} else if affix == "node" {
			add(affix+joined, r.Affix)
		}
	}
	return forms
}

// minBare is the least length of what is left of a text without the version at its end.
const minBare = 3

// formsOf adds what only a whole text shows: a repository "owner/name", a version at the end, two words in
// the other order.
func (q *Query) formsOf(joined string, r *Ranking) []nameForm {
	forms := nameForms(joined, r)
	if owner, rest, found := strings.Cut(q.Text, "/"); found && !strings.HasPrefix(owner, "@") {
		forms = append(forms, nameForm{index.Joined(rest), r.Bare})
	}
	if n := len(q.Words); n > 1 && strings.Trim(q.Words[n-1], "0123456789") == "" {
		bare := strings.TrimSuffix(joined, q.Words[n-1])
		if len(bare) < minBare {
			return forms
		}
		forms = append(append(forms, nameForm{bare, r.Bare}), nameForms(bare, r)...)
	}
	if len(q.Words) == 2 {
		forms = append(forms, nameForm{q.Words[1] + q.Words[0], r.Affix})
	}
	return forms
}

// mainNames are the last parts of the names under which projects with a scope publish their main package.
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
	same, err := ev.mostUsed(index.FieldJoined, joined)
	if err != nil {
		return err
	}
	ev.addForm(nameForm{joined, 1})
	for _, f := range ev.query.formsOf(joined, ev.ranking) {
		if same.found {
			f.weight = min(f.weight, ev.ranking.Affix)
		}
		ev.addForm(f)
	}
	if len(ev.query.Words) > 1 {
		ev.addName(scopeName, index.FieldScope, "@"+strings.Join(ev.query.Words, "-"), 1)
	}
	for _, main := range mainNames() {
		ev.addName(mainName, index.FieldBase, main, 1)
	}
	return nil
}

// inTypedCase tells whether a name is the text to the letter and has capitals, which nobody types by accident, and is not outdone by
// one of other case as look-alikes are.
func (ev *evaluation) inTypedCase(name []byte, own store.Rank) bool {
	if string(name) != ev.query.Text || !bytes.ContainsFunc(name, unicode.IsUpper) {
		return false
	}
	folded := rival{}
	return !folded.consider(ev.named, 1, ev.ratio(own), own) || ev.named.name == string(name)
}

// addForm looks for letters as a name, as one under any scope, and as a scope with its main packages.
func (ev *evaluation) addForm(f nameForm) {
	ev.addName(joinedName, index.FieldJoined, f.joined, f.weight)
	ev.addName(joinedName, index.FieldBase, f.joined, f.weight*ev.ranking.Base)
	ev.addName(scopeName, index.FieldScope, "@"+f.joined, 1)
	ev.addName(mainName, index.FieldBase, f.joined, 1)
}

func (ev *evaluation) addName(p part, field, text string, weight float64) {
	if weight > 0 || p != joinedName {
		ev.names = append(ev.names, nameTerm{p, field, text, weight})
	}
}

// known is a package that goes by some name.
type known struct {
	name  string
	rank  store.Rank
	found bool
}

func (ev *evaluation) mostUsed(field, text string) (k known, err error) {
	if scope, _, scoped := strings.Cut(text, "/"); scoped && field == index.FieldName {
		if n, err := ev.dictionary.DocFreq(index.FieldScope, scope); err != nil || n == 0 {
			return k, err // one question for all names of a scope
		}
	}
	u, err := ev.dictionary.MostUsed(field, text)
	return known{u.Name, u.Rank, u.Found}, err
}
