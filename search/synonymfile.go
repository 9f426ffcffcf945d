package search

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pkgsearch/index"
)

// Bounds of a file of synonyms.
const (
	maxSynonymBytes = 1 << 20
	maxSynonymLines = 20_000
	maxSynonymLine  = 1024 // bytes
	maxSides        = 16   // of a line
)

// Weights of lines that give none.
const (
	equalWeight   = 1.0 // a = b: another name of the same thing
	relatedWeight = 0.5 // a => b: somebody who types a may also want b
)

// rule is one line of a file of synonyms.
type rule struct {
	from, to []saying // of a line with =, both are all its sides
	mutual   bool     // a line with =
	weight   float64  // in (0, 1]

	remove bool // take away instead: from for to, or with no to whatever has to do with from
	all    bool // take everything away

	file string
	line int // from 1
}

// errorf says what is wrong with a line and where it is.
func (r rule) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.file, r.line, fmt.Sprintf(format, args...))
}

// readRules reads a whole file; the first mistake ends it.
func readRules(r io.Reader, name string) ([]rule, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSynonymBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read synonyms %s: %w", name, err)
	}
	if len(data) > maxSynonymBytes {
		return nil, fmt.Errorf("read synonyms %s: more than %d bytes; leave out what is rarely asked for", name, maxSynonymBytes)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var rules []rule
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		one := rule{file: name, line: n}
		if n > maxSynonymLines {
			return nil, one.errorf("a file may have %d lines; leave out what is rarely asked for", maxSynonymLines)
		}
		if len(line) > maxSynonymLine {
			return nil, one.errorf("the line has %d bytes, at most %d are allowed; cut it in two", len(line), maxSynonymLine)
		}
		if !utf8.ValidString(line) {
			return nil, one.errorf("the line is not UTF-8; save the file in that encoding")
		}
		text := strings.TrimSpace(withoutComment(line))
		if text == "" {
			continue
		}
		if err := one.read(text); err != nil {
			return nil, err
		}
		rules = append(rules, one)
	}
	return rules, nil
}

// withoutComment cuts a line at a # that begins it or follows a blank; the one of "c#" is left to be refused.
func withoutComment(line string) string {
	for i, r := range line {
		if r == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// read makes a rule of a line that is not empty: "a = b = c", "a => b, c", either with a weight "(0.7)" at its end
// or a "!" before it, "! a" or "! *".
func (r *rule) read(text string) (err error) {
	if text, r.remove = strings.CutPrefix(text, "!"); r.remove {
		text = strings.TrimSpace(text)
		if text == "*" {
			r.all = true
			return nil
		}
	}
	body, err := r.cutWeight(text)
	if err != nil {
		return err
	}
	left, right, oneWay := strings.Cut(body, "=>")
	switch {
	case oneWay:
		if strings.Contains(left+right, "=") {
			return r.errorf("the line has both = and =>; write a line for each")
		}
		if r.from, err = r.sides([]string{left}); err != nil {
			return err
		}
		if r.to, err = r.sides(strings.Split(right, ",")); err != nil {
			return err
		}
	case strings.Contains(body, "="):
		if r.from, err = r.sides(strings.Split(body, "=")); err != nil {
			return err
		}
		r.to, r.mutual = r.from, true
	case r.remove:
		r.from, err = r.sides([]string{body})
		return err
	default:
		return r.errorf("%q stands alone; write a = b for other names of one thing, a => b for what else to find, ! a to take a word away", body)
	}
	return r.differ()
}

// cutWeight takes the number in brackets off the end of a line.
func (r *rule) cutWeight(text string) (rest string, err error) {
	r.weight = equalWeight
	if strings.Contains(text, "=>") {
		r.weight = relatedWeight
	}
	open := strings.LastIndexByte(text, '(')
	if open < 0 || !strings.HasSuffix(text, ")") {
		return text, nil
	}
	if r.remove {
		return "", r.errorf("a line that takes away has no weight; leave out %s", text[open:])
	}
	number := strings.TrimSpace(text[open+1 : len(text)-1])
	w, err := strconv.ParseFloat(number, 64)
	if err != nil || !(w > 0 && w <= 1) {
		return "", r.errorf("weight %q is not a number above 0 and up to 1; write one such as (0.5)", number)
	}
	r.weight = w
	return strings.TrimSpace(text[:open]), nil
}

// sides reads words and phrases.
func (r *rule) sides(texts []string) ([]saying, error) {
	if len(texts) > maxSides {
		return nil, r.errorf("%d sides, at most %d are allowed; cut the line in two", len(texts), maxSides)
	}
	sides := make([]saying, 0, len(texts))
	for _, text := range texts {
		text = strings.TrimSpace(text)
		if i := strings.IndexFunc(text, unseen); i >= 0 {
			sign, _ := utf8.DecodeRuneInString(text[i:])
			return nil, r.errorf("%q has a %q, which searches do not see; use letters, digits, blanks and hyphens", text, sign)
		}
		words := index.Words(text)
		switch {
		case len(words) == 0:
			return nil, r.errorf("a side is empty; write a word on each side of = and =>, and commas only between words")
		case len(words) > maxSideWords:
			return nil, r.errorf("%q has %d words, at most %d are allowed; use a shorter phrase", text, len(words), maxSideWords)
		}
		sides = append(sides, newSaying(words))
	}
	return sides, nil
}

// unseen tells whether a character means something to whoever writes it, but nothing to a search: "c++" is "c".
func unseen(c rune) bool {
	return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && !strings.ContainsRune(" \t-._/'’", c)
}

// differ refuses a line that names the same thing twice.
func (r *rule) differ() error {
	seen := map[string]saying{}
	sides := r.to
	if !r.mutual {
		sides = append(r.from[:1:1], r.to...)
	}
	for _, side := range sides {
		if other, twice := seen[side.form]; twice {
			return r.errorf("%q and %q are the same to a search, which removes endings; keep one of the two", other, side)
		}
		seen[side.form] = side
	}
	return nil
}
