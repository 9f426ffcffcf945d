package httpapi

import (
	"fmt"
	"testing"
)

// BenchmarkNPMSearch is all that a search costs outside the searcher: middleware, parsing, rendering.
func BenchmarkNPMSearch(b *testing.B) {
	for _, hits := range []int{20, 250} {
		api, fake := newTestAPI(Options{Position: func() Position { return Position{Generation: "g"} }})
		for len(fake.hits) < hits {
			fake.hits = append(fake.hits, fake.hits[0])
		}
		b.Run(fmt.Sprintf("hits=%d", hits), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := get(api, fmt.Sprintf("/-/v1/search?text=react&size=%d", hits)); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
