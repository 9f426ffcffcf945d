package eval

import (
	"errors"
	"fmt"
	"strings"
)

// Grades of names in the plain format.
const (
	gradeRight   = 2
	gradeRelated = 1
)

// plain reads the format that people write:
//
//	# a comment
//	[family]
//	query => right also-right | related !never-above
//
// Names before | are right answers, those after it related ones; one with ! must not stand above the first
// right answer. A query may have => in it, since the last one counts.
type plain struct{ family string }

func (p *plain) parse(line []byte) (Query, bool, error) {
	text := string(line)
	if text[0] == '#' {
		return Query{}, false, nil
	}
	if name, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(name, "]") {
		if p.family = strings.TrimSpace(strings.TrimSuffix(name, "]")); p.family == "" {
			return Query{}, false, errors.New("the family between [ and ] has no name")
		}
		return Query{}, false, nil
	}
	at := strings.LastIndex(text, "=>")
	if at < 0 {
		return Query{}, false, errors.New("a line must be: query => name name | related !negative")
	}
	q := Query{Family: p.family, Text: strings.TrimSpace(text[:at]), Relevant: map[string]int{}}
	grade := gradeRight
	for _, name := range strings.Fields(strings.ReplaceAll(text[at+2:], "|", " | ")) {
		bad, negative := strings.CutPrefix(name, "!")
		switch {
		case name == "|" && grade == gradeRelated:
			return Query{}, false, errors.New("there is more than one |")
		case name == "|":
			grade = gradeRelated
		case negative && bad == "":
			return Query{}, false, errors.New("there is no name after !")
		case negative:
			q.Negative = append(q.Negative, bad)
		case q.Relevant[name] != 0:
			return Query{}, false, fmt.Errorf("%q is named twice", name)
		default:
			q.Relevant[name] = grade
		}
	}
	return q, true, nil
}
