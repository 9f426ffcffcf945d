package mapped

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadsWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "columns")
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.SliceOf(rapid.Byte()).Draw(t, "small")
		wide := rapid.SliceOf(rapid.Uint64()).Draw(t, "wide")
		real := rapid.SliceOf(rapid.Float32()).Draw(t, "real")
		cut := rapid.IntRange(0, len(wide)).Draw(t, "cut")
		key := KeyOf("test", len(small))
		columns := [][][]byte{{small}, {Bytes(wide[:cut]), Bytes(wide[cut:])}, {Bytes(real)}}
		if err := Write(path, key, columns); err != nil {
			t.Fatal(err)
		}
		c, err := Read(path, key, len(columns))
		if err != nil {
			t.Fatal(err)
		}
		for _, diff := range []string{
			cmp.Diff(append([]byte{}, small...), append([]byte{}, Column[byte](c, 0)...)),
			cmp.Diff(append([]uint64{}, wide...), append([]uint64{}, Column[uint64](c, 1)...)),
			cmp.Diff(append([]float32{}, real...), append([]float32{}, Column[float32](c, 2)...)),
		} {
			if diff != "" {
				t.Errorf("(-written +read):\n%s", diff)
			}
		}
		if c.file == nil { // c is kept until here
			t.Fatal("no file")
		}
	})
}

// TestHarmIsSeen changes every byte and cuts at every length.
func TestHarmIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "columns")
	key := KeyOf("test", 1)
	if err := Write(path, key, [][][]byte{{Bytes([]uint32{1, 2, 3})}, {Bytes([]uint16{4})}}); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	see := func(what string, at int, harmed []byte) {
		t.Helper()
		if err := os.WriteFile(path, harmed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, key, 2); err == nil {
			t.Errorf("%s at %d was not seen", what, at)
		} else if len(harmed) > 0 && !errors.Is(err, ErrUnsound) {
			t.Errorf("%s at %d: got %v, want ErrUnsound", what, at, err)
		}
	}
	for i := range sound {
		flipped := append([]byte{}, sound...)
		flipped[i] ^= 1 << (i % 8)
		see("a flip", i, flipped)
		see("a cut", i, sound[:i])
	}
	see("a tail", len(sound), append(append([]byte{}, sound...), 0))
	if err := os.WriteFile(path, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, KeyOf("test", 2), 2); !errors.Is(err, ErrUnsound) {
		t.Errorf("another key: got %v, want ErrUnsound", err)
	}
	if _, err := Read(path, key, 2); err != nil {
		t.Errorf("unharmed: %v", err)
	}
}

func TestAReplacedFileStaysMapped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "columns")
	key := KeyOf()
	put := func(v uint32) {
		t.Helper()
		if err := Write(path, key, [][][]byte{{Bytes([]uint32{v})}}); err != nil {
			t.Fatal(err)
		}
	}
	put(1)
	old, err := Read(path, key, 1)
	if err != nil {
		t.Fatal(err)
	}
	put(2)
	renewed, err := Read(path, key, 1)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := Column[uint32](old, 0)[0], Column[uint32](renewed, 0)[0]; a != 1 || b != 2 {
		t.Errorf("read %d and %d, want 1 and 2", a, b)
	}
}

func TestAFailedSpillLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spilled")
	if _, err := Spill(path, nil, []byte{}); err == nil {
		t.Fatal("nothing was mapped")
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is left: %v", err)
	}
}
