package store

import (
	"cmp"
	"slices"
	"strings"
)

// NodeRange says on which versions of Node a package runs, in a canonical form: spans from the lowest up, as in
// "18.17.0-18.2097151.2097151 20.5.0-", a first and a last version each, without the last when there is none. "" is every
// version: what npm takes a package for that does not say.
type NodeRange string

// Bounds of a canonical range. Of one with more spans, the last reaches from its begin to the end of all: real
// ones have four at most.
const (
	maxNodeSpans = 8
	maxNodeRange = maxNodeSpans * (2*len("2097151.2097151.2097151") + 2)
	maxNodeText  = 4096 // bytes that are read of a range
)

// nodeSpan is an unbroken run of versions, both ends in it.
type nodeSpan struct{ from, to Version }

// ParseNodeRange reads a range as node-semver does: alternatives by ||, in each comparators, carets, tildes, hyphens and
// wildcards. Prereleases count as the version they lead to. What cannot be read, or allows nothing, is every version.
func ParseNodeRange(text string) NodeRange {
	if len(text) > maxNodeText {
		return ""
	}
	var spans []nodeSpan
	for alternative := range strings.SplitSeq(text, "||") {
		if s, ok := parseAlternative(alternative); ok {
			spans = append(spans, s)
		}
	}
	return canonical(spans)
}

// canonical sorts and joins spans and writes them down.
func canonical(spans []nodeSpan) NodeRange {
	slices.SortFunc(spans, func(a, b nodeSpan) int { return cmp.Compare(a.from, b.from) })
	var merged []nodeSpan
	for _, s := range spans {
		if last := len(merged) - 1; last >= 0 && s.from <= merged[last].to+1 {
			merged[last].to = max(merged[last].to, s.to)
		} else {
			merged = append(merged, s)
		}
	}
	if len(merged) > maxNodeSpans {
		merged = merged[:maxNodeSpans]
		merged[maxNodeSpans-1].to = MaxVersion
	}
	if len(merged) == 1 && merged[0] == (nodeSpan{0, MaxVersion}) {
		return ""
	}
	var out []string
	for _, s := range merged {
		if s.to == MaxVersion {
			out = append(out, s.from.String()+"-")
		} else {
			out = append(out, s.from.String()+"-"+s.to.String())
		}
	}
	return NodeRange(strings.Join(out, " "))
}

// parseAlternative intersects the comparators of one alternative; false when one cannot be read or nothing is left.
func parseAlternative(text string) (nodeSpan, bool) {
	if low, high, hyphen := strings.Cut(text, " - "); hyphen {
		from, _, ok := ParseVersion(low)
		_, to, ok2 := ParseVersion(high)
		return nodeSpan{from, to}, ok && ok2 && from <= to
	}
	all := nodeSpan{0, MaxVersion}
	operator := ""
	for field := range strings.FieldsSeq(text) {
		op := field[:len(field)-len(strings.TrimLeft(field, "<>=~^"))]
		operator += op
		if field = field[len(op):]; field == "" {
			continue // ">= 18": the version follows
		}
		s, ok := comparator(operator, field)
		if !ok {
			return nodeSpan{}, false
		}
		all = nodeSpan{max(all.from, s.from), min(all.to, s.to)}
		operator = ""
	}
	return all, operator == "" && all.from <= all.to
}

// comparator reads one operator and version.
func comparator(operator, version string) (nodeSpan, bool) {
	from, to, ok := ParseVersion(version)
	if !ok {
		return nodeSpan{}, false
	}
	switch operator {
	case "", "=", "==":
		return nodeSpan{from, to}, true
	case ">=":
		return nodeSpan{from, MaxVersion}, true
	case ">":
		return nodeSpan{to + 1, MaxVersion}, to < MaxVersion
	case "<=":
		return nodeSpan{0, to}, true
	case "<":
		return nodeSpan{0, from - 1}, from > 0
	case "~", "~>":
		return nodeSpan{from, max(to, from|(1<<versionBits-1))}, true
	case "^":
		return nodeSpan{from, max(to, caretEnd(from))}, true
	}
	return nodeSpan{}, false
}

// caretEnd is the last version with the same leftmost number that is not zero.
func caretEnd(v Version) Version {
	for open := 2 * versionBits; open > 0; open -= versionBits {
		if v>>open != 0 {
			return v | (1<<open - 1)
		}
	}
	return v
}

// spans reads the canonical form back; what is damaged is left out.
func (r NodeRange) spans() []nodeSpan {
	if r == "" {
		return []nodeSpan{{0, MaxVersion}}
	}
	var out []nodeSpan
	for field := range strings.FieldsSeq(string(r)) {
		first, last, _ := strings.Cut(field, "-")
		s := nodeSpan{to: MaxVersion}
		s.from, _, _ = ParseVersion(first)
		if last != "" {
			s.to, _, _ = ParseVersion(last)
		}
		out = append(out, s)
	}
	return out
}

// Lowest is the lowest version of Node that the range allows; 0 when it allows every one.
func (r NodeRange) Lowest() Version { return r.spans()[0].from }

// Allows tells whether the range allows some version of those from the first to the last given.
func (r NodeRange) Allows(from, to Version) bool {
	return slices.ContainsFunc(r.spans(), func(s nodeSpan) bool { return s.from <= to && from <= s.to })
}
