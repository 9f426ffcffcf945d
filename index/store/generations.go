package store

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Generations names the indexes of a domain: the one that answers, one being built beside it, and the one before.
type Generations struct {
	Active   string `cbor:"1,keyasint,omitempty"`
	Building string `cbor:"2,keyasint,omitempty"`
	Previous string `cbor:"3,keyasint,omitempty"`
	Schema   string `cbor:"4,keyasint,omitempty"` // fingerprint of what Active was built with
}

// Generations reads those of a domain; the zero value when none were set.
func (s *Store) Generations(domain string) (g Generations, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		v := bucketGenerations.in(tx).Get([]byte(domain))
		if v == nil {
			return nil
		}
		return s.codec.Load().decodeValue("generations", []byte(domain), v, &g)
	})
	if err != nil {
		return Generations{}, fmt.Errorf("read generations of %q: %w", domain, err)
	}
	return g, nil
}

// SetGenerations replaces those of a domain.
func (s *Store) SetGenerations(domain string, g Generations) error {
	err := checkName(domain)
	if err == nil {
		err = s.update(context.Background(), func(tx *bolt.Tx) error {
			value, err := s.codec.Load().encodeValue(g)
			if err != nil {
				return err
			}
			return bucketGenerations.in(tx).Put([]byte(domain), value)
		})
	}
	if err != nil {
		return fmt.Errorf("set generations of %q: %w", domain, err)
	}
	return nil
}
