package store

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pkgsearch/index/score"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestMain lets the test binary play other processes: see child.
func TestMain(m *testing.M) {
	if role := os.Getenv("STORE_TEST_CHILD"); role != "" {
		os.Exit(child(role, os.Getenv("STORE_TEST_PATH")))
	}
	os.Exit(m.Run())
}

func day(n int) time.Time { return time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

func storePath(t testing.TB) string { return filepath.Join(t.TempDir(), "data", "store.db") }

func openAt(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func open(t testing.TB) *Store {
	t.Helper()
	return openAt(t, storePath(t), Options{})
}

func mustUpdate(t testing.TB, s *Store, b Batch) Applied {
	t.Helper()
	done, err := s.Update(context.Background(), b, day(0))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func mustCheck(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func mustGet(t testing.TB, s *Store, name string) Package {
	t.Helper()
	p, err := s.Get(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sample is the nth of a series of packages that look like real ones.
func sample(n int) Package {
	words := []string{"fast", "tiny", "parser", "stream", "http", "router", "colour", "date", "async", "queue"}
	word := func(i int) string { return words[(n/(i*i+1)+i)%len(words)] }
	name := fmt.Sprintf("@scope-%d/%s-%s-%d", n%7, word(0), word(1), n)
	return Package{
		Name: name, Status: Active, Rev: fmt.Sprintf("%d-%08x", n%90+1, n*2654435761), Version: fmt.Sprintf("%d.%d.%d", n%4, n%10, n%13),
		VersionsCount: n%30 + 1, DistTags: map[string]string{"latest": fmt.Sprintf("%d.%d.%d", n%4, n%10, n%13)},
		Description: fmt.Sprintf("A %s %s for %s and %s", word(0), word(1), word(2), word(3)),
		Keywords:    []string{word(1), word(2), "registry"}, License: "MIT",
		Author: &Person{Name: "Some One " + word(4), Email: word(4) + "@mail.example"}, Publisher: &User{Username: "one", Email: "one@mail.example"},
		Maintainers: []User{{Username: "one", Email: "one@mail.example"}, {Username: word(5)}},
		Repository:  "https://code.example/" + name, Homepage: "https://code.example/" + name + "#readme", Bugs: "https://code.example/" + name + "/issues",
		Date: day(n), Created: day(n - 100), Modified: day(n + 1), FirstPublished: day(n - 100), LastPublished: day(n),
		Dependencies: map[string]string{"lodash": "^4.17.21", fmt.Sprintf("@scope-%d/x", n%5): "~1.2.3"},
		Releases:     []score.MonthCount{{Month: 170, Count: uint16(n % 5)}, {Month: 180, Count: 1}},
		Module:       ESM, Types: n%2 == 0, TestScript: true, UnpackedSize: int64(n * 1000),
	}
}

func samples(from, to int) []Package {
	var out []Package
	for n := from; n < to; n++ {
		out = append(out, sample(n))
	}
	return out
}
