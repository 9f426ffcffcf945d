package store

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

func recordBytes(t *testing.T, s *Store) (n int) {
	t.Helper()
	err := s.view(func(tx *bolt.Tx) error {
		return bucketPackages.in(tx).ForEach(func(_, v []byte) error {
			n += len(v)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDictionaryComesWithTheRecords(t *testing.T) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const after = 300 // fewer than dictionaryAfter, to be quick
	s.trainAt = after
	mustUpdate(t, s, Batch{Packages: samples(0, after-1)})
	if s.codec.Load().trained != nil {
		t.Error("trained on too little")
	}
	before := recordBytes(t, s)
	mustUpdate(t, s, Batch{Packages: samples(after-1, after)})
	if s.codec.Load().newest != 1 {
		t.Fatal("not trained")
	}
	again := samples(0, after)
	for i := range again {
		again[i].Description += "!"
	}
	mustUpdate(t, s, Batch{Packages: again})
	if now := recordBytes(t, s); now > before*2/3 {
		t.Errorf("%d bytes without, %d with the dictionary", before, now)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{})
	if diff := cmp.Diff(again[7], mustGet(t, s, again[7].Name), cmpopts.IgnoreFields(Package{}, "Dependents", "Scores")); diff != "" {
		t.Error(diff)
	}
	mustUpdate(t, s, Batch{Packages: samples(0, 10)})
	if s.codec.Load().newest != 1 {
		t.Error("trained again")
	}
	mustCheck(t, s)
}

func TestDictionaryIsDeterministic(t *testing.T) {
	a, b := trainedCodec(t), trainedCodec(t)
	if !bytes.Equal(a.dicts[1], b.dicts[1]) {
		t.Error("same samples, other dictionary")
	}
}

// TestDictionaryOfOddRecords: what teaches nothing must not stop the store.
func TestDictionaryOfOddRecords(t *testing.T) {
	s := open(t)
	s.trainAt = 3
	same := []Package{{Name: "a", Status: Active}, {Name: "b", Status: Active}, {Name: "c", Status: Active}, {Name: "d", Status: Active}}
	mustUpdate(t, s, Batch{Packages: same})
	mustCheck(t, s)
	if got := mustGet(t, s, "d"); got.Status != Active {
		t.Errorf("got %+v", got)
	}
}

// TestDictionarySurvivesFailedUpdate: the dictionary is known to the process before the transaction that should
// have written it fails; the next one writes it.
func TestDictionarySurvivesFailedUpdate(t *testing.T) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.trainAt = 50
	s.db.MaxSize = 1 // nothing may grow
	if _, err := s.Update(context.Background(), Batch{Packages: samples(0, 300)}, day(0)); err == nil {
		t.Fatal("no room, no error")
	}
	s.db.MaxSize = 0
	mustUpdate(t, s, Batch{Packages: samples(0, 60)})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{})
	mustCheck(t, s)
	mustGet(t, s, sample(5).Name)
}

func TestCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 300)).Draw(t, "samples")
		size := rapid.IntRange(coverSegment, 5000).Draw(t, "size")
		got := cover(samples, size)
		if len(got) > max(size, coverSegment) {
			t.Fatalf("%d bytes of %d", len(got), size)
		}
		if !bytes.Equal(got, cover(samples, size)) {
			t.Fatal("not deterministic")
		}
	})
	common := bytes.Repeat([]byte("0123456789abcdefghijklmnopqrstuvwxyz"), 6)
	var texts [][]byte
	for i := range 100 {
		noise := make([]byte, 300)
		for j := range noise {
			noise[j] = byte(i*31 + j*j*7 + i*j)
		}
		texts = append(texts, append(noise, common...))
	}
	if got := cover(texts, 2*coverSegment); !bytes.Contains(got, common[:36]) {
		t.Errorf("what all share is not in %q", got)
	}
}
