package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const mappingsFile = "/proc/self/smaps"

func mappings() ([]mapping, error) {
	f, err := os.Open(mappingsFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseMappings(f)
}

func residentOf(dir string) (Resident, error) {
	real, err := realPath(dir)
	if err != nil {
		return Resident{}, err
	}
	all, err := mappings()
	if err != nil {
		return Resident{}, fmt.Errorf("%w: %w", ErrNoResident, err)
	}
	return split(all, real), nil
}

// DropCached takes the pages of the data directory's files out of this process and out of the system's cache, but for
// those that another process maps or that are yet to be written. The contents stay what they are.
func DropCached(dir string) error {
	real, err := realPath(dir)
	if err != nil {
		return err
	}
	all, err := mappings()
	if err != nil {
		return fmt.Errorf("drop cached pages: %w", err)
	}
	for _, m := range all {
		if m.under(real) && m.perms[len(m.perms)-1] == 's' { // shared: the file has all that is in it
			// By number, as no Go pointer may point there.
			if _, _, no := unix.Syscall(unix.SYS_MADVISE, uintptr(m.from), uintptr(m.to-m.from), unix.MADV_DONTNEED); no != 0 {
				return fmt.Errorf("drop pages of %s: %w", m.path, no)
			}
		}
	}
	return filepath.WalkDir(real, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return unlessGone(err)
		}
		return unlessGone(forget(path))
	})
}

// forget asks the system not to keep a file's pages.
func forget(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
		return fmt.Errorf("drop cached pages of %s: %w", path, err)
	}
	return nil
}

// unlessGone passes over files that a merge removed meanwhile.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
