package search_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// attributes gives the whole values of a package, as typed, under the qualifiers that ask for them.
func attributes() map[string]func(p *store.Package) []string {
	return map[string]func(p *store.Package) []string{
		"author": func(p *store.Package) (who []string) {
			if p.Author != nil {
				who = append(who, p.Author.Name, p.Author.Email)
			}
			if p.Publisher != nil {
				who = append(who, p.Publisher.Username, p.Publisher.Email)
			}
			return who
		},
		"maintainer": func(p *store.Package) (who []string) {
			for _, m := range p.Maintainers {
				who = append(who, m.Username, m.Email)
			}
			return who
		},
		"scope": func(p *store.Package) []string {
			if scope, _, scoped := strings.Cut(p.Name, "/"); scoped {
				return []string{scope, scope[1:]}
			}
			return []string{"unscoped"}
		},
		"keywords": func(p *store.Package) []string { return p.Keywords },
		"bin":      func(p *store.Package) []string { return p.Bin },
		"dep":      func(p *store.Package) []string { return slices.Collect(maps.Keys(p.Dependencies)) },
		"peer":     func(p *store.Package) []string { return slices.Collect(maps.Keys(p.PeerDependencies)) },
	}
}

// derivedTests makes queries of values that the packages have, common ones and odd ones.
func derivedTests(packages []store.Package) map[string]func(p *store.Package) bool {
	tests := map[string]func(p *store.Package) bool{}
	for name, of := range attributes() {
		same := func(value string) func(p *store.Package) bool {
			return func(p *store.Package) bool {
				return slices.ContainsFunc(of(p), func(v string) bool { return strings.EqualFold(strings.TrimSpace(v), value) })
			}
		}
		values := common(packages, of)
		for _, value := range values {
			has := same(value)
			tests[fmt.Sprintf(`%s:"%s"`, name, value)] = has
			tests[fmt.Sprintf(`-%s:"%s"`, name, value)] = func(p *store.Package) bool { return !has(p) }
		}
		if len(values) > 2 && name != "author" && name != "maintainer" && name != "scope" {
			a, b, c := same(values[0]), same(values[1]), same(values[2])
			tests[fmt.Sprintf(`%s:"%s","%s",-"%s"`, name, values[0], values[1], values[2])] = func(p *store.Package) bool { return (a(p) || b(p)) && !c(p) }
			tests[fmt.Sprintf(`-%s:"%s"+"%s"`, name, values[0], values[1])] = func(p *store.Package) bool { return !(a(p) && b(p)) }
		}
	}
	inName := func(p *store.Package) []string { return nameWords(p.Name) }
	for _, w := range common(packages, inName) {
		tests["name:"+w] = func(p *store.Package) bool { return nameHas(p.Name, w) }
		tests["-name:"+w] = func(p *store.Package) bool { return !nameHas(p.Name, w) }
	}
	pairs := func(p *store.Package) (all []string) {
		words := index.Words(p.Description)
		for i := 1; i < len(words); i++ {
			if a, b := words[i-1], words[i]; !index.IsStopWord(a) && !index.IsStopWord(b) {
				all = append(all, index.Stem(a)+" "+index.Stem(b))
			}
		}
		return all
	}
	typed := func(p *store.Package) (all []string) {
		for _, w := range index.Words(p.Description) {
			if !index.IsStopWord(w) {
				all = append(all, w)
			}
		}
		return all
	}
	for _, w := range common(packages, typed) {
		tests["description:"+w] = func(p *store.Package) bool {
			return slices.ContainsFunc(typed(p), func(v string) bool { return index.Stem(v) == index.Stem(w) })
		}
	}
	for _, pair := range common(packages, pairs) {
		if a, b, _ := strings.Cut(pair, " "); index.Stem(a) == a && index.Stem(b) == b {
			tests[fmt.Sprintf(`description:"%s"`, pair)] = func(p *store.Package) bool { return slices.Contains(pairs(p), pair) }
		}
	}
	unstable := func(p *store.Package) bool {
		return p.Version == "" || strings.HasPrefix(p.Version, "0.") || strings.Contains(strings.Split(p.Version, "+")[0], "-")
	}
	tests["is:unstable"] = unstable
	tests["not:unstable"] = func(p *store.Package) bool { return !unstable(p) }
	return tests
}

func nameWords(name string) (words []string) {
	for _, t := range index.NameTokens(name) {
		words = append(words, t.Text)
	}
	return words
}

// nameHas tells whether a word stands in a name, is all of its letters, or stands in another form behind its scope.
func nameHas(name, word string) bool {
	base := name[strings.Index(name, "/")+1:]
	return slices.Contains(nameWords(name), word) || index.Joined(name) == index.Joined(word) ||
		slices.ContainsFunc(nameWords(base), func(w string) bool { return index.Stem(w) == index.Stem(word) })
}

// common gives some values that can be quoted: the most frequent, and from the middle and the end of the order.
func common(packages []store.Package, of func(p *store.Package) []string) []string {
	count := map[string]int{}
	for i := range packages {
		for _, v := range of(&packages[i]) {
			if v = strings.TrimSpace(v); v != "" && !strings.Contains(v, `"`) && len(v) < 64 {
				count[v]++
			}
		}
	}
	values := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	if len(values) < 5 {
		return values
	}
	return []string{values[0], values[1], values[2], values[len(values)/2], values[len(values)-1]}
}

// madeUp are packages on both sides of every bound that recordTests ask for, which no sample has.
func madeUp() []store.Package {
	packages := make([]store.Package, 0, 300)
	for i := range cap(packages) {
		at := func(values ...string) string { return values[i%len(values)] }
		p := store.Package{Name: fmt.Sprintf("made-up-%d", i), Status: store.Active, Version: at("0.9.9", "1.0.0", "2.99.1", "3.0.0-rc.1", "", "3.1.0+b", "99999999.1.1"),
			License: at("MIT", "ISC", "(MIT OR Apache-2.0)", "LGPL-3.0-or-later", "LGPL-3.0+", "", "Apache License 2.0", "GPL-2.0-only", "BSD-3-Clause"), Description: at("A parser of dates", "Dates parsed", ""),
			Deprecated: i%11 == 0, Types: i%2 == 0, InstallScript: i%5 == 0, Provenance: i%7 == 0, TestScript: i%3 == 0, ReadmeBytes: i % 4,
			Module: []store.ModuleFormat{store.CommonJS, store.ESM, store.Dual, ""}[i%4], UnpackedSize: []int64{0, 1, 49_999, 50_000, 999_999, 1e6, 1 << 33}[i%7],
			Engines:      map[string]string{"node": at("", ">=18", "<12", "^16 || >=20.8", "nonsense", ">=39", "~14.17", "18 - 20", "12.x", ">17")},
			Dependencies: map[string]string{fmt.Sprintf("made-up-%d", i/3): "*", at("debug", "ms", "lodash", "accepts"): "1"}, Downloads: []uint64{0, 999, 1000, 1e6, 1e6 + 1, 25e5, 1 << 40}[i%7]}
		if i%5 > 0 {
			p.PeerDependencies = map[string]string{at("react", "vue"): "*"}
		}
		if i%3 > 0 {
			p.Created = []time.Time{year(2015), year(2016).Add(-time.Second), recordsNow().AddDate(-5, 0, 0), recordsNow().AddDate(-5, 0, 1)}[i%4]
			p.Date = []time.Time{year(2020).Add(-time.Second), year(2020), year(2021), year(2025).AddDate(0, 5, 30), year(2025).AddDate(0, 6, 0),
				recordsNow().AddDate(0, -18, 0), recordsNow().AddDate(0, -18, 0).Add(time.Second), recordsNow().AddDate(-3, 0, 0), year(1960), year(2200)}[i%10]
		}
		if i%4 == 0 {
			p.Bin, p.Keywords, p.Author = []string{at("tool", "tidy")}, []string{"c++", at("a, b", "c d")}, &store.Person{Name: "Ann Other", Email: "Ann@mail.example"}
		}
		packages = append(packages, p)
	}
	return packages
}

// TestFiltersAgreeWithMadeUpRecords goes on to texts of several queries, which ask for what all of them do.
func TestFiltersAgreeWithMadeUpRecords(t *testing.T) {
	st, ix := recordsIndex(t)
	downloads := map[string]uint64{}
	packages := madeUp()
	for _, p := range packages {
		downloads[p.Name] = p.Downloads
	}
	for part := range slices.Chunk(packages, 70) {
		if err := ix.Apply(t.Context(), store.Batch{Packages: part, Downloads: downloads}); err != nil {
			t.Fatal(err)
		}
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s := search.New(ix, st, search.Options{})
	if compareWithRecords(t, st, s); t.Failed() {
		return
	}
	packages = allRecords(t, st)
	tests := recordTests()
	maps.Copy(tests, derivedTests(packages))
	texts := slices.Sorted(maps.Keys(tests))
	rapid.Check(t, func(rt *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(texts), 2, 4).Draw(rt, "texts")
		text, want := strings.Join(some, " "), []string{}
		for i := range packages {
			if !slices.ContainsFunc(some, func(one string) bool { return !tests[one](&packages[i]) }) {
				want = append(want, packages[i].Name)
			}
		}
		slices.Sort(want)
		if diff := gocmp.Diff(want, allNames(t, s, text)); diff != "" {
			rt.Fatalf("%s (-want +got):\n%.2000s", text, diff)
		}
	})
}
