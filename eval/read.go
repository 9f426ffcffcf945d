package eval

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func compareID(a, b Query) int { return cmp.Compare(a.ID, b.ID) }

// ReadFiles reads judged queries from files and from the *.jsonl and *.txt of directories, in the order given.
// Faults name the file and the line.
func ReadFiles(paths ...string) ([]Query, error) {
	var s set
	return s.readAll(paths)
}

// ReadTexts is ReadFiles for queries that are asked without looking at the answers: a line may be a query alone,
// judgements may be missing, and the same query may come again.
func ReadTexts(paths ...string) ([]Query, error) {
	s := set{texts: true}
	return s.readAll(paths)
}

// Read reads judged queries from one file in either format; name is what faults call it, and its last part
// without extension the family of queries that name none.
func Read(r io.Reader, name string) ([]Query, error) {
	var s set
	if err := s.read(r, name); err != nil {
		return nil, err
	}
	return s.queries, nil
}

// inside lists the files that a path stands for.
func inside(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	var files []string
	for _, pattern := range []string{"*.jsonl", "*.txt"} {
		found, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no *.jsonl or *.txt in it", path)
	}
	slices.Sort(files)
	return files, nil
}

// set is the queries read so far and where each stands.
type set struct {
	queries []Query
	places  map[string]string // by id
	texts   bool              // queries need no judgement and may be repeated
}

func (s *set) readAll(paths []string) ([]Query, error) {
	for _, path := range paths {
		files, err := inside(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", s.what(), err)
		}
		for _, name := range files {
			if err := s.readFile(name); err != nil {
				return nil, err
			}
		}
	}
	if len(s.queries) == 0 {
		return nil, fmt.Errorf("no %s in %s", s.what(), strings.Join(paths, ", "))
	}
	return s.queries, nil
}

func (s *set) what() string {
	if s.texts {
		return "queries"
	}
	return "judged queries"
}

func (s *set) readFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.what(), err)
	}
	defer f.Close()
	return s.read(f, name)
}

// read takes the queries of one file, whose first line that is not empty tells the format: a JSON object, or text.
func (s *set) read(r io.Reader, name string) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, MaxLine)
	family := familyOf(name)
	var parse func(line []byte) (Query, bool, error)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if parse == nil {
			parse = (&plain{family: family, texts: s.texts}).parse
			if line[0] == '{' {
				parse = func(line []byte) (Query, bool, error) { return parseJSON(line, family) }
			}
		}
		q, ok, err := parse(line)
		if err == nil && ok {
			err = s.add(q, fmt.Sprintf("%s:%d", name, n))
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s:%d: the line is longer than %d bytes", name, n+1, MaxLine)
	} else if err != nil {
		return fmt.Errorf("read %s: %w", s.what(), err)
	}
	return nil
}

func (s *set) add(q Query, place string) error {
	if q.ID == "" { // stays the same when lines are added above
		q.ID = q.Family + "/" + q.Text
	}
	check := q.check
	if s.texts {
		check = q.checkText
	}
	if err := check(); err != nil {
		return err
	}
	if first, ok := s.places[q.ID]; ok && !s.texts {
		return fmt.Errorf("%q stands here a second time; the first is %s", q.ID, first)
	}
	if len(s.queries) == MaxQueries {
		return fmt.Errorf("more than %d queries", MaxQueries)
	}
	if s.places == nil {
		s.places = map[string]string{}
	}
	s.places[q.ID] = place
	s.queries = append(s.queries, q)
	return nil
}

func familyOf(name string) string {
	base := filepath.Base(name)
	if family := strings.TrimSuffix(base, filepath.Ext(base)); family != "" {
		return family
	}
	return base
}
