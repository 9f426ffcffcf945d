package search_test

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/ingest"
	"pkgsearch/search"
)

// recordsNow is long after the sample was made, so that ages are of some variety.
func recordsNow() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }

func year(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }

// recordTests pairs queries with what they mean, written down once more over the records alone.
func recordTests() map[string]func(p *store.Package) bool {
	type is = func(p *store.Package) bool
	license := func(ids ...string) is {
		word := regexp.MustCompile(`(?i)(^|[ (])(` + strings.Join(ids, "|") + `)($|[ )])`)
		return func(p *store.Package) bool { return word.MatchString(p.License) }
	}
	dep := func(name string) is { return func(p *store.Package) bool { _, ok := p.Dependencies[name]; return ok } }
	peer := func(name string) is {
		return func(p *store.Package) bool { _, ok := p.PeerDependencies[name]; return ok }
	}
	between := func(date, or func(p *store.Package) time.Time) func(from, to time.Time) is {
		return func(from, to time.Time) is {
			return func(p *store.Package) bool {
				d := date(p)
				if d.IsZero() {
					d = or(p)
				}
				return !d.IsZero() && !d.Truncate(time.Second).Before(from) && d.Before(to)
			}
		}
	}
	updated := between(func(p *store.Package) time.Time { return p.Date }, func(p *store.Package) time.Time { return p.LastPublished })
	created := between(func(p *store.Package) time.Time { return p.Created }, func(p *store.Package) time.Time { return p.FirstPublished })
	size := func(from, to int64) is {
		return func(p *store.Package) bool {
			return p.UnpackedSize > 0 && from <= p.UnpackedSize && p.UnpackedSize <= to
		}
	}
	downloads := func(from, to uint64) is {
		return func(p *store.Package) bool { return from <= p.Downloads && p.Downloads <= to }
	}
	dependents := func(from, to uint64) is {
		return func(p *store.Package) bool { return from <= p.Dependents && p.Dependents <= to }
	}
	major := func(from, to int) is {
		return func(p *store.Package) bool {
			n, err := strconv.Atoi(strings.Split(p.Version, ".")[0])
			return err == nil && from <= n && n <= to
		}
	}
	esm := func(p *store.Package) bool { return p.Module == store.ESM || p.Module == store.Dual }
	not := func(f is) is { return func(p *store.Package) bool { return !f(p) } }
	and := func(fs ...is) is {
		return func(p *store.Package) bool { return !slices.ContainsFunc(fs, func(f is) bool { return !f(p) }) }
	}
	or := func(fs ...is) is {
		return func(p *store.Package) bool { return slices.ContainsFunc(fs, func(f is) bool { return f(p) }) }
	}
	nodes := map[string]naiveNodes{} // many packages say the same
	node := func(p *store.Package) naiveNodes {
		text := p.Engines["node"]
		if _, ok := nodes[text]; !ok {
			nodes[text] = tryNodes(text)
		}
		return nodes[text]
	}
	runsOn := func(major, minor int) is {
		return func(p *store.Package) bool {
			minors := node(p)[major]
			if minor >= 0 {
				return minors[minor]
			}
			return slices.Contains(minors[:], true)
		}
	}
	needs := func(major int) is { // at least that
		return func(p *store.Package) bool {
			for v := range major {
				if runsOn(v, -1)(p) {
					return false
				}
			}
			return true
		}
	}
	const most, max64 = 1 << 62, 1<<64 - 1
	later := year(3000)
	tests := map[string]is{
		"":                                 func(*store.Package) bool { return true },
		"license:isc":                      license("isc"),
		"license:ISC,Apache-2.0":           or(license("isc"), license("apache-2.0", "apache 2")),
		"license:mit+apache-2.0":           and(license("mit", "mit/x11"), license("apache-2.0", "apache 2")),
		"license:lgpl-3.0":                 license("lgpl-3.0", "lgpl-3.0-only", "lgpl-3.0-or-later"),
		"dep:debug":                        dep("debug"),
		"dep:debug,ms,-lodash":             and(or(dep("debug"), dep("ms")), not(dep("lodash"))),
		"dep:accepts+debug":                and(dep("accepts"), dep("debug")),
		"peer:react":                       peer("react"),
		"-peer:react dep:debug":            and(not(peer("react")), dep("debug")),
		"has:types":                        func(p *store.Package) bool { return p.Types },
		"has:bin":                          func(p *store.Package) bool { return len(p.Bin) > 0 },
		"has:esm":                          esm,
		"has:cjs":                          func(p *store.Package) bool { return p.Module == store.CommonJS || p.Module == store.Dual },
		"has:dual":                         func(p *store.Package) bool { return p.Module == store.Dual },
		"-has:dual":                        func(p *store.Package) bool { return p.Module != store.Dual },
		"has:esm -has:cjs":                 func(p *store.Package) bool { return p.Module == store.ESM },
		"has:provenance":                   func(p *store.Package) bool { return p.Provenance },
		"has:installscript":                func(p *store.Package) bool { return p.InstallScript },
		"has:readme,license":               func(p *store.Package) bool { return p.ReadmeBytes > 0 && p.License != "" },
		"-has:license":                     func(p *store.Package) bool { return p.License == "" },
		"-has:repository":                  func(p *store.Package) bool { return p.Repository == "" },
		"-has:homepage":                    func(p *store.Package) bool { return p.Homepage == "" },
		"-has:bugs":                        func(p *store.Package) bool { return p.Bugs == "" },
		"has:keywords":                     func(p *store.Package) bool { return len(p.Keywords) > 0 },
		"-has:description":                 func(p *store.Package) bool { return p.Description == "" },
		"has:tests":                        func(p *store.Package) bool { return p.TestScript },
		"-has:dependencies has:peers":      func(p *store.Package) bool { return len(p.Dependencies) == 0 && len(p.PeerDependencies) > 0 },
		"has:engines":                      func(p *store.Package) bool { return p.Engines["node"] != "" },
		"has:prerelease":                   func(p *store.Package) bool { return strings.Contains(strings.Split(p.Version, "+")[0], "-") },
		"is:deprecated":                    func(p *store.Package) bool { return p.Deprecated },
		"not:deprecated has:esm,types":     func(p *store.Package) bool { return !p.Deprecated && esm(p) && p.Types },
		"updated:2025":                     updated(year(2025), year(2026)),
		"updated:>2025-06":                 updated(year(2025).AddDate(0, 6, 0), later),
		"updated:<2020":                    updated(year(1970), year(2020)),
		"updated:<=2020":                   updated(year(1970), year(2021)),
		"-updated:>=2020":                  not(updated(year(2020), later)),
		"updated:2018..2021-03":            updated(year(2018), year(2021).AddDate(0, 3, 0)),
		"updated:<18mo":                    updated(recordsNow().AddDate(0, -18, 0).Add(time.Second), later),
		"updated:>3y":                      updated(year(1970), recordsNow().AddDate(-3, 0, 0)),
		"published:2015":                   created(year(2015), year(2016)),
		"published:>2022-02-28":            created(time.Date(2022, 3, 1, 0, 0, 0, 0, time.UTC), later),
		"published:5y..10y":                created(recordsNow().AddDate(-10, 0, 0), recordsNow().AddDate(-5, 0, 0).Add(time.Second)),
		"downloads:>1M":                    downloads(1_000_001, max64),
		"downloads:0":                      downloads(0, 0),
		"downloads:1k..2.5M":               downloads(1000, 2_500_000),
		"dependents:>=10":                  dependents(10, max64),
		"dependents:1..2":                  dependents(1, 2),
		"-dependents:0":                    dependents(1, max64),
		"size:<50kb":                       size(1, 49_999),
		"size:>=1mb":                       size(1_000_000, most),
		"-size:>0":                         func(p *store.Package) bool { return p.UnpackedSize == 0 },
		"version:0":                        major(0, 0),
		"version:>=3":                      major(3, 1<<40),
		"version:1..2":                     major(1, 2),
		"node:18":                          runsOn(18, -1),
		"node:20.8":                        runsOn(20, 8),
		"node:19":                          runsOn(19, -1),
		"-node:14":                         not(runsOn(14, -1)),
		"node:>=20":                        needs(20),
		"node:<12":                         not(needs(12)),
		"has:types downloads:>1M node:>16": and(func(p *store.Package) bool { return p.Types }, downloads(1_000_001, max64), needs(17)),
	}
	return tests
}

// naiveNodes tries out releases of Node, patch by patch: node[major][minor] tells whether a range lets one of them through.
type naiveNodes [40][32]bool

// tryNodes gives what a range lets through. What nothing satisfies, or nobody can read, is taken for every Node.
func tryNodes(text string) (node naiveNodes) {
	alternatives := naiveParse(text)
	some := false
	for x := range node {
		for y := range node[x] {
			for z := range 25 {
				node[x][y] = node[x][y] || naiveSatisfies(alternatives, []int{x, y, z})
			}
			some = some || node[x][y]
		}
	}
	if !some {
		return tryNodes("*")
	}
	return node
}

type naiveComparator struct {
	op    string
	given []int // the numbers that are given
}

func naiveParse(text string) (alternatives [][]naiveComparator) {
	part := regexp.MustCompile(`(>=|<=|>|<|\^|~>|~|=|)\s*v?(\d+|x|\*)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?`)
	for alternative := range strings.SplitSeq(text, "||") {
		all := []naiveComparator{}
		for _, m := range part.FindAllStringSubmatch(alternative, -1) {
			c := naiveComparator{op: m[1]}
			for _, s := range m[2:] {
				n, err := strconv.Atoi(s)
				if err != nil {
					break
				}
				c.given = append(c.given, n)
			}
			all = append(all, c)
		}
		alternatives = append(alternatives, all)
	}
	return alternatives
}

func naiveSatisfies(alternatives [][]naiveComparator, v []int) bool {
	holds := func(c naiveComparator) bool {
		order := slices.Compare(v[:len(c.given)], c.given)
		same := func(fixed int) bool { return order >= 0 && slices.Equal(v[:fixed], c.given[:fixed]) }
		switch c.op {
		case ">=":
			return order >= 0
		case "<=":
			return order <= 0
		case ">":
			return order > 0
		case "<":
			return order < 0
		case "^":
			fixed := 1
			for fixed < len(c.given) && c.given[fixed-1] == 0 {
				fixed++
			}
			return same(fixed)
		case "~", "~>":
			return same(min(2, len(c.given)))
		}
		return order == 0
	}
	return slices.ContainsFunc(alternatives, func(all []naiveComparator) bool {
		return !slices.ContainsFunc(all, func(c naiveComparator) bool { return !holds(c) })
	})
}

// compareWithRecords asks every query and looks at every record.
func compareWithRecords(t *testing.T, st *store.Store, s *search.Searcher) {
	t.Helper()
	var packages []store.Package
	err := st.Iterate(t.Context(), "", func(p store.Package) error {
		if p.Indexed() {
			packages = append(packages, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := recordTests()
	for _, text := range slices.Sorted(maps.Keys(tests)) {
		want := []string{}
		for i := range packages {
			if tests[text](&packages[i]) {
				want = append(want, packages[i].Name)
			}
		}
		got := allNames(t, s, text)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %d in place of %d (-want +got):\n%.2000s", text, len(got), len(want), diff)
		}
		t.Logf("%-32s %d of %d", text, len(got), len(packages))
	}
}

// allNames pages through an answer and gives its names, sorted.
func allNames(t *testing.T, s *search.Searcher, text string) []string {
	t.Helper()
	names := []string{}
	for {
		r, err := s.Search(t.Context(), search.Request{Text: text, Size: search.MaxSize, From: len(names)})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, h := range r.Hits {
			names = append(names, h.Package.Name)
		}
		if len(r.Hits) == 0 {
			if r.Total != len(names) {
				t.Errorf("%s: total %d, %d hits", text, r.Total, len(names))
			}
			slices.Sort(names)
			return names
		}
	}
}

// recordsIndex makes an empty index and its searcher.
func recordsIndex(t *testing.T) (*store.Store, *index.Index) {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	ix, err := index.Open(t.Context(), filepath.Join(dir, "index"), st, index.Options{Now: recordsNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return st, ix
}

func TestFiltersAgreeWithTheSampleRecords(t *testing.T) {
	st, ix := recordsIndex(t)
	importSample(t, ix, recordsNow)
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	compareWithRecords(t, st, search.New(ix, st, search.Options{}))
}

// Real packuments, where they lie beside this module.
func TestFiltersAgreeWithRealRecords(t *testing.T) {
	const path = "../../shared/corpus/packuments.ndjson.zst"
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no " + path)
	}
	if testing.Short() {
		t.Skip("takes seconds")
	}
	st, ix := recordsIndex(t)
	dump := ingest.Source{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
	if _, err := ingest.NewImporter(ix, ingest.ImportOptions{Now: recordsNow}).Run(t.Context(), dump); err != nil {
		t.Fatal(err)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s := search.New(ix, st, search.Options{})
	compareWithRecords(t, st, s)
	compareAnswers(t, s, "", "parser", "react component has:types")
}
