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
//	"some words"         a phrase: must occur; words like "the" are not looked for in descriptions
//	-word  -"some words" must not occur
//	author:x             author's or publisher's name, account or e-mail
//	maintainer:x         a maintainer's account or e-mail
//	scope:x  scope:@x    packages of a scope; scope:unscoped for those without
//	keywords:a,b+c,-d    a, or both b and c; not d
//	is:x  not:x          unstable, insecure or deprecated
//	boost-exact:false    no preference for a package of exactly this name
//
// A qualifier's value may be quoted, which keeps commas and pluses in it, and a minus before it turns it
// around. A qualifier without a value is left out, an unknown one is plain text. Plain words past MaxTerms
// are left out; what restricts the answer never is: more than MaxTerms such values are ErrBadQuery.
func Parse(text string) (Query, error) {
	if !utf8.ValidString(text) {
		return Query{}, fmt.Errorf("%w: the text is not valid UTF-8", ErrBadQuery)
	}
	if n := utf8.RuneCountInString(text); n > MaxText || len(text) > MaxTextBytes {
		return Query{}, fmt.Errorf("%w: the text has %d characters (%d bytes), at most %d (%d bytes) are allowed",
			ErrBadQuery, n, len(text), MaxText, MaxTextBytes)
	}
	items := split(text)
	p := parser{budget: MaxTerms}
	for _, it := range items {
		p.budget -= it.restrictions()
	}
	if p.budget < 0 {
		return Query{}, fmt.Errorf("%w: the text has %d words in phrases, negations and qualifiers, at most %d are allowed",
			ErrBadQuery, MaxTerms-p.budget, MaxTerms)
	}
	for _, it := range items {
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
	budget  int // plain words still allowed
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
		p.filter(Author, it, it.value)
	case "maintainer":
		p.filter(Maintainer, it, it.value)
	case "scope":
		p.filter(Scope, it, scopeValue(it.value))
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
	words := index.Words(it.value)
	if it.minus {
		if len(words) > 0 {
			p.query.Without = append(p.query.Without, words)
		}
		return
	}
	if strings.TrimSpace(it.value) != "" {
		p.free = append(p.free, it.value)
	}
	if it.quoted && len(words) > 0 {
		p.query.Phrases = append(p.query.Phrases, words)
	}
	for _, w := range words {
		if slices.Contains(p.query.Words, w) {
			continue
		}
		if !it.quoted {
			if p.budget == 0 {
				continue
			}
			p.budget--
		}
		p.query.Words = append(p.query.Words, w)
	}
}

// restrictions counts the values by which an item restricts the answer.
func (it item) restrictions() int {
	switch it.name {
	case "":
		if it.minus || it.quoted {
			return len(index.Words(it.value))
		}
		return 0
	case "keywords":
		n := 0
		for _, group := range it.keywords() {
			n += len(group.all)
		}
		return n
	case "author", "maintainer", "scope":
		return 1
	}
	return 0
}

func (p *parser) filter(a Attribute, it item, value string) {
	value = index.Fold(strings.TrimSpace(value))
	if value == "" {
		return
	}
	f := Filter{Attribute: a, AnyOf: [][]string{{value}}}
	if it.minus {
		f = Filter{Attribute: a, NoneOf: []string{value}}
	}
	p.query.Filters = append(p.query.Filters, f)
}

// addKeywords adds a filter. A keyword that is both wanted and refused is wanted.
func (p *parser) addKeywords(it item) {
	f := Filter{Attribute: Keywords}
	for _, group := range it.keywords() {
		if group.without != it.minus {
			f.NoneOf = append(f.NoneOf, group.all...)
		} else {
			f.AnyOf = append(f.AnyOf, group.all)
		}
	}
	wanted := slices.Concat(f.AnyOf...)
	f.NoneOf = slices.DeleteFunc(f.NoneOf, func(k string) bool { return slices.Contains(wanted, k) })
	if len(f.AnyOf)+len(f.NoneOf) > 0 {
		p.query.Filters = append(p.query.Filters, f)
	}
}

// keywordGroup is one of the comma-separated groups of keywords:.
type keywordGroup struct {
	without bool
	all     []string // folded
}

// keywords reads "a,b+c,-d". Quoted, the value is one keyword, and so is a group with a plus at its end: "c++".
func (it item) keywords() []keywordGroup {
	values := strings.Split(it.value, ",")
	if it.quoted {
		values = []string{it.value}
	}
	var groups []keywordGroup
	for _, v := range values {
		v, without := strings.CutPrefix(index.Fold(strings.TrimSpace(v)), "-")
		all := strings.Split(v, "+")
		if it.quoted || slices.Contains(all, "") {
			all = []string{v}
		}
		if v != "" {
			groups = append(groups, keywordGroup{without && !it.quoted, all})
		}
	}
	return groups
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
	return r == '"' || r == '@' || unicode.IsLetter(r) || unicode.IsDigit(r)
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
