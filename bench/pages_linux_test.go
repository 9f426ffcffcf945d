package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDroppedPagesComeBackAsTheyWere(t *testing.T) {
	dir := t.TempDir()
	content := bytes.Repeat([]byte("pkgsearch"), 100_000)
	name := filepath.Join(dir, "mapped")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	mapped, err := unix.Mmap(int(f.Fd()), 0, len(content), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(mapped)
	if !bytes.Equal(mapped, content) {
		t.Fatal("the file is mapped wrongly")
	}
	data := func() uint64 {
		m, err := MeasureMemory(dir)
		if err != nil {
			t.Fatal(err)
		}
		return m.Resident.Data
	}
	if got := data(); got < uint64(len(content)) {
		t.Errorf("%d bytes are resident after all %d were read", got, len(content))
	}
	if err := DropCached(dir); err != nil {
		t.Fatal(err)
	}
	if got := data(); got > 0 {
		t.Errorf("%d bytes are resident after they were dropped", got)
	}
	if !bytes.Equal(mapped, content) {
		t.Error("what was dropped has changed")
	}
}
