package mapped

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := Replace(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	old, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("ne"), nil, []byte("w")); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != "new" || string(old.Bytes()) != "old" {
		t.Errorf("the file is %q (%v), and %q where it was mapped", now, err, old.Bytes())
	}
}

// TestAFailedReplaceLeavesNothing: neither a directory in the way nor one that is missing leaves a file aside.
func TestAFailedReplaceLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{taken, filepath.Join(dir, "missing", "file")} {
		if err := Replace(path, []byte("x")); err == nil {
			t.Errorf("%s is replaced", path)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left: %v (%v)", left, err)
	}
}
