package search

import (
	"slices"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Query is what a text asks for, free of any engine's types: what Parse makes and evaluation compiles.
type Query struct {
	Text    string       // the free text as typed, qualifiers taken out: a candidate for a whole name
	Rest    string       // the qualifiers and negations as typed
	Words   []string     // its folded words, in order; each may match, the more the better
	Humps   []index.Hump // those of the words that are written in camelCase
	Phrases [][]string   // folded words that must stand side by side, in this order
	Without [][]string   // words and phrases that must not occur
	Filters []Filter     // all must hold
	Fields  []FieldWords
	Ranges  []Range // all must hold

	Require, Exclude store.Flag  // flags a package must have, and must not have
	Has              store.Has   // what a package must have, all of it
	HasNot           []store.Has // and what it must not have all of
	NoExactBoost     bool        // rank a package of exactly this name like any other
	Weighing         Weighing
}

// Filter restricts one attribute to whole, folded values.
type Filter struct {
	Attribute Attribute
	AnyOf     [][]string // at least one group must match whole; no groups: no restriction
	NoneOf    []string   // none of these may match
	Not       bool       // turns all of it around
}

// Attribute is what a Filter looks at.
type Attribute int

const (
	Author        Attribute = iota // author's or publisher's name, account or e-mail
	Maintainer                     // a maintainer's account or e-mail
	Scope                          // "@scope", or index.Unscoped
	Keywords                       // one whole keyword
	License                        // a licence that the package names, see index.LicenseTerms
	Dependency                     // name of a dependency
	Peer                           // name of a peer dependency
	Command                        // an installed command
	InName                         // words of the name
	InDescription                  // words of the description
)

// FieldWords restricts one field, InName or InDescription, to what holds the words side by side.
type FieldWords struct {
	Attribute Attribute
	Words     []string // folded
	Not       bool     // to what does not
}

// corrected gives the whole text with other words in place of its free text; "" for none, and where words are quoted
// or asked for in a field, which are meant as they stand.
func (q *Query) corrected(free string) string {
	asked := func(f FieldWords) bool { return !f.Not }
	if free == "" || len(q.Phrases) > 0 || slices.ContainsFunc(q.Fields, asked) {
		return ""
	}
	if q.Rest == "" {
		return free
	}
	return free + " " + q.Rest
}
