package httpapi

import (
	"strings"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/search"
)

// The npm wire format: GET /-/v1/search as npm's registry answers it since 2026, keys in its order. What
// clients dereference is always there with the type they expect: maintainers is an array whose usernames
// are strings, keywords an array of strings, publisher, links, flags and score are objects, a date is
// one that JavaScript can read or is left out, an author has a name or is left out. scope and author,
// which older clients read, are not among the keys of 2026.

type npmReply struct {
	Objects []npmObject `json:"objects"`
	Total   int         `json:"total"` // all that match, exact
	Time    string      `json:"time"`  // of the reply
}

type npmObject struct {
	Downloads   npmDownloads `json:"downloads"`
	Dependents  uint64       `json:"dependents"` // a number always; npm's own is a string above 0
	Updated     string       `json:"updated,omitempty"`
	SearchScore float64      `json:"searchScore"`         // text relevance times prior, unbounded
	Lookalike   string       `json:"lookalike,omitempty"` // ours: the far more used package that this name is easily taken for
	Package     npmPackage   `json:"package"`
	Score       npmScore     `json:"score"`
	Flags       npmFlags     `json:"flags"`
}

type npmDownloads struct {
	Monthly uint64 `json:"monthly"`
	Weekly  uint64 `json:"weekly"` // estimate: the month's share of 7 days in 30
}

// npmPackage has no "@" that could end an address: npm search --json takes what follows a bare URL, up to the next
// blank or slash, for part of it. It redacts https://x","sanitized_name":"@ as user:password@ and prints broken JSON.
// So a scoped name comes before all free text, and an author, whose last field may be an e-mail address, before links.
type npmPackage struct {
	Name          string     `json:"name"`
	SanitizedName string     `json:"sanitized_name"`
	Keywords      []string   `json:"keywords"`
	Version       string     `json:"version"`
	Description   string     `json:"description"`
	Publisher     npmUser    `json:"publisher"`
	Maintainers   []npmUser  `json:"maintainers"`
	License       string     `json:"license,omitempty"`
	Date          string     `json:"date,omitempty"`
	Author        *npmPerson `json:"author,omitempty"`
	Links         npmLinks   `json:"links"`
	Scope         string     `json:"scope"` // without "@"; "unscoped" where there is none
}

type npmUser struct {
	Email    string `json:"email"`
	Username string `json:"username"`
}

type npmPerson struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

type npmLinks struct {
	Homepage   string `json:"homepage,omitempty"`
	Repository string `json:"repository,omitempty"`
	Bugs       string `json:"bugs,omitempty"`
	NPM        string `json:"npm,omitempty"`
}

type npmScore struct {
	Final  float64   `json:"final"` // the three blended by the request's weights, 0 to 1
	Detail npmDetail `json:"detail"`
}

type npmDetail struct {
	Popularity  float32 `json:"popularity"`
	Quality     float32 `json:"quality"`
	Maintenance float32 `json:"maintenance"`
}

type npmFlags struct {
	Insecure   int    `json:"insecure"`
	Unstable   bool   `json:"unstable,omitempty"`
	Deprecated string `json:"deprecated,omitempty"` // the message
}

// npmShape renders one hit. site is the template of a package's page.
func npmShape(hit search.Hit, site string) npmObject {
	p := &hit.Package
	o := npmObject{
		Downloads:   npmDownloads{Monthly: p.Downloads, Weekly: p.Downloads/30*7 + p.Downloads%30*7/30},
		Dependents:  p.Dependents,
		Updated:     isoTime(firstTime(p.Modified, p.LastPublished, p.Date)),
		SearchScore: hit.Score,
		Lookalike:   hit.Lookalike,
		Package: npmPackage{
			Name:          p.Name,
			SanitizedName: p.Name,
			Keywords:      list(p.Keywords),
			Version:       p.Version,
			Description:   p.Description,
			Publisher:     publisher(p),
			Maintainers:   maintainers(p.Maintainers),
			License:       p.License,
			Date:          isoTime(firstTime(p.Date, p.LastPublished, p.Modified, p.Created)),
			Links:         npmLinks{p.Homepage, p.Repository, p.Bugs, pageOf(site, p.Name)},
			Scope:         scopeOf(p.Name),
		},
		Score: npmScore{hit.Final, npmDetail{p.Scores.Popularity, p.Scores.Quality, p.Scores.Maintenance}},
		Flags: npmFlags{Unstable: unstable(p.Version)},
	}
	if p.Author != nil && p.Author.Name != "" {
		o.Package.Author = &npmPerson{p.Author.Name, p.Author.Email, p.Author.URL}
	}
	if p.Deprecated {
		o.Flags.Deprecated = p.DeprecatedMessage
		if o.Flags.Deprecated == "" {
			o.Flags.Deprecated = "deprecated"
		}
	}
	return o
}

// publisher is who published the chosen version, where a packument does not say the first maintainer:
// npm's client prints "by" and this name.
func publisher(p *store.Package) npmUser {
	if p.Publisher != nil && p.Publisher.Username != "" {
		return npmUser{p.Publisher.Email, p.Publisher.Username}
	}
	if m := maintainers(p.Maintainers); len(m) > 0 {
		return m[0]
	}
	return npmUser{}
}

// maintainers are those with a username.
func maintainers(users []store.User) []npmUser {
	out := make([]npmUser, 0, len(users))
	for _, u := range users {
		if u.Username != "" {
			out = append(out, npmUser{u.Email, u.Username})
		}
	}
	return out
}

// list is never null in JSON.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func scopeOf(name string) string {
	if scope, _, found := strings.Cut(strings.TrimPrefix(name, "@"), "/"); found {
		return scope
	}
	return "unscoped"
}

func pageOf(site, name string) string { return strings.ReplaceAll(site, "{name}", name) }

// unstable is a version that promises nothing: below 1.0.0, or a prerelease.
func unstable(version string) bool {
	core, _, _ := strings.Cut(version, "+")
	return strings.HasPrefix(version, "0.") || strings.Contains(core, "-")
}

func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// isoTime is how JavaScript prints a time: UTC with milliseconds. A time that JavaScript cannot read back
// is "", as is an unknown one.
func isoTime(t time.Time) string {
	t = t.UTC()
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}
