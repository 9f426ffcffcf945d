package spell

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkNear measures searches in a table of names of one to four made-up words or, with PKGSEARCH_BENCH_NAMES,
// of the lines of a file: name, tab, use.
func BenchmarkNear(b *testing.B) {
	words := benchWords(b)
	for _, n := range []int{30_000, 300_000} {
		words := words[:min(n, len(words))]
		before := heap()
		table := New(words)
		b.Logf("%d words take %d KB", len(words), (heap()-before)/1024)
		for _, length := range []int{5, 8, 12, 20} {
			var sought []string
			r := rand.New(rand.NewPCG(1, uint64(length)))
			for len(sought) < 200 {
				if w := words[r.IntN(len(words))].Text; len(w) == length {
					at := 1 + r.IntN(length-1)
					sought = append(sought, w[:at]+"x"+w[at+1:])
				}
			}
			for edits := 1; edits <= MaxEdits; edits++ {
				b.Run(fmt.Sprintf("words=%d/length=%d/edits=%d", len(words), length, edits), func(b *testing.B) {
					b.ReportAllocs()
					found := 0
					for i := 0; b.Loop(); i++ {
						found += len(table.Near(sought[i%len(sought)], edits, 0, 128))
					}
					b.ReportMetric(float64(found)/float64(b.N), "found/op")
				})
			}
		}
		b.Run(fmt.Sprintf("words=%d/build", len(words)), func(b *testing.B) {
			for b.Loop() {
				table.build()
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func benchWords(b *testing.B) []Word {
	b.Helper()
	if name := os.Getenv("PKGSEARCH_BENCH_NAMES"); name != "" {
		f, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		var words []Word
		for lines := bufio.NewScanner(f); lines.Scan(); {
			text, use, _ := strings.Cut(lines.Text(), "\t")
			n, err := strconv.ParseUint(use, 10, 32)
			if err != nil {
				b.Fatal(err)
			}
			words = append(words, Word{text, uint32(n)})
		}
		return words
	}
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	var words []Word
	for len(words) < 300_000 {
		var name strings.Builder
		for range 1 + r.IntN(4) {
			seed := rand.New(rand.NewPCG(uint64(r.ExpFloat64()*3000), 0))
			for range 1 + seed.IntN(3) {
				name.WriteByte("bcdfghklmnprstvz"[seed.IntN(16)])
				name.WriteByte("aeiou"[seed.IntN(5)])
			}
		}
		if text := name.String(); !seen[text] {
			seen[text] = true
			words = append(words, Word{text, uint32(r.ExpFloat64() * 1000)})
		}
	}
	return words
}
