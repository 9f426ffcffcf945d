package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	bolt "go.etcd.io/bbolt"
)

// create makes an empty store at path in such a way that a crash leaves either none or a whole one: the file is
// made under another name, written and synced, and only then linked to path. Whoever links first wins, so
// that two processes starting together cannot take each other's file away.
func create(path string, timeout time.Duration) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	aside, err := os.CreateTemp(dir, filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name())
	if err := errors.Join(aside.Close(), initialise(aside.Name(), timeout)); err != nil {
		return full(err)
	}
	err = os.Link(aside.Name(), path)
	switch {
	case errors.Is(err, fs.ErrExist): // another process was faster; its file is as good
	case err != nil: // a file system without hard links
		if err := os.Rename(aside.Name(), path); err != nil {
			return err
		}
	}
	return syncDir(dir)
}

// initialise writes the empty buckets and the identity. The commit and the close leave everything on disk.
func initialise(path string, timeout time.Duration) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: timeout, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range allBuckets() {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return fmt.Errorf("create bucket %q: %w", name, err)
			}
		}
		var id [16]byte
		rand.Read(id[:])
		meta := bucketMeta.in(tx)
		return errors.Join(
			meta.Put([]byte(keyFormat), number(formatVersion)),
			meta.Put([]byte(keyID), []byte(hex.EncodeToString(id[:]))),
		)
	})
	return errors.Join(err, db.Sync(), db.Close())
}

// syncDir makes a new directory entry durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
