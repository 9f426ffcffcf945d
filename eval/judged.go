package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Limits of a file of judged queries.
const (
	maxQueries = 100_000
	maxLine    = 1 << 20 // bytes
	maxGrade   = 10
)

// Query is one query and what should answer it.
type Query struct {
	ID       string         `json:"id"`     // unique; made from the file and line where it is missing
	Family   string         `json:"family"` // what is averaged apart; the file's name where it is missing
	Text     string         `json:"query"`
	Relevant map[string]int `json:"relevant"`           // package name to grade, 1 or more
	Negative []string       `json:"negative,omitempty"` // packages that must not stand above the best answer
	Prefixes []string       `json:"prefixes,omitempty"` // asked of suggest in place of the text, each in turn
	Group    string         `json:"group,omitempty"`    // queries that mean the same
}

// suggests tells whether the query as a whole is asked of suggest.
func (q *Query) suggests() bool { return len(q.Prefixes) > 0 || q.Family == "prefix" }

// best is the highest grade of its answers.
func (q *Query) best() int {
	best := 0
	for _, g := range q.Relevant {
		best = max(best, g)
	}
	return best
}

// Read reads judged queries, one a line: JSON objects with the fields of Query, or plain text
//
//	copy to clipboard => clipboardy, copy-to-clipboard, clipboard:1
//
// with the answers after the arrow, each of grade 2 unless it says another. Empty lines and such as begin
// with # are left out. Errors name the file and line.
func Read(r io.Reader, file string) ([]Query, error) {
	var queries []Query
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if len(queries) == maxQueries {
			return nil, fmt.Errorf("%s:%d: more than %d queries; split the file", file, n, maxQueries)
		}
		q, err := readQuery(line)
		if err == nil {
			err = q.check()
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		if q.ID == "" {
			q.ID = fmt.Sprintf("%s:%d", filepath.Base(file), n)
		}
		if q.Family == "" {
			q.Family = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		}
		queries = append(queries, q)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
	}
	return queries, nil
}

func readQuery(line []byte) (q Query, err error) {
	if !utf8.Valid(line) {
		return q, fmt.Errorf("the line is not UTF-8; save the file in that encoding")
	}
	if line[0] == '{' {
		if err := json.Unmarshal(line, &q); err != nil {
			return q, fmt.Errorf("the line is no JSON object of a judged query: %w", err)
		}
		return q, nil
	}
	text, answers, found := strings.Cut(string(line), "=>")
	if !found {
		return q, fmt.Errorf("%.40q has no arrow; write: query => package, package", line)
	}
	q.Text, q.Relevant = strings.TrimSpace(text), map[string]int{}
	for answer := range strings.SplitSeq(answers, ",") {
		name, grade := strings.TrimSpace(answer), 2
		if name == "" {
			continue
		}
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			if _, err := fmt.Sscanf(name[i+1:], "%d", &grade); err != nil || fmt.Sprint(grade) != name[i+1:] {
				return q, fmt.Errorf("grade %.20q is not a number; write name:1 or name", name[i+1:])
			}
			name = name[:i]
		}
		q.Relevant[name] = grade
	}
	return q, nil
}

func (q *Query) check() error {
	if q.Text == "" {
		return fmt.Errorf("the query is empty")
	}
	if len(q.Relevant) == 0 {
		return fmt.Errorf("%.40q has no answers; name at least one package", q.Text)
	}
	for name, grade := range q.Relevant {
		if name == "" || grade < 1 || grade > maxGrade {
			return fmt.Errorf("%.40q: grade %d of %.40q; grades are 1 to %d", q.Text, grade, name, maxGrade)
		}
	}
	return nil
}
