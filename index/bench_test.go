package index

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"pkgsearch/index/store"
)

// BenchmarkApply measures live changes: 1,000 changed packages, in store and index and visible, among 5,000.
func BenchmarkApply(b *testing.B) {
	ix := madeUpIndex(b, 5000)
	for n := 0; b.Loop(); n++ {
		packages := madeUpPackages(1000)
		for i := range packages {
			packages[i].Description = fmt.Sprint(packages[i].Description, " ", n)
		}
		if err := ix.Apply(context.Background(), store.Batch{Packages: packages}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "packages/s")
}

// BenchmarkRebuild measures a new generation of 5,000 packages beside the live one, and the swap.
func BenchmarkRebuild(b *testing.B) {
	ix := madeUpIndex(b, 5000)
	b.ReportAllocs()
	for b.Loop() {
		if err := ix.Rebuild(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "packages/s")
}

func madeUpIndex(b *testing.B, n int) *Index {
	b.Helper()
	dir := b.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	ix, err := Open(context.Background(), filepath.Join(dir, "index"), st, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ix.Close() })
	if err := ix.Apply(context.Background(), store.Batch{Packages: madeUpPackages(n)}); err != nil {
		b.Fatal(err)
	}
	return ix
}

// madeUpPackages has names of two to four made-up words and descriptions of eight.
func madeUpPackages(n int) []store.Package {
	r := rand.New(rand.NewPCG(3, 4))
	word := func() string { // few are common
		return fmt.Sprintf("word%x", int(float64(n)*math.Pow(r.Float64(), 3)))
	}
	packages := make([]store.Package, n)
	for i := range packages {
		words := make([]string, 8)
		for j := range words {
			words[j] = word()
		}
		name := strings.Join(words[:2+r.IntN(3)], "-")
		packages[i] = pkg(fmt.Sprintf("%s-%d", name, i), strings.Join(words, " "), words[0], words[1])
	}
	return packages
}
