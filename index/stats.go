package index

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Stats are the index's own numbers.
type Stats struct {
	Generation string
	LLN        uint64 // log number that the current view shows
	Packages   int
	Segments   int
	Bytes      int64 // on disk, of the live generation
}

// Stats reads the current view and the size of its directory.
func (ix *Index) Stats() (Stats, error) {
	v := ix.Acquire()
	if v == nil {
		return Stats{}, ErrClosed
	}
	defer v.Release()
	s := Stats{Generation: v.Generation, LLN: v.LLN, Packages: v.Count(), Segments: len(v.segments)}
	err := filepath.WalkDir(v.owner.path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err != nil {
			return ignoreGone(err)
		}
		s.Bytes += info.Size()
		return nil
	})
	if err != nil {
		return Stats{}, fmt.Errorf("measure index %s: %w", s.Generation, err)
	}
	return s, nil
}

// ignoreGone passes over files that a merge removed while they were being counted.
func ignoreGone(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
