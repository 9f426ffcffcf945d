package search_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/search"
)

const (
	languagePage = "../docs/query-language.md"
	tableBegins  = "<!-- the table is made by go test ./search -update -->\n"
	tableEnds    = "<!-- end of the table -->\n"
)

// TestLanguagePage keeps the page's table of qualifiers true to the code.
func TestLanguagePage(t *testing.T) {
	raw, err := os.ReadFile(languagePage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), tableBegins)
	_, after, ok2 := strings.Cut(rest, tableEnds)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", languagePage)
	}
	want := before + tableBegins + languageTable() + tableEnds + after
	if *update {
		if err := os.WriteFile(languagePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Errorf("run go test ./search -update (-want +page):\n%s", diff)
	}
}

func languageTable() string {
	var b strings.Builder
	b.WriteString("\n| qualifier | asks for | takes | for example |\n|---|---|---|---|\n")
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
	for _, q := range search.Qualifiers() {
		name := "`" + q.Name + ":`"
		for _, alias := range q.Aliases {
			name += ", `" + alias + ":`"
		}
		var examples []string
		for _, e := range q.Examples {
			examples = append(examples, "`"+e+"`")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, cell(q.About), cell(q.Takes), cell(strings.Join(examples, " ")))
	}
	return b.String() + "\n"
}

// TestLanguageIsConsistent: no spelling stands for two things, and every example can be read, also turned around.
func TestLanguageIsConsistent(t *testing.T) {
	var seen []string
	for _, q := range search.Qualifiers() {
		for _, spelling := range append([]string{q.Name}, q.Aliases...) {
			if slices.Contains(seen, spelling) || spelling != strings.ToLower(spelling) {
				t.Errorf("%q is there twice, or not in lower case", spelling)
			}
			seen = append(seen, spelling)
		}
		if q.About == "" || q.Takes == "" || len(q.Examples) == 0 {
			t.Errorf("%q has not said enough", q.Name)
		}
		for _, e := range q.Examples {
			plain, err := search.Parse(e)
			plain.Rest = "" // says nothing of what was understood
			if err != nil || cmp.Equal(plain, search.Query{}) {
				t.Errorf("%s: %+v, %v", e, plain, err)
			}
			turned, err := search.Parse("-" + strings.TrimPrefix(e, "-"))
			turned.Rest = ""
			if err != nil {
				t.Errorf("-%s: %v", e, err)
			}
			if !strings.HasPrefix(e, "-") && cmp.Equal(plain, turned) {
				t.Errorf("a minus before %s changes nothing", e)
			}
		}
	}
}
