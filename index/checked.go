package index

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
)

// readChecked reads the text that writeChecked wrote.
func readChecked(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum, text, _ := bytes.Cut(raw, []byte("\n"))
	if want := checksumLine(text); string(sum) != want {
		return nil, fmt.Errorf("checksum of %s is %s, the file says %.20q", filepath.Base(path), want, sum)
	}
	return text, nil
}

// writeChecked replaces a file by a line with the checksum of a text (CRC-32, IEEE) and the text, in one step: a crash leaves
// the old one or the new one.
func writeChecked(path string, text []byte) error {
	aside := path + ".new"
	f, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append([]byte(checksumLine(text)+"\n"), text...))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(aside))
	}
	if err := os.Rename(aside, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func checksumLine(text []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(text)) }
