package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index"
)

func synonyms(t *testing.T, file string) *Synonyms {
	t.Helper()
	s, err := ParseSynonyms(strings.NewReader(file), "test.txt")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// expanded renders what begins at a word as "span:words" with the weight, separated by commas.
func expanded(s *Synonyms, query string, at int) string {
	var all []string
	for _, e := range s.Expand(index.Words(query), at) {
		all = append(all, fmt.Sprintf("%d:%s %g", e.Span, strings.Join(e.Words, " "), e.Weight))
	}
	return strings.Join(all, ", ")
}

func TestExpand(t *testing.T) {
	s := synonyms(t, `
		k8s = Kubernetes
		websocket = web socket = ws   # two ways to write it, and an abbreviation
		realtime => websocket, push (0.3)
		drag and drop = dnd (0.9)
		web => internet
		p2p = peer to peer`)
	for _, c := range []struct {
		query string
		at    int
		want  string
	}{
		{"k8s", 0, "1:kubernetes 1"},
		{"a KUBERNETES operator", 1, "1:k8s 1"},
		{"Web Sockets", 0, "2:websocket 1, 2:ws 1, 1:internet 0.5"}, // the longer span first
		{"web-socket", 0, "2:websocket 1, 2:ws 1, 1:internet 0.5"},
		{"websockets", 0, "1:web socket 1, 1:ws 1"},
		{"websocket", 1, ""},
		{"real time", 0, "2:push 0.3, 2:websocket 0.3"},
		{"push", 0, ""}, // => has one direction
		{"vue drag and drop list", 1, "3:dnd 0.9"},
		{"dnd", 0, "1:drag and drop 0.9"},
		{"peer to", 0, "2:p2p 1"}, // a query holds each word once
		{"p2p", 0, "1:peer to peer 1"},
		{"nothing", 0, ""},
		{"k8s", -1, ""},
		{"", 0, ""},
	} {
		if got := expanded(s, c.query, c.at); got != c.want {
			t.Errorf("Expand(%q, %d) = %q, want %q", c.query, c.at, got, c.want)
		}
	}
	if got := expanded(nil, "k8s", 0); got != "" {
		t.Errorf("nil expands to %q", got)
	}
}

func TestExtend(t *testing.T) {
	const base = "db = database = store\nauth => login, oauth\nlogin = signin"
	for _, c := range []struct{ what, file, query, want string }{
		{"adds", "db = base", "db", "1:base 1, 1:database 1, 1:store 1"},
		{"gives another weight", "db = store (0.2)", "db", "1:database 1, 1:store 0.2"},
		{"also the other way", "db = store (0.2)", "store", "1:database 1, 1:db 0.2"},
		{"takes a pair away", "! db = store", "db", "1:database 1"},
		{"in both directions", "! db = store", "store", "1:database 1"},
		{"takes one direction away", "! db => store, database", "db", ""},
		{"and leaves the other", "! db => store", "store", "1:database 1, 1:db 1"},
		{"takes a word away", "! Logins", "login", ""},
		{"also where it is the answer", "! login", "auth", "1:oauth 0.5"},
		{"takes everything away", "! *", "db", ""},
		{"and goes on", "! *\ndb = deebee", "db", "1:deebee 1"},
		{"takes away what is not there", "! nothing = at all", "db", "1:database 1, 1:store 1"},
		{"puts back what it took away", "! db\ndb = store", "db", "1:store 1"},
	} {
		before := synonyms(t, base)
		after, err := before.Extend(strings.NewReader(c.file), "test.txt") // the same name as the first
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got := expanded(after, c.query, 0); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.what, c.query, got, c.want)
		}
		if diff := cmp.Diff(expanded(synonyms(t, base), c.query, 0), expanded(before, c.query, 0)); diff != "" {
			t.Errorf("%s: the synonyms that were extended changed: %s", c.what, diff)
		}
	}
}

func TestExtendRefusesTooManyAlternatives(t *testing.T) {
	var file strings.Builder
	for i := range maxAlternatives {
		fmt.Fprintf(&file, "word => w%d\n", i)
	}
	full := synonyms(t, file.String())
	_, err := full.Extend(strings.NewReader("\nword = more"), "own.txt")
	want := `own.txt:2: "word" would have more than 32 alternatives; take some away with a line like ! word`
	if err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	if got := len(full.Expand([]string{"word"}, 0)); got != maxAlternatives {
		t.Errorf("%d alternatives, want %d", got, maxAlternatives)
	}
}

// side draws a word or phrase of a small vocabulary, so that lines meet.
func side(t *rapid.T) string {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"web", "sockets", "socket", "websocket", "i18n", "k8s", "état", "a", "to", "日本"}), 1, 4).Draw(t, "side")
	return strings.Join(words, " ")
}

// Whatever was said with = holds both ways, expansions are bounded, sorted, and never what was typed.
func TestExpandHoldsForAnySynonyms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s *Synonyms
		var groups [][2]string
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			a, b := side(t), side(t)
			sign := rapid.SampledFrom([]string{" = ", " => "}).Draw(t, "sign")
			next, err := s.Extend(strings.NewReader(a+sign+b), "test.txt")
			if err != nil {
				continue // the same on both sides, or too many words
			}
			s = next
			if sign == " = " {
				groups = append(groups, [2]string{a, b})
			}
		}
		for _, g := range groups {
			for _, pair := range [][2]string{g, {g[1], g[0]}} {
				from, to := distinct(index.Words(pair[0])), index.Words(pair[1])
				found := slices.ContainsFunc(s.Expand(from, 0), func(e Expansion) bool {
					return e.Span == len(from) && synonymForm(e.Words) == synonymForm(to)
				})
				if !found {
					t.Fatalf("%q does not find %q", pair[0], pair[1])
				}
			}
		}
		query := index.Words(side(t) + " " + side(t))
		for at := range query {
			checkExpansions(t, s, query, at)
		}
	})
}

func checkExpansions(t interface{ Fatalf(string, ...any) }, s *Synonyms, query []string, at int) {
	all := s.Expand(query, at)
	if len(all) > maxSideWords*maxAlternatives {
		t.Fatalf("%d expansions of %q", len(all), query[at:])
	}
	seen := map[string]bool{}
	for i, e := range all {
		if e.Span < 1 || at+e.Span > len(query) || e.Weight <= 0 || e.Weight > 1 || len(e.Words) == 0 {
			t.Fatalf("expansion %+v of %q", e, query[at:])
		}
		if synonymForm(e.Words) == synonymForm(query[at:at+e.Span]) {
			t.Fatalf("%q expands to itself, %q", query[at:at+e.Span], e.Words)
		}
		id := fmt.Sprint(e.Span, synonymForm(e.Words))
		if seen[id] {
			t.Fatalf("%q expands to %q twice", query[at:at+e.Span], e.Words)
		}
		seen[id] = true
		if i > 0 && (all[i-1].Span < e.Span || all[i-1].Span == e.Span && all[i-1].Weight < e.Weight) {
			t.Fatalf("%+v comes after %+v", e, all[i-1])
		}
	}
}

func TestCallersCannotChangeSynonyms(t *testing.T) {
	s := synonyms(t, "a = b")
	s.Expand([]string{"a"}, 0)[0].Words[0] = "spoilt"
	if got := expanded(s, "a", 0); got != "1:b 1" {
		t.Errorf("a expands to %q", got)
	}
}

func BenchmarkExpand(b *testing.B) {
	s := DefaultSynonyms()
	words := index.Words("react drag and drop file upload with progress bar and i18n")
	b.ReportAllocs()
	for b.Loop() {
		for at := range words {
			s.Expand(words, at)
		}
	}
}

func BenchmarkDefaultSynonyms(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		DefaultSynonyms()
	}
}
