package index

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

	"pkgsearch/index/mapped"
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

// writeChecked replaces a file by a line with the checksum of a text (CRC-32, IEEE) and the text.
func writeChecked(path string, text []byte) error {
	return mapped.Replace(path, []byte(checksumLine(text)+"\n"), text)
}

func checksumLine(text []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(text)) }
