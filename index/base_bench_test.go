package index

import (
	"fmt"
	"path/filepath"
	"testing"

	"pkgsearch/index/store"
)

// BenchmarkRebuild builds a generation of 30,000 packages from the store, again and again.
func BenchmarkRebuild(b *testing.B) {
	dir := b.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	opts := testOptions()
	opts.Bulk = true
	ix, err := Open(b.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	const packages, batch = 30_000, 5000
	for from := 0; from < packages; from += batch {
		var part []store.Package
		for i := from; i < from+batch; i++ {
			part = append(part, pkg(fmt.Sprintf("%s-%s-%d", word(i), word(i/7), i),
				fmt.Sprintf("a %s for %s and %s with %s", word(i/3), word(i/5), word(i/11), word(i/13)), word(i/17)))
		}
		if err := ix.Apply(b.Context(), store.Batch{Packages: part}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := ix.Rebuild(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(packages*float64(b.N)/b.Elapsed().Seconds(), "packages/s")
}

// word makes one of some thousand words.
func word(i int) string {
	i = i * 7919 % 3001
	return string([]byte{"bcdfgklmnprstvz"[i%15], "aeiou"[i/15%5], "bdgklmnprst"[i/75%11], "aeio"[i/825%4], "lnrst"[i%5]})
}
