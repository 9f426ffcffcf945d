package index

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pkgsearch/index/store"
)

// BenchmarkForward turns 30,000 documents around, of three keywords each out of a long-tailed vocabulary.
func BenchmarkForward(b *testing.B) {
	const documents = 30_000
	dir := b.TempDir()
	st, err := store.Open(dir+"/store.db", store.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	ix, err := Open(b.Context(), dir+"/index", st, Options{Bulk: true})
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	zipf := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.1, 10, documents)
	for from := 0; from < documents; from += 10_000 {
		var batch store.Batch
		for i := from; i < from+10_000; i++ {
			p := store.Package{Name: fmt.Sprint("p-", i), Status: store.Active, Version: "1.0.0"}
			for range 3 {
				p.Keywords = append(p.Keywords, fmt.Sprint("key-", zipf.Uint64()))
			}
			batch.Packages = append(batch.Packages, p)
		}
		if err := ix.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	if err := ix.Rebuild(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	v := ix.Acquire()
	defer v.Release()
	for b.Loop() {
		terms, bytes := 0, 0
		for _, s := range v.Segments() {
			dict, err := s.segment.Dictionary(FieldKeyword)
			if err != nil {
				b.Fatal(err)
			}
			f, err := newForward(dict, s.Len())
			if err != nil {
				b.Fatal(err)
			}
			terms += f.Len()
			bytes += len(f.text) + 4*(len(f.ends)+len(f.from)+len(f.ords))
		}
		b.ReportMetric(float64(bytes)/documents, "B/document")
		b.ReportMetric(float64(terms), "terms")
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/documents*1000, "ns/document")
}
