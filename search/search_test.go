package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

var testNow = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// catalog makes a searcher over packages, applied in parts of the given size.
func catalog(t testing.TB, part int, downloads map[string]uint64, packages ...store.Package) *Searcher {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	ix, err := index.Open(t.Context(), filepath.Join(dir, "index"), st, index.Options{Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	if err := ix.Apply(t.Context(), store.Batch{Downloads: downloads}); err != nil {
		t.Fatal(err)
	}
	for len(packages) > 0 {
		n := min(part, len(packages))
		if err := ix.Apply(t.Context(), store.Batch{Packages: packages[:n]}); err != nil {
			t.Fatal(err)
		}
		packages = packages[n:]
	}
	return New(ix, st, Options{})
}

func pkg(name, description string, keywords ...string) store.Package {
	return store.Package{Name: name, Status: store.Active, Version: "1.2.0", VersionsCount: 1,
		Description: description, Keywords: keywords}
}

func found(t *testing.T, s *Searcher, text string) []string {
	t.Helper()
	r, err := s.Search(t.Context(), Request{Text: text, Size: 20})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if r.Total != len(r.Hits) {
		t.Errorf("%q: total is %d, %d hits", text, r.Total, len(r.Hits))
	}
	names := []string{}
	for _, h := range r.Hits {
		names = append(names, h.Package.Name)
	}
	return names
}

func TestQualifiersAndPhrases(t *testing.T) {
	by := func(p store.Package, author, maintainer string) store.Package {
		p.Author = &store.Person{Name: author, Email: author + "@mail.example"}
		p.Maintainers = []store.User{{Username: maintainer, Email: "m@mail.example"}}
		return p
	}
	old := pkg("old-picker", "a date picker", "date")
	old.Deprecated = true
	beta := pkg("beta-picker", "date and time picker", "date", "time")
	beta.Version = "0.3.0"
	s := catalog(t, 2, nil,
		by(pkg("picker", "pick a date from a calendar", "date", "Calendar View"), "Ann Lee", "ann"),
		by(pkg("@ui/date-picker", "the picker of our kit", "ui"), "Bob", "ann"),
		old, beta)
	for text, want := range map[string][]string{
		`"date picker"`:                {"@ui/date-picker", "old-picker"},
		`"picker date"`:                {},
		`"pick a date"`:                {"picker"},
		`"calendar view"`:              {"picker"},
		`picker -calendar`:             {"@ui/date-picker", "beta-picker", "old-picker"},
		`picker -"date picker"`:        {"picker", "beta-picker"},
		`scope:ui`:                     {"@ui/date-picker"},
		`scope:@UI picker`:             {"@ui/date-picker"},
		`keywords:date,-time`:          {"picker", "old-picker"},
		`keywords:date+time`:           {"beta-picker"},
		`keywords:"calendar view"`:     {"picker"},
		`keywords:calendar`:            {},
		`author:"ann lee"`:             {"picker"},
		`author:bob@mail.example`:      {"@ui/date-picker"},
		`maintainer:ann -scope:ui`:     {"picker"},
		`is:unstable`:                  {"beta-picker"},
		`is:deprecated`:                {"old-picker"},
		`not:deprecated keywords:date`: {"picker", "beta-picker"},
		`is:unstable not:unstable`:     {},
		`is:unstable -is:unstable`:     {},
		`nothing-like-this-at-all`:     {},
		`!!!`:                          {},
	} {
		got := found(t, s, text)
		// Which of the matches comes first is the relevance tests' business.
		if diff := cmp.Diff(set(want), set(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	if all := found(t, s, ""); len(all) != 4 || all[3] != "old-picker" {
		t.Errorf("an empty text gives %v, want all four, the deprecated one last", all)
	}
}

func set(names []string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

func TestOrder(t *testing.T) {
	held := pkg("router-held", "router")
	held.Status = store.SecurityHeld
	old := pkg("router-old", "router")
	old.Deprecated = true
	s := catalog(t, 3, map[string]uint64{"router-big": 5e6, "router-mid": 5e3, "router-old": 9e7, "router-held": 9e7, "obscure": 1, "obscure-kit": 8e7},
		pkg("router-mid", "router"), pkg("router-big", "router"), old, held,
		pkg("obscure", ""), pkg("obscure-kit", "the obscure kit"), pkg("twin-b", "twin"), pkg("twin-a", "twin"), pkg("JSONStream", ""), pkg("socket.io", ""))
	for text, want := range map[string][]string{
		"router":            {"router-big", "router-mid", "router-old", "router-held"},
		"obscure":           {"obscure", "obscure-kit"},
		"boost-exact:false": nil,
		"twin":              {"twin-a", "twin-b"},
		"socketio":          {"socket.io"},
		"Socket IO":         {"socket.io"},
		"json stream":       {"JSONStream"},
	} {
		got := found(t, s, text)
		if want != nil {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", text, diff)
			}
		}
	}
}

func TestPagesCoverEverythingOnce(t *testing.T) {
	var packages []store.Package
	for i := range 97 {
		packages = append(packages, pkg(fmt.Sprintf("thing-%02d", i), "a thing"))
	}
	s := catalog(t, 10, nil, packages...)
	seen := map[string]int{}
	for from := 0; from < 120; from += 10 {
		r, err := s.Search(t.Context(), Request{Text: "thing", Size: 10, From: from})
		if err != nil {
			t.Fatal(err)
		}
		if r.Total != 97 {
			t.Errorf("from %d: total %d, want 97", from, r.Total)
		}
		for _, h := range r.Hits {
			seen[h.Package.Name]++
		}
	}
	if len(seen) != 97 {
		t.Errorf("pages show %d packages, want 97", len(seen))
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s is on %d pages", name, n)
		}
	}
}

// TestAnswersDoNotDependOnSegments builds the same catalog in different orders and parts.
func TestAnswersDoNotDependOnSegments(t *testing.T) {
	words := strings.Fields("react vue router state store date time parse json stream http client server test icon")
	dice := rand.New(rand.NewPCG(3, 3))
	word := func() string { return words[dice.IntN(len(words))] }
	downloads := map[string]uint64{}
	var packages []store.Package
	for i := range 400 {
		name := fmt.Sprintf("%s-%s-%d", word(), word(), i%90)
		downloads[name] = uint64(dice.IntN(1e6))
		packages = append(packages, pkg(name, word()+" "+word()+" with "+word(), word(), word()))
	}
	byName := map[string]store.Package{}
	for _, p := range packages {
		byName[p.Name] = p
	}
	packages = packages[:0]
	for _, p := range byName {
		packages = append(packages, p)
	}
	texts := []string{"", "react router", "json stream parse", `"http client"`, "date -time", "keywords:vue", "vuerouter", "test keywords:icon,json",
		"reacct routr", "vue-routre", "react alternative", "websocket", "json.js", "server side"}
	var want []*Result
	for _, part := range []int{500, 7, 31} {
		rand.New(rand.NewPCG(uint64(part), 1)).Shuffle(len(packages), func(i, j int) { packages[i], packages[j] = packages[j], packages[i] })
		s := catalog(t, part, downloads, packages...)
		if err := s.index.Rescore(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			r, err := s.Search(t.Context(), Request{Text: text, Size: 50, Explain: true})
			if err != nil {
				t.Fatal(err)
			}
			r.Took, r.LLN, r.Generation, r.Stats = 0, 0, "", Stats{}
			if len(want) <= i {
				want = append(want, r)
			} else if diff := cmp.Diff(want[i], r); diff != "" {
				t.Fatalf("%q in parts of %d (-parts of 500 +got):\n%s", text, part, diff)
			}
		}
	}
}

func TestExplanationMakesTheScore(t *testing.T) {
	s := catalog(t, 2, map[string]uint64{"a-date": 1000}, pkg("a-date", "a date", "date"), pkg("date", "dates and more"), pkg("c", "one date"))
	for _, text := range []string{"date", "a date picker", "", "scope:unscoped"} {
		r, err := s.Search(t.Context(), Request{Text: text, Size: 10, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			sum := 0.0
			for _, p := range h.Explain {
				if p.Factor {
					sum *= p.Value
				} else {
					sum += p.Value
				}
			}
			if math.Abs(sum-h.Score) > 1e-9*h.Score || h.Score <= 0 {
				t.Errorf("%q: %s scores %g, its parts make %g", text, h.Package.Name, h.Score, sum)
			}
		}
	}
}

func TestWeights(t *testing.T) {
	fresh := pkg("fresh", "thing")
	fresh.LastPublished = testNow.AddDate(0, -1, 0)
	fresh.FirstPublished = testNow.AddDate(-1, 0, 0)
	fresh.Releases = []score.MonthCount{{Month: score.Month(fresh.FirstPublished), Count: 3}, {Month: score.Month(fresh.LastPublished), Count: 5}}
	s := catalog(t, 5, map[string]uint64{"used": 1e7}, fresh, pkg("used", "thing"))
	for want, w := range map[string]score.Weights{"fresh": {Maintenance: 1}, "used": {Popularity: 1}} {
		r, err := s.Search(t.Context(), Request{Text: "thing", Size: 1, Weights: &w})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Hits[0].Package.Name; got != want {
			t.Errorf("weights %+v put %s first, want %s", w, got, want)
		}
	}
}

func TestRequestLimits(t *testing.T) {
	s := catalog(t, 1, nil, pkg("a", ""))
	for _, r := range []Request{{Size: -1}, {Size: MaxSize + 1}, {From: -1}, {From: MaxFrom + 1}, {From: math.MinInt}, {Size: math.MaxInt},
		{Text: strings.Repeat("x", MaxText+1)}} {
		if _, err := s.Search(t.Context(), r); !errors.Is(err, ErrBadQuery) {
			t.Errorf("%+.40v: got %v, want ErrBadQuery", r, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, Request{Text: "a", Size: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: got %v", err)
	}
	for _, n := range []int{0, -1, MaxSuggest + 1} {
		if _, err := s.Suggest(t.Context(), "a", n); !errors.Is(err, ErrBadQuery) {
			t.Errorf("suggest %d: got %v, want ErrBadQuery", n, err)
		}
	}
}

func TestNoHeadStartForTheName(t *testing.T) {
	s := catalog(t, 5, map[string]uint64{"router-kit": 1e8}, pkg("router", ""), pkg("router-kit", "router of routers", "router"))
	if got := found(t, s, "router"); got[0] != "router" {
		t.Errorf("with the boost %v, want the exact name first", got)
	}
	if got := found(t, s, "router boost-exact:false"); got[0] != "router-kit" {
		t.Errorf("without the boost %v, want the much used package first", got)
	}
}

// TestTheCaseTypedComesFirst: capital letters are typed on purpose, small ones are not. Only what is so much used that it is taken
// for the original of other look-alikes stays before it: brands are written with capitals, their packages without.
func TestTheCaseTypedComesFirst(t *testing.T) {
	held := pkg("QUEUE", "")
	held.Status = store.SecurityHeld
	dead := pkg("Gate", "opened")
	dead.Deprecated = true
	s := catalog(t, 5, map[string]uint64{"jsonrivulet": 1e6, "JSONRivulet": 2e3, "JsonRivulet": 9e5, "queue": 1e6, "lamp": 1e6, "Lamp": 900,
		"gate": 1e6, "Gate": 9e4},
		pkg("JSONRivulet", "streams"), pkg("jsonrivulet", "rivulet of json", "json"), pkg("JsonRivulet", "streams"), pkg("queue", "a queue"), held,
		pkg("lamp", "light"), pkg("Lamp", "light"), pkg("gate", "opens"), dead)
	for text, want := range map[string]string{"Lamp": "lamp", "Gate": "gate", "JSONRivulet": "JSONRivulet", "JsonRivulet": "JsonRivulet", "jsonrivulet": "jsonrivulet",
		"JSONRIVULET": "jsonrivulet", "JSONRivulet has:description": "JSONRivulet", "QUEUE": "queue"} {
		if got := firstOf(t, s, text).Package.Name; got != want {
			t.Errorf("%s finds %s first, want %s", text, got, want)
		}
	}
}

func TestExactNameBeatsAnyPrior(t *testing.T) {
	dead := pkg("tiny", "")
	dead.Deprecated = true
	held := pkg("held", "")
	held.Status = store.SecurityHeld
	s := catalog(t, 5, map[string]uint64{"tiny-tiny": 1e9, "held-kit": 1e9}, dead, held,
		pkg("tiny-tiny", "tiny tiny", "tiny"), pkg("held-kit", "held", "held"))
	if got := found(t, s, "tiny"); got[0] != "tiny" {
		t.Errorf("a deprecated package of that very name is not first: %v", got)
	}
	if got := found(t, s, "held"); got[0] != "held-kit" {
		t.Errorf("a held name is first: %v", got)
	}
}

// TestStopWordsInPhrases: a phrase is more than the one word that stop words leave of it.
func TestStopWordsInPhrases(t *testing.T) {
	s := catalog(t, 5, nil, pkg("a", "the queue of jobs"), pkg("b", "queue"), pkg("the-queue", ""))
	for text, want := range map[string][]string{
		`"the queue"`:           {"the-queue"},
		`"queue of jobs"`:       {"a"},
		`queue -"the queue"`:    {"a", "b"},
		`queue -"queue of job"`: {"b", "the-queue"},
	} {
		if diff := cmp.Diff(set(want), set(found(t, s, text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
