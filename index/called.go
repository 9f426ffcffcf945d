package index

import "strings"

// calledAs gives the letters and digits by which people speak of a package: those of its name without the
// scope, or the scope's where the rest only says which of a project's packages it is.
func calledAs(name string) string {
	scope, base, scoped := strings.Cut(strings.TrimPrefix(name, "@"), "/")
	switch {
	case !scoped:
		return Joined(name)
	case isPartName(base):
		return Joined(scope)
	}
	return Joined(base)
}

// isPartName tells whether a project names its main package so, or the one for a platform.
func isPartName(base string) bool {
	switch base {
	case "core", "cli", "client", "js", "node", "dom", "react", "vue", "angular", "svelte":
		return true
	}
	return false
}

// sense is what a word tells of the packages in whose company it stands; "" for nothing.
func sense(word string) string {
	if len(word) < 2 || IsStopWord(word) {
		return ""
	}
	return Stem(word)
}
