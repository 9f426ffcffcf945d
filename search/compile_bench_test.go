package search_test

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// BenchmarkCompile measures what a search does before the first posting is scored: queries of all kinds over the
// sample or, with PKGSEARCH_BENCH_DATA, over the copy of a data directory; with PKGSEARCH_BENCH_QUERIES they are
// the lines of a file.
func BenchmarkCompile(b *testing.B) {
	s, ix := benchSearcher(b)
	view := ix.Acquire()
	defer view.Release()
	all := benchQueries(b)
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			queries, lists := all[kind], 0
			took := make([]time.Duration, 0, 1<<16)
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				n, err := s.Compile(b.Context(), view, queries[i%len(queries)])
				if took = append(took, time.Since(began)); err != nil {
					b.Fatal(err)
				}
				lists += n
			}
			slices.Sort(took)
			at := func(share float64) float64 {
				return float64(took[int(share*float64(len(took)-1))].Nanoseconds()) / 1e3
			}
			b.ReportMetric(at(0.5), "p50-µs")
			b.ReportMetric(at(0.99), "p99-µs")
			b.ReportMetric(at(1), "max-µs")
			b.ReportMetric(float64(lists)/float64(len(took)), "lists/op")
		})
	}
}

// benchQueries gives queries by their kind.
func benchQueries(b *testing.B) map[string][]string {
	b.Helper()
	name := os.Getenv("PKGSEARCH_BENCH_QUERIES")
	if name == "" {
		return map[string][]string{
			"names":    {"express", "date-fns", "socket io", "@types/node", "chalk"},
			"topics":   {"http client", "date formatting library", "react table component", "cli argument parser", "color"},
			"describe": {"parse and format dates in different time zones", "small fast server framework with middleware and routing"},
			"typos":    {"expresss", "lodahs", "webpakc", "chalck", "momnet timezoen"},
			"worst": {"expresss cofnigure midlewares frameowrk asynchronuos requesst validtaion componenet tempaltes documnet " +
				"javascritp typescirpt databsae authenticaiton compresison serailize"},
		}
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	all := map[string][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		kind, text, found := strings.Cut(lines.Text(), "\t")
		if !found {
			kind, text = "queries", kind
		}
		all[kind] = append(all[kind], text)
	}
	return all
}

func benchSearcher(b *testing.B) (*search.Searcher, *index.Index) {
	b.Helper()
	dir := os.Getenv("PKGSEARCH_BENCH_DATA")
	if dir == "" {
		ix, st := sampleIndex(b)
		return search.New(ix, st, search.Options{}), ix
	}
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	ix, err := index.Open(b.Context(), filepath.Join(dir, "index"), st, index.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ix.Close() })
	return search.New(ix, st, search.Options{}), ix
}
