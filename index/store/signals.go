package store

import (
	"iter"
	"strings"
	"time"

	"pkgsearch/index/score"
)

// Signals are the facts of a package that scores are made of, with the signals joined in by the store.
func (p *Package) Signals() score.Signals {
	return score.Signals{
		Downloads:    p.Downloads,
		Dependents:   p.Dependents,
		First:        firstKnown(p.FirstPublished, p.Created),
		Latest:       firstKnown(p.LastPublished, p.Date),
		Releases:     p.Releases,
		Version:      p.Version,
		ReadmeBytes:  p.ReadmeBytes,
		Dependencies: len(p.Dependencies),
		LooseRanges:  looseRanges(p.Dependencies),
		Has: score.Presence{
			Description:   p.Description != "",
			Keywords:      len(p.Keywords) > 0,
			License:       p.License != "",
			Repository:    p.Repository != "",
			Homepage:      p.Homepage != "",
			Bugs:          p.Bugs != "",
			Tests:         p.TestScript,
			Types:         p.Types,
			Files:         p.FilesList,
			Provenance:    p.Provenance,
			InstallScript: p.InstallScript,
		},
		Deprecated:   p.Deprecated,
		SecurityHeld: p.Status == SecurityHeld,
	}
}

func firstKnown(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func (p *Package) flags() Flag {
	var f Flag
	if p.Deprecated {
		f |= FlagDeprecated
	}
	if p.Status == SecurityHeld {
		f |= FlagSecurityHeld
	}
	release, _, _ := strings.Cut(p.Version, "+")
	if release == "" || strings.HasPrefix(release, "0.") || strings.Contains(release, "-") {
		f |= FlagUnstable
	}
	return f
}

// dependsOn lists, in no order, the names whose dependents a package counts among: none for a tombstone, never itself.
func (p *Package) dependsOn() iter.Seq[string] {
	return func(yield func(string) bool) {
		if !p.Indexed() {
			return
		}
		for name := range p.Dependencies {
			if name != p.Name && checkName(name) == nil && !yield(name) {
				return
			}
		}
	}
}

// looseRanges counts ranges that any later version satisfies.
func looseRanges(dependencies map[string]string) int {
	n := 0
	for _, r := range dependencies {
		if isLoose(r) {
			n++
		}
	}
	return n
}

// isLoose tells whether some alternative of a range has no upper bound: "", "*", "x", ">=1" or a dist-tag such as
// "latest". Addresses (git, file, workspace and the like) are not ranges and not loose; of an alias
// ("npm:other@^1") the range behind its last @ counts.
func isLoose(r string) bool {
	if alias, ok := strings.CutPrefix(r, "npm:"); ok {
		at := strings.LastIndexByte(alias, '@')
		if at <= 0 {
			return true // no range at all
		}
		r = alias[at+1:]
	}
	if strings.ContainsAny(r, ":/") {
		return false
	}
	for alternative := range strings.SplitSeq(r, "||") {
		switch a := strings.TrimSpace(alternative); {
		case a == "", a == "*", a == "x", a == "X":
			return true
		case strings.HasPrefix(a, ">") && !strings.Contains(a, "<"):
			return true
		case !strings.ContainsAny(a, "0123456789<=>^~*"):
			return true // a dist-tag
		}
	}
	return false
}
