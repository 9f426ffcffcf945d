package ingest

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxKeywords = 128
	maxKeyword  = 64 // code points
)

// keywords reads keywords: a text split at commas, or at blanks where it has no comma; an array whose
// items are split at commas; or an object that was an array once, its keys all digits. What is no text
// is dropped, and so are repetitions without regard to case.
func keywords(v value) ([]string, fit) {
	var list []string
	seen := map[string]bool{}
	add := func(s string) {
		s = oneLine(s)
		fold := strings.ToLower(s)
		if s == "" || len(list) == maxKeywords || utf8.RuneCountInString(s) > maxKeyword || seen[fold] {
			return
		}
		seen[fold] = true
		list = append(list, s)
	}
	items := v.items
	switch v.kind {
	case text:
		split := strings.Fields
		if strings.Contains(v.str, ",") {
			split = func(s string) []string { return strings.Split(s, ",") }
		}
		for _, s := range split(whole(v)) {
			add(s)
		}
		return list, filled(strings.Join(list, ""))
	case object:
		var ok bool
		if items, ok = indexed(v); !ok {
			return nil, wrong
		}
	case array:
	default:
		return nil, wrong
	}
	for _, item := range items {
		if item.kind == text && !item.cut {
			for s := range strings.SplitSeq(item.str, ",") {
				add(s)
			}
		}
	}
	return list, filled(strings.Join(list, ""))
}

// whole is the text of v; of one that was cut, the part before its last comma or blank.
func whole(v value) string {
	if !v.cut {
		return v.str
	}
	return v.str[:max(strings.LastIndexAny(v.str, ", \t\n"), 0)]
}

// indexed gives the items of an object whose keys are all digits, by number; of a key given twice the
// last item.
func indexed(v value) ([]value, bool) {
	at := make([]int, len(v.keys))
	for i, key := range v.keys {
		if key == "" || digits(key) != len(key) {
			return nil, false
		}
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return compareIdentifiers(v.keys[i], v.keys[j]) })
	items := make([]value, 0, len(at))
	for k, i := range at {
		if k > 0 && v.keys[at[k-1]] == v.keys[i] {
			items = items[:len(items)-1]
		}
		items = append(items, v.items[i])
	}
	return items, true
}
