package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pkgsearch/index/store"
)

// varied makes packages that differ in everything that qualifiers ask for.
func varied() []store.Package {
	var packages []store.Package
	for i := range 40 {
		p := pkg(fmt.Sprintf("p-%d", i), "a parser of the date", "date")
		if i%5 == 0 {
			p.Name = fmt.Sprintf("@s%d/date.picker", i)
		}
		p.License = []string{"MIT", "(MIT OR Apache-2.0)", "GPL-3.0-or-later", ""}[i%4]
		p.Version = fmt.Sprintf("%d.%d.0", i%4, i%3)
		p.Dependencies = map[string]string{fmt.Sprint("p-", i/2): "1"}
		p.Engines = map[string]string{"node": []string{"", ">=18", "^16 || ^18.2", "nonsense"}[i%4]}
		p.Module = []store.ModuleFormat{store.CommonJS, store.ESM, store.Dual, ""}[i%4]
		p.Types, p.UnpackedSize = i%2 == 0, int64(i%7)*1000
		if i%6 > 0 {
			p.Date = testNow.AddDate(0, -i, 0)
			p.Created = testNow.AddDate(-i%9, 0, 0)
		}
		if i%8 == 0 {
			p.PeerDependencies, p.Bin = map[string]string{"react": "*"}, []string{"tool"}
		}
		packages = append(packages, p)
	}
	return packages
}

func TestHostileQueries(t *testing.T) {
	s := catalog(t, 7, map[string]uint64{"p-1": 5e6}, varied()...)
	var all []string
	for _, q := range Qualifiers() {
		all = append(all, q.Examples[0])
	}
	every := strings.Join(all, " ")
	short := "a:b name:a dep:a peer:a bin:a has:esm is:unstable downloads:>1 dependents:>1 updated:>2025 published:<9y version:1 size:<1gb node:18 license:mit -has:dual"
	for text, says := range map[string]string{
		every:                                          "at most",
		short:                                          "",
		strings.Repeat("word ", 10_000):                "at most 256",
		strings.Repeat("x", 10<<20):                    "at most 256",
		strings.Repeat(`"`, 255):                       "",
		strings.Repeat(`-"`, 127):                      "",
		strings.Repeat(`name:"`, 42):                   "at most 16",
		strings.Repeat("name:", 51):                    "at most 16",
		strings.Repeat("-", 256):                       "",
		strings.Repeat("has:esm ", 32):                 "",
		strings.Repeat("size:<1 ", 17):                 "at most 16",
		strings.Repeat("-size:<1 ", 16):                "",
		"size:>" + strings.Repeat("9", 240):            "",
		"updated:<" + strings.Repeat("9", 240) + "y":   "",
		"downloads:" + strings.Repeat("0", 240):        "",
		"version:" + strings.Repeat("1.", 120):         "version: takes",
		"node:" + strings.Repeat("9", 250):             "",
		"dep:" + strings.Repeat(",", 250):              "",
		"dep:" + strings.Repeat("+", 250):              "",
		"license:" + strings.Repeat("(", 240):          "",
		`license:"` + strings.Repeat("or ", 80) + `"`:  "",
		`dep:` + strings.Repeat(`"",`, 80):             "",
		`dep:` + strings.Repeat(`"`, 250):              "",
		`dep:` + strings.Repeat(`-"a",`, 48):           "at most 16",
		"license:" + strings.Repeat("gpl,bsd,", 8):     "",
		"score-effect:" + strings.Repeat("9", 240):     "score-effect: takes",
		"quality-weight:0." + strings.Repeat("0", 200): "",
		strings.Repeat("score-effect:0 ", 17):          "",
		"name:\x00 \x00":                               "",
		"name:🙂 -description:🙂":                        "",
		"\u202eemit:etadpu name:שלום":                  "",
		"description:the a of":                         "",
		`description:"the of"`:                         "",
		"the a of and":                                 "",
		"author:\u202e\u2066":                          "",
	} {
		r, err := s.Search(t.Context(), Request{Text: text, Size: 5})
		switch {
		case says == "" && err != nil:
			t.Errorf("%.60q: %v", text, err)
		case says != "" && (!errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), says)):
			t.Errorf("%.60q: %v, %+v; want an error that says %q", text, err, r, says)
		}
	}
}

// total is the number of packages that a text lets through.
func total(t rapid.TB, s *Searcher, text string) int {
	r, err := s.Search(context.Background(), Request{Text: text})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r.Total
}

// TestMinusIsTheComplement: each package is let through either by a qualifier or by its negation.
func TestMinusIsTheComplement(t *testing.T) {
	packages := varied()
	s := catalog(t, 9, map[string]uint64{"p-1": 5e6, "p-2": 1000, "p-7": 10}, packages...)
	value := map[string]*rapid.Generator[string]{
		"downloads": rapid.SampledFrom([]string{"0", "10", "1k", "5M"}), "dependents": rapid.SampledFrom([]string{"0", "1", "2"}),
		"size": rapid.SampledFrom([]string{"0", "1kb", "3kb"}), "version": rapid.SampledFrom([]string{"0", "1", "2.1", "3.0.0"}),
		"updated": rapid.SampledFrom([]string{"2025", "2025-03", "2024-01-01"}), "published": rapid.SampledFrom([]string{"2020", "2022-06"}),
		"node": rapid.SampledFrom([]string{"16", "18.1", "18.2", "20"}),
	}
	words := rapid.SampledFrom([]string{"license:mit", "license:gpl-3.0", "license:mit,gpl-3.0", "license:mit+apache-2.0", "dep:p-1", "dep:p-1,p-2", "peer:react",
		"bin:tool", "has:types", "has:esm", "has:dual", "keywords:date", "scope:s5", "is:unstable", "is:deprecated", "description:parser"})
	rapid.Check(t, func(rt *rapid.T) {
		text := words.Draw(rt, "qualifier")
		if rapid.Bool().Draw(rt, "a range") {
			name := rapid.SampledFrom([]string{"downloads", "dependents", "size", "version", "updated", "published", "node"}).Draw(rt, "name")
			op := rapid.SampledFrom([]string{"", ">", ">=", "<", "<=", "="}).Draw(rt, "op")
			text = name + ":" + op + value[name].Draw(rt, "value")
			low := strings.NewReplacer(">=", "<", "<=", ">", ">", "<=", "<", ">=").Replace(op)
			known := name != "size" && name != "updated" && name != "published"
			if low != op && known && total(rt, s, text)+total(rt, s, name+":"+low+strings.TrimPrefix(text, name+":"+op)) != len(packages) {
				rt.Fatalf("%s and its opposite do not make everything", text)
			}
		}
		if with, without := total(rt, s, text), total(rt, s, "-"+text); with+without != len(packages) {
			rt.Fatalf("%s lets %d through, with a minus %d, of %d", text, with, without, len(packages))
		}
	})
}

// FuzzSearch: no text does worse than ErrBadQuery, and no answer changes when it is asked again.
func FuzzSearch(f *testing.F) {
	for _, q := range Qualifiers() {
		for _, e := range q.Examples {
			f.Add(e + " date")
			f.Add("-" + e + ` "date picker"`)
		}
	}
	f.Add("updated:..2y size:1.99999999999gb node:>=v18 name:\"")
	s := catalog(f, 9, map[string]uint64{"p-1": 5e6}, varied()...)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := s.Search(t.Context(), Request{Text: text, Size: 50, Explain: true})
		if err != nil {
			if !errors.Is(err, ErrBadQuery) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if r.Total != len(r.Hits) || r.Total > 40 {
			t.Fatalf("%q: total %d, %d hits", text, r.Total, len(r.Hits))
		}
		for _, h := range r.Hits {
			if !(h.Score > 0) {
				t.Fatalf("%q: %s has the score %v", text, h.Package.Name, h.Score)
			}
		}
	})
}

func TestRelativeDatesFollowTheClock(t *testing.T) {
	p := pkg("a", "")
	p.Date = testNow.Add(-30 * 24 * time.Hour)
	s := catalog(t, 1, nil, p)
	for text, want := range map[string]int{"updated:30d": 1, "updated:<30d": 0, "updated:<31d": 1, "updated:>30d": 0, "updated:>29d": 1, "updated:>=30d": 1, "updated:29d..31d": 1} {
		if got := total(t, s, text); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
