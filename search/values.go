package search

import (
	"slices"
	"strings"

	"pkgsearch/index"
)

// one is the cost of a kind with a single value.
func one(item) int { return 1 }

// exactly asks for one whole, folded value of an attribute.
func exactly(a Attribute) kind {
	return kind{cost: one, add: func(p *parser, it item) (string, bool) {
		value := it.value
		if a == Scope {
			value = scopeValue(value)
		}
		value = index.Fold(strings.TrimSpace(value))
		f := Filter{Attribute: a, AnyOf: [][]string{{value}}}
		if it.minus {
			f = Filter{Attribute: a, NoneOf: []string{value}}
		}
		p.query.Filters = append(p.query.Filters, f)
		return "", true
	}}
}

func scopeValue(v string) string {
	v = strings.TrimSpace(v)
	if v == "" || strings.EqualFold(v, index.Unscoped) || strings.HasPrefix(v, "@") {
		return v
	}
	return "@" + v
}

// anyOf asks for whole, folded values with "a,b+c,-d". A value that is both wanted and refused is wanted.
func anyOf(a Attribute) kind {
	cost := func(it item) int {
		n := 0
		for _, group := range it.groups(a) {
			n += len(group.all)
		}
		return n
	}
	return kind{lists: true, cost: cost, add: func(p *parser, it item) (string, bool) {
		f := Filter{Attribute: a}
		for _, group := range it.groups(a) {
			switch refused := group.without != it.minus; {
			case !refused:
				f.AnyOf = append(f.AnyOf, group.all)
			case len(group.all) == 1:
				f.NoneOf = append(f.NoneOf, group.all[0])
			default: // each may be there, but not all of them
				p.query.Filters = append(p.query.Filters, Filter{Attribute: a, AnyOf: [][]string{group.all}, Not: true})
			}
		}
		wanted := slices.Concat(f.AnyOf...)
		f.NoneOf = slices.DeleteFunc(f.NoneOf, func(k string) bool { return slices.Contains(wanted, k) })
		if len(f.AnyOf)+len(f.NoneOf) > 0 {
			p.query.Filters = append(p.query.Filters, f)
		}
		return "", true
	}}
}

// valueGroup is one of the comma-separated groups of a list.
type valueGroup struct {
	without bool
	all     []string // folded
}

// groups reads "a,b+c,-d". A group with a plus at its end is one value: "c++".
func (it item) groups(a Attribute) []valueGroup {
	var groups []valueGroup
	for begin, v := range it.list {
		if v.after == '+' {
			continue
		}
		end := begin + 1
		for end < len(it.list) && it.list[end].after == '+' {
			end++
		}
		var all []string
		for _, one := range it.list[begin:end] {
			all = append(all, index.Fold(strings.TrimSpace(one.text)))
		}
		if slices.Contains(all, "") {
			all = []string{strings.Join(all, "+")}
		}
		if all[0] == "" {
			continue
		}
		if a == License {
			all = licenses(all)
		}
		groups = append(groups, valueGroup{v.minus, all})
	}
	return groups
}

// licenses reads each value as the index reads licences: an expression asks for all that stand in it. What names
// none stays, and will not be found.
func licenses(values []string) []string {
	var all []string
	for _, v := range values {
		terms := index.LicenseTerms(v)
		if len(terms) == 0 {
			terms = []string{v}
		}
		all = append(all, terms...)
	}
	return all
}

// wordsIn asks for words side by side in one field, and ranks by them.
func wordsIn(a Attribute) kind {
	return kind{
		cost: func(it item) int { return len(index.Words(it.value)) },
		add: func(p *parser, it item) (string, bool) {
			words := index.Words(it.value)
			if len(words) == 0 || a == InDescription && !slices.ContainsFunc(words, func(w string) bool { return !index.IsStopWord(w) }) {
				return "", true // descriptions are searched without words like "the"
			}
			p.query.Fields = append(p.query.Fields, FieldWords{a, words, it.minus})
			if it.minus {
				return "", true
			}
			if a == InName {
				p.free = append(p.free, it.value)
			} else {
				words = slices.DeleteFunc(slices.Clone(words), index.IsStopWord)
			}
			p.addWords(words, true)
			return "", true
		},
	}
}

// headStart reads boost-exact.
func headStart() kind {
	return kind{
		cost: func(item) int { return 0 },
		add: func(p *parser, it item) (string, bool) {
			p.query.NoExactBoost = truth(it.value) == it.minus
			return "", true
		},
	}
}

// truth reads npms' booleans; whatever it does not know is true.
func truth(v string) bool {
	switch strings.ToLower(v) {
	case "false", "no", "0", "off":
		return false
	}
	return true
}
