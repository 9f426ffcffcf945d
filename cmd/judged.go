package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"pkgsearch/eval"
)

// judged reads judged queries, of the named families alone where there are some.
func judged(files, families []string) ([]eval.Query, error) {
	queries, err := eval.ReadFiles(files...)
	if err != nil {
		return nil, err
	}
	return ofFamilies(queries, families)
}

// ofFamilies is the queries of the named families, all of them where none is named.
func ofFamilies(queries []eval.Query, families []string) ([]eval.Query, error) {
	if len(families) == 0 {
		return queries, nil
	}
	for _, family := range families {
		if !slices.ContainsFunc(queries, func(q eval.Query) bool { return q.Family == family }) {
			return nil, fmt.Errorf("no query is of the family %q", family)
		}
	}
	return slices.DeleteFunc(queries, func(q eval.Query) bool { return !slices.Contains(families, q.Family) }), nil
}

func readRun(name string) (*eval.Run, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read saved run: %w", err)
	}
	defer f.Close()
	return eval.ReadRun(f, name)
}

// writeFile puts a whole new file in the place of name, or leaves what is there.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".pkgsearch-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
