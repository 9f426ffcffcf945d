package ingest

import "pkgsearch/index/store"

// fit is how far a value served its field.
type fit int

const (
	wrong fit = iota // not there, or of a type that the field cannot be read from
	blank            // the right type, but nothing in it
	good
)

func filled(s string) fit {
	if s == "" {
		return blank
	}
	return good
}

// size says how large a field may be: what it may cost to read. A record keeps less.
type size int

const (
	small  size = iota // a word, a date, a person
	medium             // lists, maps and anything that may nest
	large              // a README
)

func (z size) budget() budget {
	switch z {
	case small:
		return budget{nodes: 64, each: 4 << 10, bytes: 16 << 10}
	case medium:
		return budget{nodes: 8 << 10, each: 16 << 10, bytes: 512 << 10}
	}
	// Cleaning may make a README three times shorter: decomposed Hangul is composed.
	return budget{nodes: 1, each: 4 * maxReadme, bytes: 4 * maxReadme}
}

// first reads a field that may go under several keys: the manifest's value where it is of a right
// type, else the top level's.
func first[T any](d *document, z size, read func(value) (T, fit), keys ...string) T {
	for _, f := range []fields{d.manifest, d.top} {
		found := wrong
		for _, key := range keys {
			v, fit := read(d.value(f, key, z))
			if fit == good {
				return v
			}
			found = max(found, fit)
		}
		if found == blank {
			break
		}
	}
	var none T
	return none
}

// facts fills in what a reader sees of a package.
func (d *document) facts(p *store.Package) {
	p.Description = first(d, medium, description, "description")
	p.Keywords = first(d, medium, keywords, "keywords")
	p.License = first(d, medium, license, "license", "licence", "licenses")
	if author := first(d, medium, person, "author"); author != (store.Person{}) {
		p.Author = &author
	}
	if u, f := user(d.value(d.manifest, "_npmUser", small)); f == good {
		p.Publisher = &u
	}
	p.Maintainers = d.maintainers(p.Publisher)
	p.Repository = first(d, medium, repository, "repository", "repositories")
	p.Homepage = first(d, medium, homepage, "homepage")
	p.Bugs = first(d, medium, bugs, "bugs")
	p.Readme = first(d, large, readme, "readme")
	p.ReadmeBytes = len(p.Readme)
	p.Deprecated, p.DeprecatedMessage = deprecation(d.value(d.manifest, "deprecated", medium))
}

// revision is the document's revision in the registry's database.
func (d *document) revision() string { return d.value(d.top, "_rev", small).line() }

func description(v value) (string, fit) {
	if v.kind != text {
		return "", wrong
	}
	s := clip(oneLine(v.str), maxDescription)
	return s, filled(s)
}

// readme takes npm's note that there is none as no value at all.
func readme(v value) (string, fit) {
	if v.kind != text {
		return "", wrong
	}
	s := readmeText(v.str)
	if s == "" && v.str != "" {
		return "", wrong
	}
	return s, filled(s)
}

// maintainers come from the top level, else from the manifest, else the publisher is the one.
func (d *document) maintainers(publisher *store.User) []store.User {
	for _, f := range []fields{d.top, d.manifest} {
		if all, fit := users(d.value(f, "maintainers", medium)); fit == good {
			return all
		}
	}
	if publisher != nil {
		return []store.User{*publisher}
	}
	return nil
}

const maxDeprecation = 2048 // code points

// deprecation reads a deprecation: true or a text. An empty text is how npm takes one back.
func deprecation(v value) (bool, string) {
	if v.kind != text {
		return v.isTrue(), ""
	}
	s := clip(oneLine(v.str), maxDeprecation)
	return s != "", s
}
