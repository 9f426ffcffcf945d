package eval

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"
)

// Limits of judged queries. Whoever has more splits the file.
const (
	MaxQueries = 100_000
	MaxLine    = 1 << 20 // bytes of a line
	MaxGrade   = 10      // gains grow as 2^grade
	MaxNames   = 10_000  // judged names a query
	MaxPrefix  = 256     // prefixes a query
)

// Query is one judged query.
type Query struct {
	ID       string
	Family   string // queries of one kind; figures are means over a family, then over families
	Text     string
	Relevant map[string]int // package name -> grade, 0 to MaxGrade: higher is better, 0 is judged and wrong
	Negative []string       // names that must not stand above the first right answer
	Prefixes []string       // texts typed one after the other, each of which is completed
	Group    string         // queries of one group mean the same
}

// right is the grade of a right answer: the highest that the query gives.
func (q Query) right() int { return slices.Max(slices.Collect(maps.Values(q.Relevant))) }

// Completes tells whether the query is answered by completions rather than by a search: it lists prefixes, or
// is of a family that is about them.
func (q Query) Completes() bool {
	return len(q.Prefixes) > 0 || q.Family == "autocomplete" || q.Family == "prefix"
}

// checkText checks all but the judgement.
func (q Query) checkText() error {
	switch {
	case q.Text == "" && len(q.Prefixes) == 0:
		return errors.New("there is no query")
	case !utf8.ValidString(q.Text):
		return errors.New("the query is not UTF-8")
	case q.Family == MeanName:
		return fmt.Errorf("a family cannot be called %q, which is the mean of all", MeanName)
	case len(q.Prefixes) > MaxPrefix:
		return fmt.Errorf("more than %d prefixes", MaxPrefix)
	case slices.Contains(q.Prefixes, ""):
		return errors.New("a prefix is empty")
	}
	return nil
}

func (q Query) check() error {
	if err := q.checkText(); err != nil {
		return err
	}
	switch {
	case len(q.Relevant) == 0:
		return errors.New("no package is named as relevant")
	case len(q.Relevant) > MaxNames || len(q.Negative) > MaxNames:
		return fmt.Errorf("more than %d packages are named", MaxNames)
	}
	for _, name := range slices.Sorted(maps.Keys(q.Relevant)) {
		switch grade := q.Relevant[name]; {
		case name == "":
			return errors.New("a package has no name")
		case grade < 0 || grade > MaxGrade:
			return fmt.Errorf("the grade of %q is %d: it must be from 0 to %d", name, grade, MaxGrade)
		case grade > 0 && slices.Contains(q.Negative, name):
			return fmt.Errorf("%q is both relevant and negative", name)
		}
	}
	if q.right() == 0 {
		return errors.New("no package has a grade above 0")
	}
	return nil
}

// Digest names a set of judged queries: a hexadecimal hash of all that figures depend on, whatever their order.
func Digest(queries []Query) string {
	sum := sha256.New()
	for _, q := range slices.SortedFunc(slices.Values(queries), compareID) {
		fmt.Fprintf(sum, "%q %q %q %q %q %q\n", q.ID, q.Family, q.Text, q.Negative, q.Prefixes, q.Group)
		for _, name := range slices.Sorted(maps.Keys(q.Relevant)) {
			fmt.Fprintf(sum, "%q %d\n", name, q.Relevant[name])
		}
		io.WriteString(sum, "\n")
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}
