package eval

import (
	"errors"
	"fmt"
	"strconv"
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
//	query => right, also-right, good:3 | related !never-above
//
// Names stand apart by blanks or commas. Those before | are right answers of grade 2, those after it related ones
// of grade 1, unless a colon and a grade follow; one with ! must not stand above the first right answer. A query may
// have => in it, since the last one counts.
//
// Where judgements are not needed, a line without => is a query.
type plain struct {
	family string
	texts  bool
}

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
	if at < 0 && p.texts {
		return Query{Family: p.family, Text: text}, true, nil
	}
	if at < 0 {
		return Query{}, false, errors.New("a line must be: query => name name | related !negative")
	}
	q := Query{Family: p.family, Text: strings.TrimSpace(text[:at]), Relevant: map[string]int{}}
	grade := gradeRight
	for _, name := range strings.Fields(strings.NewReplacer("|", " | ", ",", " ").Replace(text[at+2:])) {
		bad, negative := strings.CutPrefix(name, "!")
		switch {
		case name == "|" && grade == gradeRelated:
			return Query{}, false, errors.New("there is more than one |")
		case name == "|":
			grade = gradeRelated
		case negative && bad == "":
			return Query{}, false, errors.New("! has no name after it")
		case negative:
			q.Negative = append(q.Negative, bad)
		default:
			if err := q.take(name, grade); err != nil {
				return Query{}, false, err
			}
		}
	}
	return q, true, nil
}

// take adds name or name:grade to what is relevant.
func (q *Query) take(name string, grade int) error {
	if before, after, found := strings.Cut(name, ":"); found {
		g, err := strconv.Atoi(after)
		if err != nil {
			return fmt.Errorf("the grade %q is not a number", after)
		}
		name, grade = before, g
	}
	if _, twice := q.Relevant[name]; twice {
		return fmt.Errorf("%q is named twice", name)
	}
	q.Relevant[name] = grade
	return nil
}
