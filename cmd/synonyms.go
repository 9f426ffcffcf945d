package cmd

import (
	"fmt"
	"os"

	"pkgsearch/search"
)

// searching is how the configuration wants searches answered. What is wrong with a file it names is the caller's to fix.
func (a *app) searching() (search.Options, error) {
	ranking, err := a.ranking()
	if err != nil {
		return search.Options{}, err
	}
	synonyms := search.DefaultSynonyms()
	if a.Synonyms == "" {
		return search.Options{Ranking: &ranking, Synonyms: synonyms}, nil
	}
	f, err := os.Open(a.Synonyms)
	if err != nil {
		return search.Options{}, usageError(fmt.Errorf("read synonyms: %w", err))
	}
	defer f.Close()
	if synonyms, err = synonyms.Extend(f, a.Synonyms); err != nil {
		return search.Options{}, usageError(err)
	}
	return search.Options{Ranking: &ranking, Synonyms: synonyms}, nil
}
