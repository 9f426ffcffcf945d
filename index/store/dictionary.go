package store

import (
	"encoding/binary"
	"fmt"
	"maps"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"
)

// Records are small and alike; a zstd dictionary trained on some of them makes the rest a good deal smaller.
// It is trained once, from the store's own records, and used for what is written from then on.
const (
	dictionaryAfter   = 2000     // indexed records that make a fair sample
	dictionarySamples = 8000     // at most this many are looked at
	dictionaryBytes   = 64 << 10 // size of its content; what it gains flattens out there

	// The higher levels copy a megabyte of tables for each record, and with so small ones gain nothing by it.
	trainedLevel = zstd.SpeedFastest
)

// trainDictionary makes a codec with a dictionary learnt from the samples. Same samples, same dictionary.
func (c *codec) trainDictionary(samples [][]byte) (*codec, error) {
	id := c.newest + 1
	dict, err := buildDictionary(id, thin(samples, dictionarySamples))
	if err != nil {
		return nil, err
	}
	dicts := map[uint32][]byte{id: dict}
	maps.Copy(dicts, c.dicts)
	return newCodec(dicts)
}

func buildDictionary(id uint32, samples [][]byte) (dict []byte, err error) {
	defer func() { // the builder meets odd samples for the first time here; a store works without a dictionary
		if v := recover(); v != nil {
			err = fmt.Errorf("build dictionary: %v", v)
		}
	}()
	dict, err = zstd.BuildDict(zstd.BuildDictOptions{
		ID:       id,
		Contents: samples,
		History:  cover(samples, dictionaryBytes),
		Offsets:  [3]int{1, 4, 8}, // the format's own start values
		Level:    trainedLevel,
	})
	if err != nil {
		return nil, fmt.Errorf("build dictionary: %w", err)
	}
	return dict, nil
}

// thin takes n samples, evenly spaced.
func thin(samples [][]byte, n int) [][]byte {
	if len(samples) <= n {
		return samples
	}
	out := make([][]byte, n)
	for i := range out {
		out[i] = samples[i*len(samples)/n]
	}
	return out
}

// putDictionary writes the dictionary of c beside the records, in the transaction of the first record that needs it.
func putDictionary(tx *bolt.Tx, c *codec) error {
	key, b := binary.BigEndian.AppendUint32(nil, c.newest), bucketDictionaries.in(tx)
	if c.newest == 0 || b.Get(key) != nil {
		return nil
	}
	return b.Put(key, c.dicts[c.newest])
}

// prepareCodec returns the codec to write puts with: the current one, or, when these puts bring the store to enough
// records for the first time, one with a dictionary trained on what is stored and what is put.
func (s *Store) prepareCodec(puts []*put) (*codec, error) {
	c := s.codec.Load()
	if c.trained != nil {
		return c, nil
	}
	coming := map[string][]byte{}
	for _, p := range puts {
		if p.pkg.Indexed() {
			coming[p.pkg.Name] = p.raw
		}
	}
	var samples [][]byte
	err := s.view(func(tx *bolt.Tx) error {
		n, err := readCounts(tx, c)
		if err != nil || n.Indexed+len(coming) < s.trainAt {
			return err
		}
		samples, err = c.samples(tx, puts, coming)
		return err
	})
	if err != nil || len(samples) < s.trainAt {
		return c, err
	}
	trained, err := c.trainDictionary(samples)
	if err != nil { // content too odd to learn from; try again when there is twice as much
		s.log.Warn("no dictionary", "records", len(samples), "err", err)
		s.trainAt = 2 * len(samples)
		return c, nil
	}
	s.log.Info("dictionary trained", "records", len(samples), "bytes", len(trained.dicts[trained.newest]))
	return trained, nil
}

// samples collects the CBOR of indexed records: the stored ones by name, then the coming ones by name.
func (c *codec) samples(tx *bolt.Tx, puts []*put, coming map[string][]byte) ([][]byte, error) {
	var samples [][]byte
	err := bucketPackages.in(tx).ForEach(func(k, v []byte) error {
		if _, replaced := coming[string(k)]; replaced {
			return nil
		}
		raw, err := c.unseal(string(k), v)
		if err != nil {
			return err
		}
		p, err := c.unmarshal(string(k), raw)
		if err == nil && p.Indexed() {
			samples = append(samples, raw)
		}
		return err
	})
	for _, p := range puts {
		if raw, ok := coming[p.pkg.Name]; ok {
			samples = append(samples, raw)
		}
	}
	return samples, err
}
