package store

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// The picture on disk. Names of packages are keys byte for byte; "number" is an unsigned varint, "order" a
// big-endian 64-bit number, so that keys sort as numbers do.
//
//	meta          format -> number, id -> text, counts -> cbor, upgrade -> name while one runs
//	dictionaries  id (4 bytes, big-endian) -> zstd dictionary; never deleted, old records need theirs
//	packages      name -> record (codec.go)
//	readmes       name -> zstd
//	downloads     name -> number, a month; also of names without a record
//	dependents    name -> number of indexed packages that depend on it; also of names without a record
//	ranks         name -> scores, flags, downloads (ranks.go) and facts (facts.go); indexed packages only
//	log           order (log number) -> name; the bucket's sequence is the last number given
//	feeds         source address -> cbor
//	dead          name -> cbor
//	due           order (milliseconds of the next try) + name -> nothing; an index over dead
//	generations   domain -> cbor
type bucketName string

const (
	bucketMeta         bucketName = "meta"
	bucketDictionaries bucketName = "dictionaries"
	bucketPackages     bucketName = "packages"
	bucketReadmes      bucketName = "readmes"
	bucketDownloads    bucketName = "downloads"
	bucketDependents   bucketName = "dependents"
	bucketRanks        bucketName = "ranks"
	bucketLog          bucketName = "log"
	bucketFeeds        bucketName = "feeds"
	bucketDead         bucketName = "dead"
	bucketDue          bucketName = "due"
	bucketGenerations  bucketName = "generations"
)

// The keys of the meta bucket.
const (
	keyFormat = "format"
	keyID     = "id"
	keyCounts = "counts"
)

// formatVersion is raised when an older program could misread the file. Format 1 had no facts (upgrade.go), format 2 ranks of
// fixed size (ranksold.go), which are still read.
const (
	formatVersion = 3
	factsFormat   = 2 // the first with facts
)

func allBuckets() []bucketName {
	return []bucketName{
		bucketMeta, bucketDictionaries, bucketPackages, bucketReadmes, bucketDownloads, bucketDependents,
		bucketRanks, bucketLog, bucketFeeds, bucketDead, bucketDue, bucketGenerations,
	}
}

// in opens a bucket; checkFormat has seen that it is there.
func (name bucketName) in(tx *bolt.Tx) *bolt.Bucket { return tx.Bucket([]byte(name)) }

// checkFormat tells whether this program may read and write the file.
func checkFormat(tx *bolt.Tx) error {
	meta := bucketMeta.in(tx)
	if meta == nil {
		return fmt.Errorf("%w: not a package store", ErrDamaged)
	}
	format, err := parseNumber(meta.Get([]byte(keyFormat)))
	if err != nil {
		return fmt.Errorf("%w: format number: %v", ErrDamaged, err)
	}
	if format > formatVersion {
		return fmt.Errorf("%w: format %d, this program knows %d", ErrNewer, format, formatVersion)
	}
	for _, name := range allBuckets() {
		if name.in(tx) == nil {
			return fmt.Errorf("%w: no bucket %q", ErrDamaged, name)
		}
	}
	return nil
}

// checkName refuses keys that the file cannot hold.
func checkName(name string) error {
	if name == "" || len(name) > bolt.MaxKeySize-8 { // 8: the due index puts a time in front
		return fmt.Errorf("name of %d bytes; 1 to %d can be stored", len(name), bolt.MaxKeySize-8)
	}
	return nil
}

func number(v uint64) []byte { return binary.AppendUvarint(nil, v) }

// parseNumber accepts what number wrote and nothing else.
func parseNumber(b []byte) (uint64, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 || n != len(b) {
		return 0, fmt.Errorf("%x is not a number", b)
	}
	return v, nil
}

func order(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

func parseOrder(b []byte) (uint64, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("%w: %x is not a log number", ErrDamaged, b)
	}
	return binary.BigEndian.Uint64(b), nil
}

// lookup reads the number kept for a name; a missing one is 0.
func lookup(b *bolt.Bucket, what string, name []byte) (uint64, error) {
	v := b.Get(name)
	if v == nil {
		return 0, nil
	}
	n, err := parseNumber(v)
	if err != nil {
		return 0, fmt.Errorf("%w: %s of %q: %v", ErrDamaged, what, name, err)
	}
	return n, nil
}

// putNumber keeps a number for a name; 0 is kept as nothing.
func putNumber(b *bolt.Bucket, name []byte, v uint64) error {
	if v == 0 {
		return b.Delete(name)
	}
	return b.Put(name, number(v))
}

// fillFor packs pages tightly when keys from first on all come behind what is there (a sorted load), which halves
// the file; otherwise half-full pages leave room for what will come between.
func fillFor(b *bolt.Bucket, first string) {
	if last, _ := b.Cursor().Last(); string(last) < first {
		b.FillPercent = 0.95
	}
}
