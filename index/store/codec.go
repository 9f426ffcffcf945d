package store

import (
	"encoding/binary"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"
)

// A stored record is: codec version (1 byte), dictionary id (unsigned varint, 0 for none), and one zstd frame,
// with its checksum, around the deterministic CBOR (RFC 8949, 4.2.1) of the record. The name is the key and
// is not repeated inside; times are whole milliseconds.
const codecVersion = 1

const (
	maxRecord = 16 << 20 // bytes of CBOR
	maxReadme = 64 << 20 // bytes of text
)

// codec turns packages into bytes and back. It is immutable; a new dictionary makes a new codec.
type codec struct {
	enc cbor.EncMode
	dec cbor.DecMode

	plain   *zstd.Encoder // READMEs, and records while there is no dictionary
	trained *zstd.Encoder // with the newest dictionary; nil while there is none
	newest  uint32        // its id

	decoders map[uint32]*zstd.Decoder // by dictionary id
	dicts    map[uint32][]byte
}

// record is a Package as it is written. The outer fields take the place of those of the same key: the name goes
// without saying, and times are numbers.
type record struct {
	Package
	NoName         string `cbor:"1,keyasint,omitempty"`
	Date           millis `cbor:"16,keyasint,omitempty"`
	Created        millis `cbor:"17,keyasint,omitempty"`
	Modified       millis `cbor:"18,keyasint,omitempty"`
	FirstPublished millis `cbor:"32,keyasint,omitempty"`
	LastPublished  millis `cbor:"33,keyasint,omitempty"`
}

// millis is a time in milliseconds from 1970; 0 is an unknown time.
type millis int64

func toMillis(t time.Time) millis {
	if t.IsZero() {
		return 0
	}
	return millis(t.UnixMilli())
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// newCodec makes a codec that reads records of all these dictionaries and writes with the one of the highest id.
func newCodec(dicts map[uint32][]byte) (*codec, error) {
	encOptions := cbor.CoreDetEncOptions()
	encOptions.Time = cbor.TimeRFC3339NanoUTC // of the small values; records have millis
	enc, err := encOptions.EncMode()
	if err != nil {
		return nil, err
	}
	dec, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsAllowed,
		UTF8:             cbor.UTF8DecodeInvalid, // bytes come back as they went in
		MaxNestedLevels:  8,
		MaxArrayElements: maxRecord, // the bytes bound these, see maxRecord
		MaxMapPairs:      maxRecord,
	}.DecMode()
	if err != nil {
		return nil, err
	}
	c := &codec{enc: enc, dec: dec, decoders: map[uint32]*zstd.Decoder{}, dicts: dicts}
	if c.plain, err = newEncoder(zstd.WithEncoderLevel(zstd.SpeedDefault)); err != nil {
		return nil, err
	}
	if c.decoders[0], err = newDecoder(); err != nil {
		return nil, err
	}
	for id, dict := range dicts {
		if c.decoders[id], err = newDecoder(zstd.WithDecoderDicts(dict)); err != nil {
			return nil, fmt.Errorf("%w: dictionary %d: %v", ErrDamaged, id, err)
		}
	}
	if len(dicts) > 0 {
		c.newest = slices.Max(slices.Collect(maps.Keys(dicts)))
		if c.trained, err = newEncoder(zstd.WithEncoderLevel(trainedLevel), zstd.WithEncoderDict(dicts[c.newest])); err != nil {
			return nil, fmt.Errorf("%w: dictionary %d: %v", ErrDamaged, c.newest, err)
		}
	}
	return c, nil
}

func newEncoder(more ...zstd.EOption) (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, append(more,
		zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)),
		zstd.WithEncoderCRC(true))...)
}

func newDecoder(more ...zstd.DOption) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, append(more,
		zstd.WithDecoderConcurrency(runtime.GOMAXPROCS(0)),
		zstd.WithDecoderMaxMemory(maxReadme),
		zstd.WithDecoderMaxWindow(maxReadme))...)
}

// loadCodec reads the dictionaries of the file.
func loadCodec(tx *bolt.Tx) (*codec, error) {
	dicts := map[uint32][]byte{}
	err := bucketDictionaries.in(tx).ForEach(func(k, v []byte) error {
		if len(k) != 4 {
			return fmt.Errorf("%w: dictionary with key %x", ErrDamaged, k)
		}
		dicts[binary.BigEndian.Uint32(k)] = slices.Clone(v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newCodec(dicts)
}

// marshal is the deterministic CBOR of a record: equal content gives equal bytes.
func (c *codec) marshal(p *Package) ([]byte, error) {
	r := record{
		Package:        *p,
		Date:           toMillis(p.Date),
		Created:        toMillis(p.Created),
		Modified:       toMillis(p.Modified),
		FirstPublished: toMillis(p.FirstPublished),
		LastPublished:  toMillis(p.LastPublished),
	}
	raw, err := c.enc.Marshal(&r)
	if err != nil {
		return nil, fmt.Errorf("encode record %q: %w", p.Name, err)
	}
	if len(raw) > maxRecord {
		return nil, fmt.Errorf("encode record %q: %d bytes; at most %d can be stored", p.Name, len(raw), maxRecord)
	}
	return raw, nil
}

// unmarshal is the reverse of marshal.
func (c *codec) unmarshal(name string, raw []byte) (Package, error) {
	var r record
	if err := c.dec.Unmarshal(raw, &r); err != nil {
		return Package{}, fmt.Errorf("%w: record %q: %v", ErrDamaged, name, err)
	}
	p := r.Package
	p.Name = name
	p.Date, p.Created, p.Modified = r.Date.time(), r.Created.time(), r.Modified.time()
	p.FirstPublished, p.LastPublished = r.FirstPublished.time(), r.LastPublished.time()
	return p, nil
}

// seal makes the stored value around raw CBOR.
func (c *codec) seal(raw []byte) []byte {
	encoder := c.plain
	if c.trained != nil {
		encoder = c.trained
	}
	value := append(make([]byte, 0, 64+len(raw)/2), codecVersion)
	value = binary.AppendUvarint(value, uint64(c.newest))
	return encoder.EncodeAll(raw, value)
}

// unseal gives back the CBOR inside a stored value.
func (c *codec) unseal(name string, value []byte) ([]byte, error) {
	if len(value) == 0 {
		return nil, fmt.Errorf("%w: record %q is empty", ErrDamaged, name)
	}
	if value[0] != codecVersion {
		return nil, fmt.Errorf("%w: record %q has codec version %d", ErrDamaged, name, value[0])
	}
	id, n := binary.Uvarint(value[1:])
	if n <= 0 || id > 1<<32-1 || c.decoders[uint32(id)] == nil {
		return nil, fmt.Errorf("%w: record %q needs an unknown dictionary", ErrDamaged, name)
	}
	raw, err := c.decoders[uint32(id)].DecodeAll(value[1+n:], nil)
	if err != nil {
		return nil, fmt.Errorf("%w: record %q: %v", ErrDamaged, name, err)
	}
	return raw, nil
}

// decode turns a stored value into a package, without the joined signals.
func (c *codec) decode(name string, value []byte) (Package, error) {
	raw, err := c.unseal(name, value)
	if err != nil {
		return Package{}, err
	}
	return c.unmarshal(name, raw)
}

func (c *codec) readme(name string, value []byte) (string, error) {
	text, err := c.decoders[0].DecodeAll(value, nil)
	if err != nil {
		return "", fmt.Errorf("%w: README of %q: %v", ErrDamaged, name, err)
	}
	return string(text), nil
}

// encodeValue writes one of the small values: codec version and deterministic CBOR.
func (c *codec) encodeValue(v any) ([]byte, error) {
	b, err := c.enc.Marshal(v)
	return append([]byte{codecVersion}, b...), err
}

// decodeValue is the reverse of encodeValue; what and key name the value in errors.
func (c *codec) decodeValue(what string, key, b []byte, v any) error {
	if len(b) == 0 || b[0] != codecVersion {
		return fmt.Errorf("%w: %s %q is not of a known codec version", ErrDamaged, what, key)
	}
	if err := c.dec.Unmarshal(b[1:], v); err != nil {
		return fmt.Errorf("%w: %s %q: %v", ErrDamaged, what, key, err)
	}
	return nil
}
