package search_test

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/ingest"
	"pkgsearch/search"
	"pkgsearch/testdata/sample"
)

var update = flag.Bool("update", false, "rewrite rank_stats.golden")

// relevanceCase is one case of testdata/relevance; its README tells the format.
type relevanceCase struct {
	title, text        string
	suggest            bool
	want, among, never []string
}

func TestRelevance(t *testing.T) {
	files, err := filepath.Glob("../testdata/relevance/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	s := sampleSearcher(t)
	var judged, first, firstFive, reciprocal float64
	for _, file := range files {
		for _, c := range readCases(t, file) {
			t.Run(c.title, func(t *testing.T) {
				got := answer(t, s, c)
				top := got[:min(10, len(got))]
				if len(c.want) > 0 {
					judged++
					if at := slices.Index(got, c.want[0]); at >= 0 {
						reciprocal += 1 / float64(at+1)
						if at < 1 {
							first++
						}
						if at < 5 {
							firstFive++
						}
					}
					if diff := cmp.Diff(c.want, got[:min(len(c.want), len(got))]); diff != "" {
						t.Errorf("%s (-want +got):\n%s", c.text, diff)
					}
				}
				for _, name := range c.among {
					if !slices.Contains(top, name) {
						t.Errorf("%s: %s is not among %v", c.text, name, top)
					}
				}
				for _, name := range c.never {
					if slices.Contains(top, name) {
						t.Errorf("%s: %s is among %v", c.text, name, top)
					}
				}
			})
		}
	}
	stats := fmt.Sprintf("cases %.0f\nrecall@1 %.3f\nrecall@5 %.3f\nMRR %.3f\n", judged, first/judged, firstFive/judged, reciprocal/judged)
	golden := "../testdata/relevance/rank_stats.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(stats), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), stats); diff != "" {
		t.Errorf("rank_stats.golden (-want +got):\n%s", diff)
	}
}

func answer(t *testing.T, s *search.Searcher, c relevanceCase) []string {
	var names []string
	if c.suggest {
		found, err := s.Suggest(t.Context(), c.text, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found.Names {
			names = append(names, f.Name)
		}
		return names
	}
	found, err := s.Search(t.Context(), search.Request{Text: c.text, Size: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range found.Hits {
		names = append(names, h.Package.Name)
	}
	return names
}

func sampleSearcher(t testing.TB) *search.Searcher {
	t.Helper()
	ix, st := sampleIndex(t)
	return search.New(ix, st, search.Options{})
}

// sampleIndex imports the embedded sample as a user would.
func sampleIndex(t testing.TB) (*index.Index, *store.Store) {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	now := func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }
	ix, err := index.Open(t.Context(), filepath.Join(dir, "index"), st, index.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	importSample(t, ix, now)
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return ix, st
}

func readCases(t *testing.T, file string) []relevanceCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []relevanceCase
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		key, value, found := strings.Cut(line, ": ")
		value = strings.TrimSpace(value)
		if line == "" {
			continue
		}
		if !found {
			cases = append(cases, relevanceCase{title: line})
			continue
		}
		if len(cases) == 0 {
			t.Fatalf("%s:%d: a case begins with its title", file, n)
		}
		c := &cases[len(cases)-1]
		switch key {
		case "query":
			c.text = value
		case "suggest":
			c.text, c.suggest = value, true
		case "want":
			c.want = strings.Split(value, ", ")
		case "among":
			c.among = strings.Split(value, ", ")
		case "never":
			c.never = strings.Split(value, ", ")
		default:
			t.Fatalf("%s:%d: unknown line %q", file, n, line)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

func importSample(t testing.TB, ix *index.Index, now func() time.Time) {
	t.Helper()
	open := func(name string) io.ReadCloser {
		f, err := sample.FS.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := open("downloads.json")
	defer f.Close()
	downloads, err := ingest.LoadDownloads(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.Apply(t.Context(), store.Batch{Downloads: downloads}); err != nil {
		t.Fatal(err)
	}
	dump := ingest.Source{Name: "sample", Open: func() (io.ReadCloser, error) { return open("packuments.ndjson"), nil }}
	if _, err := ingest.NewImporter(ix, ingest.ImportOptions{Now: now}).Run(t.Context(), dump); err != nil {
		t.Fatal(err)
	}
}
