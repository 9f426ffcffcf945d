package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Parse reads the query language. Every text has a meaning except one that breaks a limit, that is not
// UTF-8, or that gives is: or not: an unknown value; those are ErrBadQuery.
//
//	word other           words: each may match, more matches rank higher
//	"some words"         a phrase: must occur
//	-word  -"some words" must not occur
//	author:x             author's or publisher's name, account or e-mail
//	maintainer:x         a maintainer's account or e-mail
//	scope:x  scope:@x    packages of a scope; scope:unscoped for those without
//	keywords:a,b+c,-d    a, or both b and c; not d
//	is:x  not:x          unstable, insecure or deprecated
//	boost-exact:false    no preference for a package of exactly this name
//
// A qualifier's value may be quoted, and a minus before it turns it around. A qualifier without a value is
// left out, an unknown one is plain text. Words past MaxTerms are left out.
func Parse(text string) (Query, error) {
	if !utf8.ValidString(text) {
		return Query{}, fmt.Errorf("%w: the text is not valid UTF-8", ErrBadQuery)
	}
	if n := utf8.RuneCountInString(text); n > MaxText || len(text) > MaxTextBytes {
		return Query{}, fmt.Errorf("%w: the text has %d characters (%d bytes), at most %d (%d bytes) are allowed",
			ErrBadQuery, n, len(text), MaxText, MaxTextBytes)
	}
	p := parser{budget: MaxTerms}
	for _, it := range split(text) {
		if err := p.add(it); err != nil {
			return Query{}, err
		}
	}
	p.query.Text = strings.Join(p.free, " ")
	p.query.Exclude |= p.not
	p.query.Require |= p.is &^ p.not // of is:x and not:x, the second wins
	return p.query, nil
}

type parser struct {
	query   Query
	free    []string // items of free text, as typed
	is, not store.Flag
	budget  int // terms still allowed
}

// item is one blank-separated piece of the text.
type item struct {
	minus  bool
	name   string // qualifier; "" for text
	value  string // without its quotes
	quoted bool
}

func (p *parser) add(it item) error {
	switch it.name {
	case "":
		p.addText(it)
	case "author":
		p.filter(Author, it, []string{it.value})
	case "maintainer":
		p.filter(Maintainer, it, []string{it.value})
	case "scope":
		p.filter(Scope, it, []string{scopeValue(it.value)})
	case "keywords":
		p.addKeywords(it)
	case "boost-exact":
		p.query.NoExactBoost = !truth(it.value)
	case "is", "not":
		return p.addFlag(it)
	}
	return nil
}

func (p *parser) addText(it item) {
	words := p.spend(index.Words(it.value))
	switch {
	case it.minus && len(words) > 0:
		p.query.Without = append(p.query.Without, words)
		return
	case it.quoted && len(words) > 0:
		p.query.Phrases = append(p.query.Phrases, words)
	}
	p.free = append(p.free, it.value)
	p.query.Words = append(p.query.Words, words...)
}

// spend takes as many words as the query may still have.
func (p *parser) spend(words []string) []string {
	words = words[:min(len(words), p.budget)]
	p.budget -= len(words)
	return words
}

func (p *parser) filter(a Attribute, it item, value []string) {
	value = p.spend(foldAll(value))
	if len(value) == 0 || value[0] == "" {
		return
	}
	f := Filter{Attribute: a, AnyOf: [][]string{value}}
	if it.minus {
		f = Filter{Attribute: a, NoneOf: value}
	}
	p.query.Filters = append(p.query.Filters, f)
}

// addKeywords reads "a,b+c,-d". A keyword that is both wanted and refused is wanted.
func (p *parser) addKeywords(it item) {
	f := Filter{Attribute: Keywords}
	for group := range strings.SplitSeq(it.value, ",") {
		refused, without := strings.CutPrefix(strings.TrimSpace(group), "-")
		var all []string
		for k := range strings.SplitSeq(refused, "+") {
			if k = index.Fold(strings.TrimSpace(k)); k != "" {
				all = append(all, k)
			}
		}
		all = p.spend(all)
		switch {
		case len(all) == 0:
		case without != it.minus:
			f.NoneOf = append(f.NoneOf, all...)
		default:
			f.AnyOf = append(f.AnyOf, all)
		}
	}
	wanted := slices.Concat(f.AnyOf...)
	f.NoneOf = slices.DeleteFunc(f.NoneOf, func(k string) bool { return slices.Contains(wanted, k) })
	if len(f.AnyOf)+len(f.NoneOf) > 0 {
		p.query.Filters = append(p.query.Filters, f)
	}
}

func (p *parser) addFlag(it item) error {
	into := &p.is
	if (it.name == "not") != it.minus {
		into = &p.not
	}
	for v := range strings.SplitSeq(it.value, ",") {
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "":
		case "unstable":
			*into |= store.FlagUnstable
		case "insecure":
			*into |= store.FlagInsecure
		case "deprecated":
			*into |= store.FlagDeprecated
		default:
			return fmt.Errorf("%w: %s: takes unstable, insecure or deprecated, not %q", ErrBadQuery, it.name, v)
		}
	}
	return nil
}

func scopeValue(v string) string {
	if v == "" || strings.EqualFold(v, index.Unscoped) || strings.HasPrefix(v, "@") {
		return v
	}
	return "@" + v
}

// truth reads npms' booleans; whatever it does not know is true.
func truth(v string) bool {
	switch strings.ToLower(v) {
	case "false", "no", "0", "off":
		return false
	}
	return true
}

func foldAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = index.Fold(strings.TrimSpace(v))
	}
	return out
}

// qualifier tells whether a name is one of the language's; all others are text.
func qualifier(name string) bool {
	switch name {
	case "author", "maintainer", "scope", "keywords", "is", "not", "boost-exact":
		return true
	}
	return false
}

// split cuts a text into items at blanks outside quotes. A quote that is never closed is text.
func split(text string) []item {
	var items []item
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return items
		}
		it, n := next(text)
		items = append(items, it)
		text = text[n:]
	}
}

// next reads one item and tells how many bytes it takes.
func next(text string) (item, int) {
	var it item
	at := 0
	if rest := text[1:]; text[0] == '-' && rest != "" && startsItem(rest) {
		it.minus = true
		at = 1
	}
	if name, _, found := strings.Cut(word(text[at:]), ":"); found && qualifier(strings.ToLower(name)) {
		it.name = strings.ToLower(name)
		at += len(name) + 1
	}
	if value, n, ok := quoted(text[at:]); ok {
		it.value, it.quoted = value, true
		return it, at + n
	}
	it.value = word(text[at:])
	return it, at + len(it.value)
}

// startsItem tells whether what follows a minus can be refused: a word or a quote.
func startsItem(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '"' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// word is the text up to the first blank.
func word(text string) string {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i]
	}
	return text
}

// quoted reads a closed quotation and tells how many bytes it takes.
func quoted(text string) (value string, n int, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", 0, false
	}
	end := strings.IndexByte(text[1:], '"')
	if end < 0 {
		return "", 0, false
	}
	return text[1 : 1+end], end + 2, true
}
