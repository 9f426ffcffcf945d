package store

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

const format1 = "testdata/format1.db.zst"

// reopenInterrupted opens a store whose upgrade was interrupted behind the name after.
func reopenInterrupted(t *testing.T, after string) *Store {
	t.Helper()
	path := unpackFormat(t, format1)
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		meta := bucketMeta.in(tx)
		return errors.Join(meta.Put([]byte(keyFormat), number(formatVersion)), meta.Put([]byte(keyUpgrade), []byte(after)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return openAt(t, path, Options{})
}

func TestUpgradeGoesOnAfterACrash(t *testing.T) {
	first := contents(t, reopenInterrupted(t, ""))
	if first.Facts[sample(1).Name] == (Facts{}) {
		t.Error("a package has no facts")
	}
	var names []string
	for name, f := range first.Facts {
		if f != (Facts{}) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	middle := names[len(names)/2]
	s := reopenInterrupted(t, middle)
	later := contents(t, s)
	for _, name := range names {
		if done := later.Facts[name] != (Facts{}); done != (name > middle) {
			t.Errorf("%q, behind %q: has facts: %t", name, middle, done)
		}
	}
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "no facts") {
		t.Errorf("ranks without facts: %v", err)
	}
}

func TestReadOnlyLeavesOldFormatsAlone(t *testing.T) {
	path := unpackFormat(t, format1)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path, Options{ReadOnly: true})
	mustGet(t, s, sample(1).Name)
	if facts := contents(t, s).Facts[sample(1).Name]; facts != (Facts{}) {
		t.Errorf("facts %+v", facts)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
}
