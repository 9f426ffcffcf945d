package ingest

import (
	"strings"

	"pkgsearch/index/store"
)

const (
	maxPersonText  = 256      // code points of a name or an address
	maxMaintainers = 1000     // no real package has more than some hundreds
	maxUsersBytes  = 32 << 10 // what the kept maintainers may take in a record
)

// person reads an author: npm's "Name <mail> (url)", an object with name (or username), email (or mail)
// and url (or web), or the first usable one of an array.
func person(v value) (store.Person, fit) {
	switch v.kind {
	case text:
		return trimPerson(splitPerson(v.line()))
	case object:
		p := store.Person{
			Name:  either(v.get("name").line(), v.get("username").line()),
			Email: either(v.get("email").line(), v.get("mail").line()),
			URL:   either(v.get("url").line(), v.get("web").line()),
		}
		if p.Email == "" && strings.Contains(p.Name, "<") {
			url := p.URL
			p = splitPerson(p.Name)
			p.URL = either(url, p.URL)
		}
		return trimPerson(p)
	case array:
		for _, item := range v.items {
			if item.kind == array {
				continue
			}
			if p, f := person(item); f == good {
				return p, good
			}
		}
		return store.Person{}, blank
	}
	return store.Person{}, wrong
}

// splitPerson takes a person string apart: the name goes up to the first bracket, the address stands
// in <>, the URL in (), in any order.
func splitPerson(s string) store.Person {
	var p store.Person
	if i := strings.IndexAny(s, "<("); i >= 0 {
		p.Name = s[:i]
	} else {
		p.Name = s
	}
	p.Email = between(s, "<", ">")
	p.URL = between(s, "(", ")")
	return p
}

// between is the first non-empty run of text after opening and before closing that holds neither.
func between(s, opening, closing string) string {
	for {
		_, after, ok := strings.Cut(s, opening)
		if !ok {
			return ""
		}
		i := strings.IndexAny(after, opening+closing)
		if i > 0 && after[i] == closing[0] {
			return strings.TrimSpace(after[:i])
		}
		s = after
	}
}

func trimPerson(p store.Person) (store.Person, fit) {
	p.Name = clip(strings.TrimSpace(p.Name), maxPersonText)
	p.Email = clip(p.Email, maxPersonText)
	p.URL = webURL(p.URL)
	if p == (store.Person{}) {
		return p, blank
	}
	return p, good
}

// user reads a registry account, which is written like a person.
func user(v value) (store.User, fit) {
	p, f := person(v)
	u := store.User{Username: p.Name, Email: p.Email}
	switch {
	case u != store.User{}:
		return u, good
	case f == good:
		return u, blank
	}
	return u, f
}

// users reads maintainers: a list, or a single one.
func users(v value) ([]store.User, fit) {
	if v.kind != array {
		u, f := user(v)
		if f == good {
			return []store.User{u}, good
		}
		return nil, f
	}
	var all []store.User
	room := maxUsersBytes
	for _, item := range v.items {
		u, f := user(item)
		if f != good || item.kind == array {
			continue
		}
		room -= jsonSize(u.Username) + jsonSize(u.Email) + len(`{"username":,"email":},`)
		if room < 0 || len(all) == maxMaintainers {
			break
		}
		all = append(all, u)
	}
	if len(all) == 0 {
		return nil, blank
	}
	return all, good
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
