package index

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// sweepColumns removes the files of columns whose segments the live generation has no more. Views that show them keep
// them mapped. Files of new segments are made by the writer, as this is called, so that none is missed.
func (ix *Index) sweepColumns() error {
	path, used := ix.generation.path, map[string]bool{}
	for _, s := range ix.view.Load().segments {
		if stem, onDisk := columnStem(s.segment); onDisk {
			used[stem] = true
		}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		stem, ext, _ := strings.Cut(e.Name(), ".")
		switch "." + ext {
		case factsExt, ranksExt, listsExt:
			if !used[stem] {
				err = errors.Join(err, os.Remove(filepath.Join(path, e.Name())))
			}
		}
	}
	return err
}
