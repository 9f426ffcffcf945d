package index

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
)

// TestAnEndedOpeningIsNoDamage: whoever stops waiting for checksums has learned nothing of the index.
func TestAnEndedOpeningIsNoDamage(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := filled(t, dir, st, 50)
	path := ix.generation.path
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if g, err := openGeneration(ended, path); err == nil {
		t.Error("opened", g.release())
	} else if !errors.Is(err, context.Canceled) || errors.Is(err, errDamaged) {
		t.Errorf("got %v, want context.Canceled and no damage", err)
	}
	g, err := openGeneration(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.release(); err != nil {
		t.Error(err)
	}
}

func TestChecksumsOfLargeFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "segment")
	for _, size := range []int{0, 1, checksumPage - 1, checksumPage, checksumPage + 1, 3*checksumPage + 7} {
		whole := bytes.Repeat([]byte{7}, size)
		whole = binary.BigEndian.AppendUint32(whole, crc32.ChecksumIEEE(whole))
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := verifyChecksum(t.Context(), path); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		whole[size/2] ^= 1
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := verifyChecksum(t.Context(), path); err == nil {
			t.Errorf("%d bytes: a flip was not seen", size)
		}
	}
}
