package search

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestRankingsSurviveBeingWritten(t *testing.T) {
	want := DefaultRanking()
	for i, name := range RankingNames() { // a different value each
		var err error
		if want, err = want.With(name, 1/float64(i+1)+0.0123456789); err != nil && name != "b" {
			t.Fatal(err)
		}
	}
	got, err := DefaultRanking().Read(strings.NewReader(want.YAML()), "own.yaml")
	if err != nil || got != want {
		t.Errorf("wrote %+v, read %+v, %v", want, got, err)
	}
	if n := reflect.TypeFor[Ranking]().NumField(); strings.Count(want.YAML(), "\n") != n {
		t.Errorf("there are %d settings: %s", n, want.YAML())
	}
}

func TestReadRankingChangesWhatItNames(t *testing.T) {
	want := DefaultRanking()
	for text, tags := range map[string]float64{"": want.Tags, "# nothing\n": want.Tags, "tags: 2\n": 2, "{\"tags\": 0.5}": .5, "tags: 1e2 # many": 100} {
		want.Tags = tags
		got, err := DefaultRanking().Read(strings.NewReader(text), "own.yaml")
		if err != nil || got != want {
			t.Errorf("%q gives tags %v, %v", text, got.Tags, err)
		}
	}
}

func TestReadRankingSaysWhereAndWhy(t *testing.T) {
	for text, want := range map[string]string{
		"tags: 1\nnames: 2":               `read ranking f:2: unknown ranking setting "names"; pkgsearch eval --show-ranking lists them`,
		"name-stem: 2":                    `read ranking f:1: unknown ranking setting "name-stem"; did you mean nameStem?`,
		"tags: 1\nname: 1\ntags: 2":       "",
		"tags: -1":                        "read ranking f:1: ranking setting tags is -1: it must be from 0 to 1e+06",
		"tags: 1e7":                       "read ranking f:1: ranking setting tags is 1e+07: it must be from 0 to 1e+06",
		"tags: .nan":                      "read ranking f:1: ranking setting tags is NaN: it must be from 0 to 1e+06",
		"tags: .inf":                      "read ranking f:1: ranking setting tags is +Inf: it must be from 0 to 1e+06",
		"b: 1.5":                          "read ranking f:1: ranking setting b is 1.5: it must be from 0 to 1",
		"k1: 0":                           "read ranking f:1: ranking setting k1 is 0: it must be from 0.01 to 1e+06",
		"tags: much":                      "read ranking f:1: ranking setting tags must be a number",
		"tags: [1]":                       "read ranking f:1: ranking setting tags must be a number",
		"tags:":                           "read ranking f:1: ranking setting tags must be a number",
		"tags":                            "read ranking f:1: it must be lines of setting: number",
		"tags: [":                         "read ranking f: yaml: ",
		strings.Repeat("#", 1<<20) + "\n": "read ranking f: it is larger than 1048576 bytes",
	} {
		_, err := DefaultRanking().Read(strings.NewReader(text), "f")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestDefaultRankingKeepsItsBounds(t *testing.T) {
	if err := DefaultRanking().Validate(); err != nil {
		t.Error(err)
	}
	r := DefaultRanking()
	r.Tags = math.NaN()
	if r.Validate() == nil {
		t.Error("a ranking with a setting that is no number is valid")
	}
	names := RankingNames()
	slices.Sort(names)
	if len(slices.Compact(names)) != len(RankingNames()) || slices.Contains(names, "") {
		t.Errorf("names are empty or not unique: %v", names)
	}
}

func FuzzReadRanking(f *testing.F) {
	f.Add(DefaultRanking().YAML())
	f.Add("a: &x 1\nname: *x")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := DefaultRanking().Read(strings.NewReader(text), "f")
		if err == nil && r.Validate() != nil {
			t.Fatalf("%q was read as a ranking that is not valid", text)
		}
	})
}
