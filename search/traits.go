package search

import (
	"strings"

	"pkgsearch/index/store"
)

// trait is a value of has:.
type trait struct {
	name string
	has  store.Has // all of them
}

// allTraits lists what has: knows.
func allTraits() []trait {
	return []trait{
		{"types", store.HasTypes}, {"bin", store.HasBin}, {"esm", store.HasESM}, {"cjs", store.HasCJS}, {"dual", store.HasDual},
		{"provenance", store.HasProvenance}, {"installscript", store.HasInstallScript}, {"readme", store.HasReadme},
		{"license", store.HasLicense}, {"repository", store.HasRepository}, {"homepage", store.HasHomepage}, {"bugs", store.HasBugs},
		{"keywords", store.HasKeywords}, {"description", store.HasDescription}, {"tests", store.HasTests},
		{"dependencies", store.HasDependencies}, {"peers", store.HasPeers}, {"engines", store.HasEngines},
		{"prerelease", store.HasPrerelease},
	}
}

func nameTraits() string {
	var names []string
	for _, t := range allTraits() {
		names = append(names, t.name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// traitOf finds a trait; install-script and licence are as good as installscript and license.
func traitOf(name string) (store.Has, bool) {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "")
	if name == "licence" {
		name = "license"
	}
	for _, t := range allTraits() {
		if t.name == name {
			return t.has, true
		}
	}
	return 0, false
}

// free is the cost of what one pass over a column tells, however many values there are.
func free(item) int { return 0 }

// traits reads has:.
func traits() kind {
	return kind{cost: free, add: func(p *parser, it item) (string, bool) {
		return each(it, func(v string) bool {
			has, ok := traitOf(v)
			if it.minus {
				p.query.HasNot = append(p.query.HasNot, has)
			} else {
				p.query.Has |= has
			}
			return ok
		})
	}}
}

// flags reads is: and not:.
func flags(not bool) kind {
	return kind{cost: free, add: func(p *parser, it item) (string, bool) {
		into := &p.is
		if not != it.minus {
			into = &p.not
		}
		return each(it, func(v string) bool {
			switch strings.ToLower(v) {
			case "unstable":
				*into |= store.FlagUnstable
			case "insecure":
				*into |= store.FlagInsecure
			case "deprecated":
				*into |= store.FlagDeprecated
			default:
				return false
			}
			return true
		})
	}}
}

// each calls fn with every value between commas or pluses and gives the first that it refuses.
func each(it item, fn func(string) bool) (malformed string, ok bool) {
	for v := range strings.FieldsFuncSeq(it.value, func(r rune) bool { return r == ',' || r == '+' }) {
		if v = strings.TrimSpace(v); v != "" && !fn(v) {
			return v, false
		}
	}
	return "", true
}
