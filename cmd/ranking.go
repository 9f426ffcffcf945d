package cmd

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"pkgsearch/search"
)

// rankingOf changes settings by a file, where one is named, and then one by one, each as name=value. What is
// wrong with either is the caller's to fix.
func rankingOf(r search.Ranking, file string, sets []string) (search.Ranking, error) {
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return r, usageError(fmt.Errorf("read ranking: %w", err))
		}
		defer f.Close()
		if r, err = r.Read(f, file); err != nil {
			return r, usageError(err)
		}
	}
	for _, set := range sets {
		name, text, ok := strings.Cut(set, "=")
		value, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil {
			return r, usageError(fmt.Errorf("setting %q: it must be NAME=NUMBER", set))
		}
		if r, err = r.With(name, value); err != nil {
			return r, usageError(err)
		}
	}
	return r, nil
}
