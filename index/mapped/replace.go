package mapped

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Replace replaces a file by parts one behind another, in one step: a crash leaves the old one or the new one, and who has the old one
// mapped keeps it.
func Replace(path string, parts ...[]byte) error {
	aside := path + ".new"
	if err := WriteAside(aside, parts...); err != nil {
		return err
	}
	return PutInPlace(aside, path)
}

// WriteAside makes a durable file of parts one behind another, for PutInPlace; on an error there is none.
func WriteAside(aside string, parts ...[]byte) error {
	return makeAside(aside, func(f *os.File) error {
		for _, part := range parts {
			if _, err := f.Write(part); err != nil {
				return err
			}
		}
		return nil
	})
}

func makeAside(aside string, write func(*os.File) error) error {
	f, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", aside, err), os.Remove(aside))
	}
	return nil
}

// PutInPlace gives a durable file its name, in place of one that has it; on an error it is gone.
func PutInPlace(aside, path string) error {
	if err := os.Rename(aside, path); err != nil {
		return errors.Join(err, os.Remove(aside))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
