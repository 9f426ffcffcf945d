package index

import (
	"cmp"
	"context"
	"slices"

	"pkgsearch/index/spell"
)

// frequentWords counts the words of names.
func (v *View) frequentWords(ctx context.Context) ([]spell.Word, error) {
	l := v.Lookup()
	defer l.Close()
	var kept []spell.Word
	err := v.eachTerm(ctx, FieldWords, false, func(t TermCount) error {
		word := t.Term
		if len(word) < 3 {
			return nil
		}
		names, err := l.count(FieldWords, word)
		if err != nil {
			return err
		}
		texts, err := l.count(FieldDescription, Stem(word))
		if use := max(names, texts); use >= leastUse {
			kept = append(kept, spell.Word{Text: word, Use: uint32(use)})
		}
		return err
	})
	slices.SortStableFunc(kept, func(a, b spell.Word) int { return cmp.Compare(b.Use, a.Use) }) // ties by text
	return kept[:min(len(kept), maxWords)], err
}
