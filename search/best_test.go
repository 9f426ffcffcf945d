package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pkgsearch/index"
	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// crowd makes packages of few words, so that lists are long and scores are close, with downloads that differ widely.
func crowd(random *rand.Rand, n int) ([]store.Package, map[string]uint64) {
	words := strings.Fields(`date picker datepicker react vue parse parser json js css type types script table core cli the for
		to http client i18n internationalization logger log auth authentication typescript lamp lamps`)
	pick := func(n int) (some []string) {
		for range n {
			some = append(some, words[int(float64(len(words))*random.Float64()*random.Float64())])
		}
		return some
	}
	downloads := map[string]uint64{}
	packages := map[string]store.Package{}
	for range n {
		name := strings.Join(pick(1+random.IntN(3)), []string{"-", "", "."}[random.IntN(3)])
		switch random.IntN(6) {
		case 0:
			name = "@" + pick(1)[0] + "/" + name
		case 1:
			name += fmt.Sprint(random.IntN(5))
		case 2:
			name = "@types/" + name
		}
		p := pkg(name, strings.Join(pick(random.IntN(9)), " "), pick(random.IntN(4))...)
		if random.IntN(20) == 0 {
			p.Deprecated = true
		}
		downloads[name] = uint64(1) << random.IntN(27)
		packages[name] = p
	}
	all := make([]store.Package, 0, len(packages))
	for _, p := range packages {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b store.Package) int { return strings.Compare(a.Name, b.Name) })
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, downloads
}

func crowdQueries(random *rand.Rand, packages []store.Package) []string {
	queries := []string{"", "!!!", "date picker", "datepicker", "datpicker react", "type script", "i18n for react", "the", "core",
		"react alternative", "json parser -types", "auth logger cli core types react vue json", `"date picker"`, "scope:types react",
		"is:deprecated lamp", "jsn prser"}
	for range 40 {
		p := packages[random.IntN(len(packages))]
		words := append(index.Words(p.Name), strings.Fields(p.Description)...)
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		queries = append(queries, strings.Join(words[:1+random.IntN(min(6, len(words)))], " "), p.Name)
	}
	return queries
}

// TestBestAreTheBestOfAll compares what is found by leaving documents out with what is found by scoring every match:
// the same packages, scores and totals, whatever the segments, deletions, weights and pages.
func TestBestAreTheBestOfAll(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 1))
		packages, downloads := crowd(random, 1500)
		s := catalog(t, []int{2000, 400, 90, 300}[seed], downloads, packages...)
		for i := range packages { // some are written again, which leaves deleted documents behind
			if random.IntN(10) == 0 {
				packages[i].Description += " parser"
				if err := s.index.Apply(t.Context(), store.Batch{Packages: packages[i : i+1]}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if seed == 3 { // the segments are no more in order of their priors
			for name := range downloads {
				downloads[name] = uint64(1) << random.IntN(27)
			}
			if err := s.index.Apply(t.Context(), store.Batch{Downloads: downloads}); err != nil {
				t.Fatal(err)
			}
			if err := s.index.Rescore(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range crowdQueries(random, packages) {
			for _, req := range []Request{{Text: q, Size: 10}, {Text: q, Size: 3, From: 4}, {Text: q, Size: 10, Weights: &score.Weights{Quality: 1}}} {
				want := answerOf(t, s, req, true)
				got := answerOf(t, s, req, false)
				if !slices.Equal(got.page, want.page) || got.total != want.total || (got.last == nil) != (want.last == nil) {
					t.Fatalf("seed %d, %q, %+v:\ngot  %d %v\nwant %d %v", seed, q, req, got.total, namesOf(got.page), want.total, namesOf(want.page))
				}
				req.CountTo = 100
				if n := answerOf(t, s, req, false).total; n != min(want.total, 100) {
					t.Errorf("seed %d, %q: counting to 100 gives %d of %d", seed, q, n, want.total)
				}
			}
		}
	}
}

func answerOf(t *testing.T, s *Searcher, req Request, exhaustive bool) answer {
	t.Helper()
	query, err := Parse(req.Text)
	if err != nil {
		t.Fatal(err)
	}
	view := s.index.Acquire()
	defer view.Release()
	query = query.at(s.index.Now())
	dictionary := view.Lookup()
	defer dictionary.Close()
	ev := &evaluation{view: view, dictionary: dictionary, query: query, ranking: &s.ranking, synonyms: s.synonyms, weights: query.Weighing.over(req.Weights), exhaustive: exhaustive,
		lookup: func(name string) (store.Package, error) { return s.store.Get(t.Context(), name) }}
	if err := ev.compile(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := ev.answer(context.Background(), req, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func namesOf(page []candidate) (names []string) {
	for _, c := range page {
		names = append(names, fmt.Sprintf("%s %.17g", c.name(), c.score))
	}
	return names
}

// TestBestUnderOddSettings has settings at which bounds are easily wrong: priors that come to nothing, words of no rarity.
func TestBestUnderOddSettings(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	packages, downloads := crowd(random, 300)
	packages = append(packages, pkg("the", "ember"), pkg("csvx", "ember of the csvx"), pkg("ember-a", "the ember"), pkg("ember-b", ""))
	s := catalog(t, 100, downloads, packages...)
	for name, change := range map[string]func(r *Ranking){
		"prior of one word":    func(r *Ranking) { r.PriorOne, r.PriorMany, r.LikePrior = 1e6, 1e6, 1e6 },
		"no prior":             func(r *Ranking) { r.PriorOne, r.PriorMany, r.LikePrior = 0, 0, 0 },
		"stop words are worth": func(r *Ranking) { r.StopWord, r.TextShare = 0, 0 },
		"fillers":              func(r *Ranking) { r.Filler, r.Synonym, r.Associated = 0, 0, 50 },
		"no cover":             func(r *Ranking) { r.Cover, r.CoverMany, r.LikeCover = 0, 0, 0 },
		"much":                 func(r *Ranking) { r.Scoped, r.Types, r.Proximity, r.LikeDerived = 50, 50, 50, 50 },
	} {
		s.ranking = DefaultRanking()
		change(&s.ranking)
		for _, q := range append(crowdQueries(random, packages)[:40], "the csvx ember", "best react library") {
			req := Request{Text: q, Size: 5}
			if got, want := answerOf(t, s, req, false), answerOf(t, s, req, true); !slices.Equal(got.page, want.page) {
				t.Errorf("%s, %q:\ngot  %v\nwant %v", name, q, namesOf(got.page), namesOf(want.page))
			}
		}
	}
}
