package index

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	mmap "github.com/blevesearch/mmap-go"
)

// mappedFile is a file that is read in place. It is unmapped when the last user releases it.
type mappedFile struct {
	bytes mmap.MMap
	refs  atomic.Int64
}

func mapFile(path string) (*mappedFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	m := &mappedFile{}
	if info.Size() > 0 { // nothing cannot be mapped
		if m.bytes, err = mmap.Map(f, mmap.RDONLY, 0); err != nil {
			return nil, fmt.Errorf("map %s: %w", path, err)
		}
	}
	m.refs.Store(1)
	return m, nil
}

func (m *mappedFile) retain() { m.refs.Add(1) }

func (m *mappedFile) release() error {
	if m.refs.Add(-1) > 0 || m.bytes == nil {
		return nil
	}
	return m.bytes.Unmap()
}

// replaceFile replaces a file in one step: a crash leaves the old one or the new one.
func replaceFile(path string, parts ...[]byte) error {
	aside := path + ".new"
	if err := writeDurably(aside, parts...); err != nil {
		return err
	}
	return putInPlace(aside, path)
}

func writeDurably(path string, parts ...[]byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if _, err = f.Write(part); err != nil {
			break
		}
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// putInPlace gives a durable file its name.
func putInPlace(aside, path string) error {
	if err := os.Rename(aside, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
