package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// formatBatches fill the stores of testdata/format*.db.zst.
func formatBatches() []Batch {
	first, second := samples(0, 40), samples(40, 60)
	first[3].Readme, second[1] = "# Three", Package{Name: first[5].Name, Status: Deleted, Rev: "9-a"}
	return []Batch{
		{Packages: first, Downloads: map[string]uint64{first[0].Name: 300, "elsewhere": 7}},
		{
			Packages: second, Dead: []DeadLetter{{Name: "poison", Class: "panic", Reason: "why", First: day(1), Last: day(2), NextTry: day(3), Attempts: 2}},
			Feed: &FeedState{Source: "http://feed.example", Cursor: "42", Progress: day(4), Checkpoints: []Checkpoint{{day(3), "40"}}},
		},
	}
}

// TestBackCompat opens stores that were written when each format was new, with a dictionary inside; all of them must
// still be read, and written on. -update makes that of the present format.
func TestBackCompat(t *testing.T) {
	for format := 1; format <= formatVersion; format++ {
		t.Run(fmt.Sprint(format), func(t *testing.T) {
			file := filepath.Join("testdata", fmt.Sprintf("format%d.db.zst", format))
			if *update && format == formatVersion {
				writeFormat(t, file)
			}
			checkFormatFile(t, file)
		})
	}
}

func writeFormat(t *testing.T, file string) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.trainAt = 50
	for _, b := range formatBatches() {
		mustUpdate(t, s, b)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, testCodec(t).plain.EncodeAll(content, nil), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unpackFormat gives a copy of a store that was made long ago.
func unpackFormat(t *testing.T, file string) (path string) {
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := testCodec(t).decoders[0].DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "store.db")
	if err := os.WriteFile(path, bytes.Clone(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkFormatFile(t *testing.T, file string) {
	s := openAt(t, unpackFormat(t, file), Options{})
	if s.codec.Load().newest != 1 {
		t.Error("it has no dictionary")
	}
	mustCheck(t, s)
	want := newModel()
	for _, b := range formatBatches() {
		want.apply(b, day(0))
	}
	got, model := contents(t, s), want.contents()
	got.Ranks, model.Ranks = nil, nil  // scores may be computed otherwise today
	for name, f := range model.Facts { // an upgrade has taken the dependents of today
		if f != (Facts{}) {
			f.Dependents = got.Facts[name].Dependents
			model.Facts[name] = f
		}
	}
	if diff := cmp.Diff(model, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Package{}, "Scores")); diff != "" {
		t.Error(diff)
	}
	mustUpdate(t, s, Batch{Packages: samples(0, 100)})
	mustCheck(t, s)
}
