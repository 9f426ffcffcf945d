package store

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Ranks of formats 1 and 2, big-endian: three float32 (popularity, quality, maintenance), the flags, and the downloads as
// 64 bits. In format 2 the facts follow: created, updated, dependents, size, version, has, and the Node range. A rank is
// written in the present form when it next changes.
const (
	oldRankSize  = 3*4 + 1 + 8
	oldFactsSize = 4*4 + 8 + 4
)

// hasNoFacts tells a rank of format 1.
func hasNoFacts(b []byte) bool { return len(b) == oldRankSize && b[0] != rankForm }

func parseOldRank(b []byte) (r Rank, f Facts, err error) {
	if len(b) < oldRankSize {
		return r, f, fmt.Errorf("%d bytes in place of %d or more", len(b), oldRankSize)
	}
	for i, to := range []*float32{&r.Popularity, &r.Quality, &r.Maintenance} {
		*to = math.Float32frombits(binary.BigEndian.Uint32(b[4*i:]))
	}
	r.Flags = Flag(b[12])
	r.Downloads = binary.BigEndian.Uint64(b[13:])
	if len(b) > oldRankSize {
		f, err = parseOldFacts(b[oldRankSize:])
	}
	return r, f, err
}

func parseOldFacts(b []byte) (f Facts, err error) {
	if len(b) < oldFactsSize || len(b) > oldFactsSize+maxNodeRange {
		return f, fmt.Errorf("%d bytes of facts in place of %d to %d", len(b), oldFactsSize, oldFactsSize+maxNodeRange)
	}
	for i, to := range []*uint32{&f.Created, &f.Updated, &f.Dependents, &f.Size} {
		*to = binary.BigEndian.Uint32(b[4*i:])
	}
	f.Version = Version(binary.BigEndian.Uint64(b[16:]))
	f.Has = Has(binary.BigEndian.Uint32(b[24:]))
	f.Node = NodeRange(b[oldFactsSize:])
	return f, nil
}
