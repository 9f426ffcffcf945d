package index

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// verifyChecksums reads every segment file that an index uses and compares it with the checksum that zapx
// puts into its last four bytes (CRC-32, IEEE, big-endian, over all that is before them). Bleve itself
// never does: it would serve flipped bits. Other files in the directory are what a crash left half-written.
func verifyChecksums(ctx context.Context, g *generation) error {
	snap, err := g.snapshot()
	if err != nil {
		return err
	}
	defer snap.DecRef()
	for _, s := range snap.Segments() {
		file, ok := s.Segment().(segment.PersistedSegment)
		if !ok {
			continue // in memory
		}
		if err := verifyChecksum(ctx, file.Path()); err != nil {
			return fmt.Errorf("verify %s: %w", filepath.Base(file.Path()), err)
		}
	}
	return nil
}

// checksumPage is the number of bytes that are read at a time: between two, an end of the context is noticed.
const checksumPage = 1 << 20

func verifyChecksum(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < crc32.Size {
		return fmt.Errorf("%d bytes are no segment", info.Size())
	}
	sum := crc32.NewIEEE()
	for rest := info.Size() - crc32.Size; rest > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.CopyN(sum, f, min(rest, checksumPage))
		if err != nil {
			return err
		}
		rest -= n
	}
	var want [crc32.Size]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if got := sum.Sum32(); got != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("checksum is %08x, the file says %x", got, want)
	}
	return nil
}

// syncTree makes a finished directory durable, its files' contents and their names.
func syncTree(path string) error {
	return filepath.WalkDir(path, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
