package index

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pkgsearch/index/store"
)

// smallDisk mounts a file system of the given size; tests that need it skip where that is not allowed.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("needs the right to mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// noise makes packages that do not compress, so that a small disk fills.
func noise(from, n int) []store.Package {
	dice := rand.New(rand.NewPCG(uint64(from), 1))
	var out []store.Package
	for i := range n {
		var words []string
		for range 30 {
			words = append(words, fmt.Sprintf("w%x", dice.Uint64()))
		}
		out = append(out, pkg(fmt.Sprintf("noise-%d", from+i), strings.Join(words, " ")))
	}
	return out
}

func TestRebuildOnAFullDisk(t *testing.T) {
	disk := smallDisk(t, 24<<20)
	st := openStore(t, t.TempDir())
	ix, err := Open(t.Context(), disk, st, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	apply(t, ix, noise(0, 600)...)
	ballast := fill(t, disk)
	failed := make(chan error, 1)
	go func() { failed <- ix.Rebuild(t.Context(), nil) }()
	select {
	case err := <-failed:
		if err == nil {
			t.Fatal("a rebuild on a full disk succeeded")
		}
	case <-time.After(30 * time.Second):
		t.Fatal("a rebuild on a full disk does not end")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	agree(t, ix)
	if err := ix.Rebuild(t.Context(), nil); err != nil {
		t.Fatalf("with space again: %v", err)
	}
	agree(t, ix)
}

func TestApplyOnAFullDisk(t *testing.T) {
	disk := smallDisk(t, 12<<20)
	st := openStore(t, t.TempDir())
	ix, err := Open(t.Context(), disk, st, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	apply(t, ix, noise(0, 500)...)
	ballast := fill(t, disk)
	failed := make(chan error, 1)
	go func() { failed <- ix.Apply(t.Context(), store.Batch{Packages: noise(500, 2000)}) }()
	select {
	case err := <-failed:
		if err == nil {
			t.Fatal("a batch on a full disk succeeded")
		}
	case <-time.After(30 * time.Second):
		t.Fatal("a batch on a full disk does not end")
	}
	if v := ix.Acquire(); v == nil {
		t.Error("nothing is served any more")
	} else {
		v.Release()
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	apply(t, ix, pkg("after", ""))
	agree(t, ix)
	if n := len(names(ix)); n != 2501 {
		t.Errorf("%d packages, want 2501", n)
	}
}

// fill takes all the space that is left.
func fill(t *testing.T, dir string) (ballast string) {
	t.Helper()
	ballast = filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := 1 << 20; block > 0; block /= 2 {
		for {
			if _, err := f.Write(make([]byte, block)); err != nil {
				break
			}
		}
	}
	return ballast
}
