package search

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

func TestParse(t *testing.T) {
	and := func(values ...string) [][]string { return [][]string{values} }
	for text, want := range map[string]Query{
		"":              {},
		"React  Native": {Text: "React Native", Words: []string{"react", "native"}},
		"parseJSON x": {Text: "parseJSON x", Words: []string{"parsejson", "x"},
			Humps: []index.Hump{{Word: "parsejson", Parts: []string{"parse", "json"}}}},
		`"aB" -cD name:eF`: {Text: "aB eF", Words: []string{"ab", "ef"}, Phrases: and("ab"), Without: and("cd"),
			Fields: []FieldWords{{InName, []string{"ef"}, false}}},
		"@babel/core":                {Text: "@babel/core", Words: []string{"babel", "core"}},
		`"date picker" vue`:          {Text: "date picker vue", Words: []string{"date", "picker", "vue"}, Phrases: and("date", "picker")},
		`"open`:                      {Text: `"open`, Words: []string{"open"}},
		"http -server":               {Text: "http", Words: []string{"http"}, Without: and("server")},
		`x -"a b"`:                   {Text: "x", Words: []string{"x"}, Without: and("a", "b")},
		"-":                          {Text: "-"},
		"a - b":                      {Text: "a - b", Words: []string{"a", "b"}},
		"--flag":                     {Text: "--flag", Words: []string{"flag"}},
		"author:TJ":                  {Filters: []Filter{{Author, and("tj"), nil, false}}},
		`author:"T J"`:               {Filters: []Filter{{Author, and("t j"), nil, false}}},
		"-maintainer:tj x":           {Text: "x", Words: []string{"x"}, Filters: []Filter{{Maintainer, nil, []string{"tj"}, false}}},
		"scope:babel":                {Filters: []Filter{{Scope, and("@babel"), nil, false}}},
		"scope:@babel":               {Filters: []Filter{{Scope, and("@babel"), nil, false}}},
		"scope:unscoped":             {Filters: []Filter{{Scope, and("unscoped"), nil, false}}},
		"keywords:a,b+c,-d":          {Filters: []Filter{{Keywords, [][]string{{"a"}, {"b", "c"}}, []string{"d"}, false}}},
		"keywords:a,-a":              {Filters: []Filter{{Keywords, and("a"), []string{}, false}}},
		"keywords:":                  {},
		"-keywords:a+b,c":            {Filters: []Filter{{Keywords, and("a", "b"), nil, true}, {Keywords, nil, []string{"c"}, false}}},
		"license:MIT,isc":            {Filters: []Filter{{License, [][]string{{"mit"}, {"isc"}}, nil, false}}},
		`-licence:"MIT OR Apache 2"`: {Filters: []Filter{{License, and("apache-2.0", "mit"), nil, true}}},
		"dep:@a/B+c,-d":              {Filters: []Filter{{Dependency, and("@a/b", "c"), []string{"d"}, false}}},
		"-peer:react":                {Filters: []Filter{{Peer, nil, []string{"react"}, false}}},
		"bin:tsc":                    {Filters: []Filter{{Command, and("tsc"), nil, false}}},
		"has:Types,dual":             {Has: store.HasTypes | store.HasDual},
		"-has:dual,bin has:esm":      {Has: store.HasESM, HasNot: []store.Has{store.HasDual, store.HasBin}},
		"has:types+bin,,":            {Has: store.HasTypes | store.HasBin},
		"has:install-script":         {Has: store.HasInstallScript},
		"name:date-picker vue": {Text: "date-picker vue", Words: []string{"date", "picker", "vue"},
			Fields: []FieldWords{{InName, []string{"date", "picker"}, false}}},
		`description:"the Parser" x`: {Text: "x", Words: []string{"parser", "x"}, Fields: []FieldWords{{InDescription, []string{"the", "parser"}, false}}},
		"-name:cli -desc:old":        {Fields: []FieldWords{{InName, []string{"cli"}, true}, {InDescription, []string{"old"}, true}}},
		"description:the x":          {Text: "x", Words: []string{"x"}},
		"-boost-exact:true a":        {Text: "a", Words: []string{"a"}, NoExactBoost: true},
		"keywords:c++,d":             {Filters: []Filter{{Keywords, [][]string{{"c++"}, {"d"}}, nil, false}}},
		`keywords:"a+b, c"`:          {Filters: []Filter{{Keywords, and("a+b, c"), nil, false}}},
		`keywords:"a, b",c+"d e" x`:  {Text: "x", Words: []string{"x"}, Filters: []Filter{{Keywords, [][]string{{"a, b"}, {"c", "d e"}}, nil, false}}},
		`-dep:x,-"y",-z+"w"`:         {Filters: []Filter{{Dependency, [][]string{{"y"}, {"z", "w"}}, []string{"x"}, false}}},
		`keywords:"-a",b,-`:          {Filters: []Filter{{Keywords, [][]string{{"-a"}, {"b"}}, nil, false}}},
		`keywords:"a,"b" ,c`:         {Text: `b" ,c`, Words: []string{"b", "c"}, Filters: []Filter{{Keywords, and("a,"), nil, false}}},
		`keywords:"a,b`:              {Filters: []Filter{{Keywords, [][]string{{`"a`}, {"b"}}, nil, false}}},
		`keywords:a+,+,"+"`:          {Filters: []Filter{{Keywords, [][]string{{"a+"}, {"+"}, {"+"}}, nil, false}}},
		"react react":                {Text: "react react", Words: []string{"react"}},
		`"" a -"!"`:                  {Text: "a", Words: []string{"a"}},
		"a -@types/node":             {Text: "a", Words: []string{"a"}, Without: and("types", "node")},
		"author: x":                  {Text: "x", Words: []string{"x"}},
		"not:deprecated is:unstable": {
			Require: store.FlagUnstable, Exclude: store.FlagDeprecated},
		"is:deprecated not:deprecated": {Require: store.FlagDeprecated, Exclude: store.FlagDeprecated},
		"boost-exact:false a":          {Text: "a", Words: []string{"a"}, NoExactBoost: true},
		"foo:bar":                      {Text: "foo:bar", Words: []string{"foo", "bar"}},
		"https://a.example/x?y=1":      {Text: "https://a.example/x?y=1", Words: []string{"https", "a", "example", "x", "y", "1"}},
	} {
		got, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Query{}, "Rest")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestParseTellsWhatIsNotText: Text and Rest are the query again.
func TestParseTellsWhatIsNotText(t *testing.T) {
	for text, want := range map[string][2]string{
		"a":                                  {"a", ""},
		`a License:MIT -b  -"c d" e`:         {"a e", `License:MIT -b -"c d"`},
		`keywords:x,"y z",-w a not:insecure`: {"a", `keywords:x,"y z",-w not:insecure`},
		`author: a -"!"`:                     {"a", ""},
		`name:a`:                             {"a", "name:a"},
	} {
		q, err := Parse(text)
		if got := [2]string{q.Text, q.Rest}; err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"is:fast":                              `is: takes unstable, insecure or deprecated, not "fast"`,
		"not:deprecated,old":                   `not "old"`,
		`"a b c d e f g h i j k l m n o p q"`:  "17 words in phrases",
		"keywords:" + strings.Repeat("a,", 20): "at most 16",
		strings.Repeat("a", MaxText+1):         "at most 256",
		strings.Repeat("\U0001F600", 257):      "at most 256",
		"\xff":                                 "UTF-8",
		strings.Repeat("a megabyte ", 1<<17):   "at most 256",
		strings.Repeat("é", MaxTextBytes):      "1024 bytes",
	} {
		_, err := Parse(text)
		if !errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20q: got error %v, want one that says %q", text, err, says)
		}
	}
}

func TestParseBoundsTerms(t *testing.T) {
	q, err := Parse("a b c d e f g h i j k l m n o p q r s t u v keywords:x+y -z")
	if err != nil {
		t.Fatal(err)
	}
	if len(q.Words) != MaxTerms-3 || len(q.Filters) != 1 || len(q.Without) != 1 {
		t.Errorf("got %d words, %d filters, %d negations, want %d, 1 and 1", len(q.Words), len(q.Filters), len(q.Without), MaxTerms-3)
	}
}

// TestHumpsAreBoundedAsWordsAre: the parts of words in camelCase count after all words.
func TestHumpsAreBoundedAsWordsAre(t *testing.T) {
	for text, want := range map[string]int{
		"aBcD eFg " + strings.Repeat("x ", 99):                 2,
		strings.Repeat("aB", 100):                              0,
		"aB bC cD dE eF fG gH hI iJ jK kL lM mN nO oP pQ":      0,
		"aB bC cD dE eF fG gH hI iJ jK kL lM mN -n -o -p not:": 0,
		"aB bC cD dE eF fG gH aB":                              4,
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(q.Humps) != want {
			t.Errorf("%.40q: %d words are split, want %d", text, len(q.Humps), want)
		}
	}
}

func TestParseGrammar(t *testing.T) {
	piece := rapid.SampledFrom([]string{"react", "-", `"`, "keywords:", "a,b", "+", ",", "is:", "unstable", "not:",
		"scope:", "@", "author:", " ", "\t", "日本", "boost-exact:", "no", "-x", "É", ":"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "pieces"), "")
		q, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrBadQuery) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		n := len(q.Words)
		for _, f := range q.Filters {
			if len(f.AnyOf)+len(f.NoneOf) == 0 {
				t.Fatalf("%q: empty filter", text)
			}
			n += len(f.NoneOf)
			for _, g := range f.AnyOf {
				n += len(g)
			}
		}
		for _, w := range q.Without {
			n += len(w)
		}
		if n > MaxTerms {
			t.Fatalf("%q: %d terms", text, n)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a "b c" -d keywords:e,-f+g is:unstable`, `-"`, "scope:@x", "\xff", "author:\"x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil && !errors.Is(err, ErrBadQuery) {
			t.Fatal(err)
		}
		for _, w := range q.Words {
			if w == "" {
				t.Fatalf("%q: empty word", text)
			}
		}
	})
}
