package eval

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadPlainText(t *testing.T) {
	got, err := Read(strings.NewReader(`# what people ask us for

web framework => fastify, koa:3, | express !fastifi
[names]
a => b => b
`), "dir/needs.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := []Query{
		{ID: "needs/web framework", Family: "needs", Text: "web framework",
			Relevant: map[string]int{"fastify": 2, "koa": 3, "express": 1}, Negative: []string{"fastifi"}},
		{ID: "names/a => b", Family: "names", Text: "a => b", Relevant: map[string]int{"b": 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReadLinesOfJSON(t *testing.T) {
	got, err := Read(strings.NewReader("\ufeff\n"+`{"query":"koa","relevant":{"koa":2}}
{"id":"7","family":"typed","query":"koa","relevant":{"koa":2,"kao":0},"negative":["kao"],"prefixes":["k","ko"],"group":"g","kind":"x","source":["y"]}
`), "own.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	want := []Query{
		{ID: "own/koa", Family: "own", Text: "koa", Relevant: map[string]int{"koa": 2}},
		{ID: "7", Family: "typed", Text: "koa", Relevant: map[string]int{"koa": 2, "kao": 0}, Negative: []string{"kao"}, Prefixes: []string{"k", "ko"}, Group: "g"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReadSaysWhereAndWhy(t *testing.T) {
	for text, want := range map[string]string{
		"\nweb framework":                   "f:2: a line must be: query => name name | related !negative",
		"a =>":                              "f:1: no package is named as relevant",
		"=> koa":                            "f:1: there is no query",
		"a => koa koa":                      `f:1: "koa" is named twice`,
		"a => koa | b | c":                  "f:1: there is more than one |",
		"a => koa:best":                     `f:1: the grade "best" is not a number`,
		"a => koa:11":                       `f:1: the grade of "koa" is 11: it must be from 0 to 10`,
		"a => koa !":                        "f:1: ! has no name after it",
		"a => koa !koa":                     `f:1: "koa" is both relevant and negative`,
		"[ ]":                               "f:1: the family between [ and ] has no name",
		"[mean]\na => b":                    `f:2: a family cannot be called "mean"`,
		"a => koa\nb => c\na => d":          `f:3: "f/a" stands here a second time; the first is f:1`,
		"a\xff => koa":                      "f:1: the query is not UTF-8",
		"{":                                 "f:1: the JSON object does not end on its line",
		`{"query":"a"} {}`:                  "f:1: there is more than one JSON value on the line",
		`{"query":"a","relevent":{}}`:       `f:1: read JSON: json: unknown field "relevent"`,
		`{"query":1}`:                       `f:1: "query" cannot be a JSON number`,
		`{"query":"a","relevant":["b"]}`:    `f:1: "relevant" cannot be a JSON array`,
		`{"query":"a","relevant":{"b":11}}`: `f:1: the grade of "b" is 11: it must be from 0 to 10`,
		`{"query":"a","relevant":{"b":-1}}`: `f:1: the grade of "b" is -1: it must be from 0 to 10`,
		`{"query":"a","relevant":{"b":0}}`:  "f:1: no package has a grade above 0",
		`{"query":"a","relevant":{"b":1},"prefixes":[""]}`:    "f:1: a prefix is empty",
		"{\"query\":\"a\",\"relevant\":{\"b\":1}}\n[1]":       "f:2: a line must be a JSON object, not a array",
		strings.Repeat("a", MaxLine+1):                        fmt.Sprintf("f:1: the line is longer than %d bytes", MaxLine),
		"a => " + strings.Repeat("\t", 10) + manyNames(10001): "f:1: more than 10000 packages are named",
	} {
		_, err := Read(strings.NewReader(text), "f")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " p%d", i)
	}
	return b.String()
}

func TestReadFilesTakesDirectories(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.txt": "x => koa", "a.jsonl": `{"query":"x","relevant":{"koa":1}}`, "README.md": "no queries"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadFiles(dir)
	if err != nil || len(got) != 2 || got[0].ID != "a/x" || got[1].ID != "b/x" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ReadFiles(dir, filepath.Join(dir, "b.txt")); err == nil || !strings.Contains(err.Error(), "a second time") {
		t.Errorf("a file read twice: %v", err)
	}
	for _, name := range []string{filepath.Join(dir, "none"), t.TempDir(), os.DevNull} {
		if _, err := ReadFiles(name); err == nil {
			t.Errorf("%s has no queries, but no error came", name)
		}
	}
}

func TestDigestDependsOnJudgementsAlone(t *testing.T) {
	a := Query{ID: "a", Text: "x", Relevant: map[string]int{"p": 1, "q": 2}}
	b := Query{ID: "b", Text: "y", Relevant: map[string]int{"p": 1}}
	if Digest([]Query{a, b}) != Digest([]Query{b, a}) {
		t.Error("the order of queries changes the digest")
	}
	before := Digest([]Query{a, b})
	b.Relevant = map[string]int{"p": 2}
	if Digest([]Query{a, b}) == before {
		t.Error("another grade leaves the digest as it was")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("[a]\nq => b c | d !e\n# x"))
	f.Add([]byte(`{"query":"a","relevant":{"b":1},"prefixes":["x"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		queries, err := Read(strings.NewReader(string(raw)), "f")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Fatalf("no line in %q", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, q := range queries {
			if err := q.check(); err != nil || seen[q.ID] || q.Family == "" {
				t.Fatalf("%+v: %v", q, err)
			}
			seen[q.ID] = true
			if v := score(q, nil, 10)[NDCG]; v != 0 {
				t.Fatalf("nothing has nDCG %v", v)
			}
		}
	})
}

func TestTextsNeedNoJudgement(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"asked.txt":   "# a comment\nhttp client\nhttp client\n[prefix]\nrea\nreact => react\n",
		"typed.jsonl": `{"query":"react","prefixes":["re","rea"]}` + "\n" + `{"query":"vue","family":"names","relevant":{"vue":2}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	queries, err := ReadTexts(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, q := range queries {
		got = append(got, fmt.Sprintf("%s/%s %t %d", q.Family, q.Text, q.Completes(), len(q.Prefixes)))
	}
	want := []string{"asked/http client false 0", "asked/http client false 0", "prefix/rea true 0", "prefix/react true 0", "typed/react true 2", "names/vue false 0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("queries (-want +got):\n%s", diff)
	}
	if _, err := ReadFiles(filepath.Join(dir, "asked.txt")); err == nil {
		t.Error("a query alone is judged")
	}
	empty := filepath.Join(dir, "none.txt")
	if err := os.WriteFile(empty, []byte("# nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadTexts(empty); err == nil || !strings.HasPrefix(err.Error(), "no queries in ") {
		t.Errorf("a file without queries: %v", err)
	}
}
