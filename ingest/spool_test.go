package ingest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// A spool reads and seeks as the document would in memory, whether it went into a file or not.
func TestSpoolIsAReader(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := NewSpool(int64(rapid.IntRange(1, 50).Draw(t, "limit")), dir)
		defer s.Close()
		for range 2 {
			var want []byte
			for _, p := range rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), 0, 5).Draw(t, "writes") {
				if n, err := s.Write(p); n != len(p) || err != nil {
					t.Fatalf("write %d bytes: %d, %v", len(p), n, err)
				}
				want = append(want, p...)
			}
			if s.Size() != int64(len(want)) {
				t.Fatalf("size %d, want %d", s.Size(), len(want))
			}
			if err := iotest.TestReader(s, want); err != nil {
				t.Fatal(err)
			}
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
		}
	})
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}

func TestSpoolRefusesTooMuch(t *testing.T) {
	s := NewSpool(4, t.TempDir())
	s.Max = 10
	defer s.Close()
	if _, err := s.Write([]byte("12345678")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte("9ab")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("write past the maximum: %v", err)
	}
	if _, err := io.ReadAll(s); !errors.Is(err, ErrTooLarge) {
		t.Errorf("read: %v", err)
	}
	var skip *Skip
	if _, err := Normalize(s, testNow()); !errors.As(err, &skip) || skip.Reason != TooLarge {
		t.Errorf("normalise: %v", err)
	}
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte("{}")); err != nil {
		t.Errorf("write after reset: %v", err)
	}
	if got, err := io.ReadAll(s); !bytes.Equal(got, []byte("{}")) || err != nil {
		t.Errorf("read after reset: %q, %v", got, err)
	}
}

func TestSpoolWithoutADirectory(t *testing.T) {
	s := NewSpool(1, t.TempDir()+"/missing")
	if _, err := s.Write([]byte("12")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("write: %v", err)
	}
}
