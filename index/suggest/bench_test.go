package suggest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// BenchmarkComplete measures one keystroke over names of one segment: of two to four made-up words, few
// of which are common, as in a registry.
func BenchmarkComplete(b *testing.B) {
	for _, n := range []int{200_000} {
		changes := madeUp(n)
		table, err := tableOf(b.Context(), changes)
		if err != nil {
			b.Fatal(err)
		}
		s := NewSet(table)
		for _, text := range []string{"r", "re", "abc", "ritamo", "rtiamo", "nosuchword", "ritamo so", "ritamo so me ku", strings.Repeat("a-", 40)} {
			b.Run(fmt.Sprintf("names=%d/text=%s", n, text[:min(len(text), 20)]), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.Complete(context.Background(), text, 10); err != nil {
						b.Fatal(err)
					}
					if _, err := s.Phrases(context.Background(), text, 5); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("names=%d/build", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := tableOf(b.Context(), changes); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func madeUp(n int) []Change {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		var w strings.Builder
		seed := rand.New(rand.NewPCG(uint64(r.ExpFloat64()*3000), 0))
		for range 1 + seed.IntN(4) {
			w.WriteByte("bcdfghklmnprstvz"[seed.IntN(16)])
			w.WriteByte("aeiou"[seed.IntN(5)])
		}
		return w.String()
	}
	var changes []Change
	for range n {
		parts := make([]string, 2+r.IntN(3))
		for i := range parts {
			parts[i] = word()
		}
		changes = append(changes, Change{Name: strings.Join(parts, "-"), Weight: float32(int(r.ExpFloat64() * 1000))})
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(changes, func(a, b Change) bool { return a.Name == b.Name })
}
