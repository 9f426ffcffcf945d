package search

import (
	"cmp"
	"slices"

	"pkgsearch/index"
)

// readIntent understands what a question wants beside its words: packages like another one, or the best
// of a kind.
func (ev *evaluation) readIntent() error {
	words := ev.query.Words
	var like []string
	for i, w := range words {
		switch w {
		case "alternative", "alternatives", "replacement", "similar", "vs", "like", "instead":
			like = slices.DeleteFunc(slices.Clone(words), func(x string) bool { return x == w || x == "to" || x == "for" || x == "of" })
			_ = i
		}
	}
	if len(like) > 0 && len(like) < 5 {
		ok, err := ev.likeAnother(like)
		if err != nil || ok {
			return err
		}
	}
	for i, w := range ev.words {
		if isFiller(w.text) && len(ev.words) > 1 {
			ev.words[i].weight = ev.ranking.Filler
		}
	}
	return nil
}

// isFiller tells whether a word says that a package is wanted, not which.
func isFiller(w string) bool {
	switch w {
	case "best", "good", "top", "popular", "package", "packages", "module", "modules", "library", "libraries", "lib", "npm", "node", "nodejs", "js", "javascript", "tool", "tools",
		"alternative", "alternatives", "simple", "easy":
		return true
	}
	return false
}

// likeAnother replaces the words by those that tell what a package is.
func (ev *evaluation) likeAnother(words []string) (bool, error) {
	joined := ""
	for _, w := range words {
		joined += w
	}
	name, _, ok, err := ev.view.MostUsed(index.FieldJoined, joined)
	if err != nil || !ok {
		return false, err
	}
	p, err := ev.lookup(name)
	if err != nil {
		return false, err
	}
	seen := map[string]bool{}
	for _, w := range words {
		seen[index.Stem(w)] = true
	}
	for _, t := range index.NameTokens(name) {
		seen[index.Stem(t.Text)] = true
	}
	var profile []wanted
	var idfs []float64
	add := func(text string, weight float64) error {
		for _, w := range index.Words(text) {
			stem := index.Stem(w)
			if seen[stem] || index.IsStopWord(w) || len(w) < 2 || isFiller(w) {
				continue
			}
			seen[stem] = true
			df, err := ev.view.DocFreq(index.FieldDescription, stem)
			if err != nil {
				return err
			}
			if df < 20 {
				continue
			}
			profile = append(profile, wanted{text: w, weight: weight})
			idfs = append(idfs, idf(df, ev.view.Count()))
		}
		return nil
	}
	for _, k := range p.Keywords {
		if err := add(k, 1); err != nil {
			return false, err
		}
	}
	if err := add(p.Description, 1); err != nil {
		return false, err
	}
	order := make([]int, len(profile))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(idfs[b], idfs[a]) })
	kept, err := ev.kin(name, words)
	if err != nil {
		return false, err
	}
	for _, i := range order[:min(len(order), int(ev.ranking.Profile))] {
		kept = append(kept, profile[i])
	}
	if len(kept) == 0 {
		return false, nil
	}
	ev.words, ev.profile = kept, true
	ev.addName(likened, index.FieldJoined, index.Joined(name), 1)
	ev.like = name
	return true, nil
}

// kin gives the rarer words of a name, to be looked for by what they are associated with.
func (ev *evaluation) kin(name string, words []string) ([]wanted, error) {
	var kin []wanted
	for _, t := range index.NameTokens(name) {
		n, err := ev.view.DocFreq(index.FieldWords, t.Text)
		if err != nil {
			return nil, err
		}
		if n < 3000 {
			ev.addName(derivedName, index.FieldWords, t.Text, 1)
		}
		if n < 3000 && len(ev.view.Associated(index.Stem(t.Text))) > 0 {
			kin = append(kin, wanted{text: t.Text, weight: ev.ranking.Kin, kin: true})
		}
	}
	return kin, nil
}
