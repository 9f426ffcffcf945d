package cmd

import (
	"fmt"
	"os"

	"pkgsearch/search"
)

// searching is how the configuration wants searches answered. What is wrong with a file it names is the caller's to fix.
func (a *app) searching() (search.Options, error) {
	ranking, err := rankingOf(search.DefaultRanking(), a.Ranking, nil)
	if err != nil {
		return search.Options{}, err
	}
	synonyms, err := synonymsFrom(a.Synonyms)
	return search.Options{Ranking: &ranking, Synonyms: synonyms}, err
}

// synonymsFrom reads a file that changes the built-in synonyms; none for "".
func synonymsFrom(path string) (*search.Synonyms, error) {
	builtin := search.DefaultSynonyms()
	if path == "" {
		return builtin, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError(fmt.Errorf("read synonyms: %w", err))
	}
	defer f.Close()
	changed, err := builtin.Extend(f, path)
	return changed, usageError(err)
}
