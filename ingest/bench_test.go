package ingest

import (
	"bufio"
	"bytes"
	"os"
	"testing"
)

// BenchmarkNormalize reads real packuments, one a line, from the file that PKGSEARCH_PACKUMENTS names.
func BenchmarkNormalize(b *testing.B) {
	path := os.Getenv("PKGSEARCH_PACKUMENTS")
	if path == "" {
		b.Skip("PKGSEARCH_PACKUMENTS names no file")
	}
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var docs [][]byte
	var size int64
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 128<<20)
	for lines.Scan() {
		docs = append(docs, bytes.Clone(lines.Bytes()))
		size += int64(len(lines.Bytes()))
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	var n Normalizer
	for b.Loop() {
		for _, doc := range docs {
			if _, err := n.Normalize(bytes.NewReader(doc), testNow()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(docs)), "ns/doc")
}
