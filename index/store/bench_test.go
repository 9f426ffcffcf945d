package store

import (
	"context"
	"fmt"
	"testing"
)

func BenchmarkUpdate1000(b *testing.B) {
	s := open(b)
	mustUpdate(b, s, Batch{Packages: samples(0, 5000)})
	for n := 0; b.Loop(); n++ {
		packages := samples(0, 1000)
		for i := range packages {
			packages[i].Description = fmt.Sprint(packages[i].Description, n)
		}
		mustUpdate(b, s, Batch{Packages: packages})
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "packages/s")
}

func BenchmarkGet(b *testing.B) {
	s := open(b)
	mustUpdate(b, s, Batch{Packages: samples(0, 5000)})
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := s.Get(context.Background(), sample(n%5000).Name); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIterate5000(b *testing.B) {
	s := open(b)
	mustUpdate(b, s, Batch{Packages: samples(0, 5000)})
	for b.Loop() {
		if err := s.Iterate(context.Background(), "", func(Package) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "packages/s")
}
