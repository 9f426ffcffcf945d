package search

import (
	"slices"
	"strings"
)

// Qualifier is one word of the query language that takes a value: "name:value".
type Qualifier struct {
	Name     string
	Aliases  []string // other spellings
	Takes    string   // what its value is, to be read after "takes"
	About    string   // what it asks for, one line
	Examples []string // the first is also shown in errors
}

// qualifier is a Qualifier and what it does.
type qualifier struct {
	Qualifier
	kind
}

// kind is how values are read and what becomes of them.
type kind struct {
	lists bool                                                 // reads item.list
	cost  func(it item) int                                    // values that restrict the answer
	add   func(p *parser, it item) (malformed string, ok bool) // not ok: that part of the value is not taken
	text  func(value string) bool                              // nil, or what is plain text in spite of the name before it
}

func (q qualifier) isText(value string) bool { return q.text != nil && q.text(value) }

// Qualifiers lists the language, in the order in which to learn it. docs/query-language.md is made from it.
func Qualifiers() []Qualifier {
	var all []Qualifier
	for _, q := range qualifiers() {
		all = append(all, q.Qualifier)
	}
	return all
}

// named finds a qualifier by its name or another spelling, in any case; nil when there is none.
func named(language []qualifier, name string) *qualifier {
	for i := range language {
		q := &language[i]
		same := func(spelling string) bool { return strings.EqualFold(spelling, name) }
		if same(q.Name) || slices.ContainsFunc(q.Aliases, same) {
			return q
		}
	}
	return nil
}

// qualifiers is the table of the language.
func qualifiers() []qualifier {
	const (
		aName    = "a name; several with commas (any), pluses (all) and minuses (none)"
		aDate    = "a date such as 2025, 2025-01 or 2025-01-31, an age such as 30d, 6mo or 2y, or a range of one kind"
		aCount   = "a number such as 1000, 10k or 1.5M, or a range"
		aWeight  = "a number from 0 to 100"
		aVersion = "a version such as 2, 2.1 or 2.1.0, or a range"
	)
	return []qualifier{
		{Qualifier{"keywords", []string{"keyword"}, "a keyword; several with commas (any), pluses (all) and minuses (none)",
			"a whole keyword of the package", []string{"keywords:cli", "keywords:date+time,calendar,-react", `keywords:"date picker",cli`}}, anyOf(Keywords)},
		{Qualifier{"scope", nil, "a scope, with or without @, or unscoped",
			"packages of a scope; `unscoped` are those without one", []string{"scope:babel", "scope:unscoped"}}, exactly(Scope)},
		{Qualifier{"author", nil, "a name, account or e-mail address",
			"author or publisher, by name, account or e-mail address", []string{"author:ann", `author:"Some Body"`}}, exactly(Author)},
		{Qualifier{"maintainer", []string{"maintainers"}, "an account or e-mail address",
			"an account that may publish the package", []string{"maintainer:ann", "maintainer:ann@mail.example"}}, exactly(Maintainer)},
		{Qualifier{"name", nil, "words",
			"words that stand in the name, side by side or run together; they rank as well", []string{"name:router", `name:"date picker"`}}, wordsIn(InName)},
		{Qualifier{"description", []string{"desc"}, "words",
			"words that stand in the description, side by side; they rank as well", []string{"description:parser", `description:"pure javascript"`}}, wordsIn(InDescription)},
		{Qualifier{"license", []string{"licence"}, "an SPDX identifier; several with commas (any), pluses (all) and minuses (none)",
			"a licence that the package names, alone or in an expression; `gpl-3.0` is also its `-only` and `-or-later`, and a family such as `gpl` or `bsd` is all of its versions",
			[]string{"license:mit", "license:mit,isc,apache-2.0", "-license:gpl-3.0", `license:"MIT OR Apache-2.0"`}}, anyOf(License)},
		{Qualifier{"dep", []string{"deps", "dependency", "dependencies"}, aName,
			"packages that the package depends on", []string{"dep:lodash", "dep:react+redux", "-dep:request"}}, anyOf(Dependency)},
		{Qualifier{"peer", []string{"peers"}, aName,
			"packages that it wants beside itself: its peer dependencies", []string{"peer:react", "peer:vue,svelte"}}, anyOf(Peer)},
		{Qualifier{"bin", []string{"command"}, "a command; several with commas (any), pluses (all) and minuses (none)",
			"a command that the package installs", []string{"bin:tsc"}}, anyOf(Command)},
		{Qualifier{"has", nil, nameTraits(),
			"what the package ships or says; several must all hold, with a minus none may; esm and cjs include dual", []string{"has:types", "has:esm,provenance", "-has:installscript"}}, traits()},
		{Qualifier{"is", nil, "unstable, insecure or deprecated",
			"a state; unstable is below 1.0.0 or a prerelease", []string{"is:unstable"}}, flags(false)},
		{Qualifier{"not", nil, "unstable, insecure or deprecated",
			"without that state", []string{"not:deprecated", "not:unstable,insecure"}}, flags(true)},
		{Qualifier{"downloads", nil, aCount,
			"downloads in the last month", []string{"downloads:>1000", "downloads:10k..1M", "downloads:<100"}}, within(Downloads)},
		{Qualifier{"dependents", nil, aCount,
			"packages here that depend on it, as of the last rescoring", []string{"dependents:>=100", "dependents:0"}}, within(Dependents)},
		{Qualifier{"updated", []string{"modified"}, aDate,
			"publish of the version that is shown", []string{"updated:>2025-01", "updated:<30d", "updated:2023..2024", "updated:>2y"}}, within(Updated)},
		{Qualifier{"published", []string{"created"}, aDate,
			"first publish of the package", []string{"published:2025", "published:<6mo"}}, within(Created)},
		{Qualifier{"version", nil, aVersion,
			"the version that is shown", []string{"version:>=2", "version:1.4", "version:1..3"}}, within(VersionNumber)},
		{Qualifier{"size", nil, "a size such as 500, 50kb or 1.5MB, or a range",
			"unpacked size in bytes; kb, mb and gb are powers of 1000, kib, mib and gib of 1024", []string{"size:<50kb", "size:1mb..5mb"}}, within(Size)},
		{Qualifier{"node", []string{"engines"}, aVersion,
			"runs on that Node, as `engines` says; a comparison or range looks at the lowest Node that it runs on",
			[]string{"node:18", "node:18.17", "node:>=20", "node:<16"}}, node()},
		{Qualifier{"boost-exact", nil, "true or false",
			"with `false`, the package of that very name gets no head start", []string{"boost-exact:false"}}, headStart()},
		{Qualifier{"quality-weight", nil, aWeight,
			"how much the quality score counts, in place of 0.65", []string{"quality-weight:2"}}, weigh(maxWeight, func(w *Weighing) **float64 { return &w.Quality })},
		{Qualifier{"popularity-weight", nil, aWeight,
			"how much the popularity score counts, in place of 0.98", []string{"popularity-weight:0.1"}}, weigh(maxWeight, func(w *Weighing) **float64 { return &w.Popularity })},
		{Qualifier{"maintenance-weight", nil, aWeight,
			"how much the maintenance score counts, in place of 0.5", []string{"maintenance-weight:3"}}, weigh(maxWeight, func(w *Weighing) **float64 { return &w.Maintenance })},
		{Qualifier{"score-effect", nil, "a number from 0 to 25",
			"how much the three scores count beside the words: 15.3 is usual, with 0 the words alone count", []string{"score-effect:5"}},
			weigh(maxEffect, func(w *Weighing) **float64 { return &w.Effect })},
	}
}
