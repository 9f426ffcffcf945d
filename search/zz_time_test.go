package search

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

func TestZZTime(t *testing.T) {
	dir := os.Getenv("LAB_DATA")
	if dir == "" {
		t.Skip()
	}
	ctx := context.Background()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	t0 := time.Now()
	ix, err := index.Open(ctx, filepath.Join(dir, "index"), st, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	fmt.Println("open", time.Since(t0))
	s := New(ix, st, Options{})
	files, _ := filepath.Glob("/work/shared/eval/dev/*.jsonl")
	type row struct {
		fam, q                    string
		compile, matching, best   time.Duration
		scored, total, units      int
	}
	verify := os.Getenv("LAB_VERIFY") != ""
	var rows []row
	for _, f := range files {
		fam := filepath.Base(f)
		if fam == "prefix.jsonl" || fam == "autocomplete.jsonl" {
			continue
		}
		fh, _ := os.Open(f)
		sc := bufio.NewScanner(fh)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var q struct{ Query string }
			json.Unmarshal(sc.Bytes(), &q)
			rows = append(rows, row{fam: fam, q: q.Query})
		}
		fh.Close()
	}
	view := ix.Acquire()
	defer view.Release()
	fmt.Println("segments", len(view.Segments()))
	one := func(r *row, exhaustive bool) []candidate {
		query, err := Parse(r.q)
		if err != nil {
			t.Fatal(err)
		}
		query = query.at(ix.Now())
		dictionary := view.Lookup()
		defer dictionary.Close()
		ev := &evaluation{view: view, dictionary: dictionary, query: query, ranking: &s.ranking, synonyms: s.synonyms, exhaustive: exhaustive,
			lookup: func(name string) (store.Package, error) { return s.store.Get(ctx, name) }}
		t0 := time.Now()
		if err := ev.compile(ctx); err != nil {
			t.Fatal(err)
		}
		t1 := time.Now()
		top := &orderedTop{k: 11}
		if exhaustive {
			for _, sg := range view.Segments() {
				m, err := ev.matching(ctx, sg, nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := ev.bestOfMatching(ctx, sg, m, top); err != nil {
					t.Fatal(err)
				}
			}
			return top.sorted()
		}
		for _, sg := range view.Segments() {
			if err := ev.best(ctx, sg, nil, top); err != nil {
				t.Fatal(err)
			}
		}
		t2 := time.Now()
		total := 0
		for _, sg := range view.Segments() {
			m, err := ev.matching(ctx, sg, nil)
			if err != nil {
				t.Fatal(err)
			}
			total += int(m.Count())
		}
		t3 := time.Now()
		r.compile, r.best, r.matching, r.scored, r.total, r.units = t1.Sub(t0), t2.Sub(t1), t3.Sub(t2), ev.scored, total, len(ev.terms)
		return top.sorted()
	}
	bad := 0
	for pass := range 2 {
		for i := range rows {
			got := one(&rows[i], false)
			if verify && pass == 1 {
				want := one(&rows[i], true)
				if !slices.EqualFunc(got, want, func(a, b candidate) bool { return a == b }) {
					bad++
					fmt.Println("DIFF", rows[i].q)
				}
			}
		}
	}
	fmt.Println("differences", bad)
	show := func(label string, of func(r row) float64) {
		v := make([]float64, len(rows))
		sum := 0.0
		for i, r := range rows {
			v[i] = of(r)
			sum += v[i]
		}
		slices.Sort(v)
		n := len(v)
		fmt.Printf("%-9s p50 %9.3f p95 %9.3f p99 %9.3f max %9.3f mean %9.3f\n", label, v[n/2], v[n*95/100], v[n*99/100], v[n-1], sum/float64(n))
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	show("compile", func(r row) float64 { return ms(r.compile) })
	show("best", func(r row) float64 { return ms(r.best) })
	show("matching", func(r row) float64 { return ms(r.matching) })
	show("scored", func(r row) float64 { return float64(r.scored) })
	show("total", func(r row) float64 { return float64(r.total) })
	show("units", func(r row) float64 { return float64(r.units) })
	slices.SortFunc(rows, func(a, b row) int { return int(b.best - a.best) })
	for _, r := range rows[:12] {
		fmt.Printf("%8.3f ms best, %8.3f compile %8.3f matching, scored %d of %d, units %d: %s %s\n", ms(r.best), ms(r.compile), ms(r.matching), r.scored, r.total, r.units, r.fam, r.q)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	fmt.Println("heap MB", m.HeapAlloc>>20)
}
