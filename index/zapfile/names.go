package zapfile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"pkgsearch/index/mapped"
)

// footerSize is the size of what stands at the end of a file, where nothing transforms what is written.
const footerSize = 4 + 8 + 8 + 8 + 4 + 4 + crc32.Size

// IDs reads the documents' ids where they lie in a segment file, of this package or of Bleve. It costs some nanoseconds,
// Bleve's own way some dozens.
type IDs struct {
	file   *mapped.Map
	bytes  []byte
	starts []byte // where each document's stored part begins, eight bytes each
	sum    uint32
}

// OpenIDs opens the ids of a segment file whose checksum is known to be right.
func OpenIDs(path string) (*IDs, error) {
	m, err := mapped.Open(path)
	if err != nil {
		return nil, err
	}
	b := m.Bytes()
	if len(b) < footerSize {
		return nil, fmt.Errorf("open %s: %d bytes are no segment", path, len(b))
	}
	foot := b[len(b)-footerSize:]
	writer, docs, stored := binary.BigEndian.Uint32(foot), binary.BigEndian.Uint64(foot[4:]), binary.BigEndian.Uint64(foot[12:])
	if v := binary.BigEndian.Uint32(foot[32:]); writer != 0 || v != version {
		return nil, fmt.Errorf("open %s: it has version %d, not %d", path, v, version)
	}
	if size := uint64(len(b)); docs > MaxDocs || stored > size || 8*docs > size-stored {
		return nil, fmt.Errorf("open %s: it is too short for %d documents", path, docs)
	}
	return &IDs{file: m, bytes: b, starts: b[stored : stored+8*docs], sum: binary.BigEndian.Uint32(foot[36:])}, nil
}

// Len is the number of documents.
func (n *IDs) Len() int { return len(n.starts) / 8 }

// Checksum is that of the file, and Size its length in bytes: by both it is known.
func (n *IDs) Checksum() uint32 { return n.sum }

// Size is the length of the file in bytes.
func (n *IDs) Size() int { return len(n.bytes) }

// At gives a document's id, good as long as n is kept.
func (n *IDs) At(doc uint32) []byte {
	rest := n.bytes[binary.BigEndian.Uint64(n.starts[8*uint64(doc):]):]
	meta, a := binary.Uvarint(rest)
	_, b := binary.Uvarint(rest[a:])
	size, _ := binary.Uvarint(rest[a+b:])
	begin := uint64(a+b) + meta
	return rest[begin : begin+size : begin+size]
}
