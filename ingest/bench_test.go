package ingest

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"testing"

	"pkgsearch/testdata/sample"
)

// BenchmarkNormalize reads real packuments, one a line, from the file that PKGSEARCH_PACKUMENTS names or else those of the
// sample.
func BenchmarkNormalize(b *testing.B) {
	f, err := packuments()
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

func packuments() (fs.File, error) {
	if path := os.Getenv("PKGSEARCH_PACKUMENTS"); path != "" {
		return os.Open(path)
	}
	return sample.FS.Open("packuments.ndjson")
}
