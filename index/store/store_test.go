package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

func TestOpenMakesAndKeeps(t *testing.T) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := s.ID()
	mustUpdate(t, s, Batch{Packages: samples(0, 3)})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		for file, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: mode %v, %v", file, info.Mode(), err)
			}
		}
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("the directory holds %v, %v", files, err)
	}
	s = openAt(t, path, Options{})
	if s.ID() != id || len(id) != 32 {
		t.Errorf("id %q, then %q", id, s.ID())
	}
	if got := mustGet(t, s, sample(1).Name); got.Version != sample(1).Version {
		t.Errorf("got %+v", got)
	}
	if other := open(t); other.ID() == id {
		t.Error("two stores with one id")
	}
}

func TestOpenFromManyAtOnce(t *testing.T) {
	path := storePath(t)
	ids := make([]string, 8)
	var group sync.WaitGroup
	for i := range ids {
		group.Go(func() {
			s, err := Open(path, Options{Timeout: 10 * time.Second})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = s.ID()
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("one path, several stores: %q", ids)
		}
	}
}

func TestOpenInUse(t *testing.T) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := childProcess(t, "opener", path).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "in use by another process") {
		t.Errorf("second process: %v, %s", err, out)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := childProcess(t, "opener", path).CombinedOutput(); err != nil {
		t.Errorf("after close: %v, %s", err, out)
	}
}

func TestOpenReadOnly(t *testing.T) {
	path := storePath(t)
	if _, err := Open(path, Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, s, Batch{Packages: samples(0, 3)})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	a, b := openAt(t, path, Options{ReadOnly: true}), openAt(t, path, Options{ReadOnly: true})
	mustGet(t, a, sample(1).Name)
	mustCheck(t, b)
	if _, err := a.Update(context.Background(), Batch{Packages: samples(3, 4)}, day(0)); err == nil {
		t.Error("a read-only store was written")
	}
	if _, err := Open(path, Options{Timeout: time.Millisecond}); !errors.Is(err, ErrInUse) {
		t.Errorf("writer beside readers: %v", err)
	}
}

func TestOpenDamaged(t *testing.T) {
	var used int64 // bytes of the file that hold something
	good := func(t *testing.T) []byte {
		path := storePath(t)
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		mustUpdate(t, s, Batch{Packages: samples(0, 800)})
		err = s.view(func(tx *bolt.Tx) error {
			used = tx.Size()
			return nil
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}(t)
	overwrite := func(from, to int) []byte {
		out := bytes.Clone(good)
		for i := from; i < to; i++ {
			out[i] = 0xa5
		}
		return out
	}
	page := os.Getpagesize()
	for what, content := range map[string][]byte{
		"empty":            {},
		"short":            good[:100],
		"two pages":        good[:2*page],
		"half":             good[:len(good)/2/page*page],
		"last page lost":   good[:int(used)-page],
		"text":             bytes.Repeat([]byte("not a database\n"), 5000),
		"zeros":            make([]byte, 1<<20),
		"both metas":       overwrite(0, 2*page),
		"all but metas":    overwrite(2*page, len(good)),
		"another database": otherDatabase(t),
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, readOnly := range []bool{false, true} {
				s, err := Open(path, Options{ReadOnly: readOnly, Timeout: time.Millisecond})
				if err == nil {
					_ = s.Close()
				}
				if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "restore a backup, or move the file away") {
					t.Errorf("read-only %t: %v", readOnly, err)
				}
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
				t.Errorf("the damaged file was touched: %d bytes, now %d, %v", len(content), len(after), err)
			}
		})
	}
}

func otherDatabase(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestDamageInside overwrites pages one by one: reading may fail with ErrDamaged, and nothing else may happen.
func TestDamageInside(t *testing.T) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, s, Batch{Packages: samples(0, 100)})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page, refused := os.Getpagesize(), 0
	for at := 2 * page; at < len(good); at += page {
		bad := bytes.Clone(good)
		for i := at; i < at+page; i++ {
			bad[i] ^= 0x5a
		}
		path := filepath.Join(t.TempDir(), "store.db")
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, Options{ReadOnly: true})
		if err == nil {
			err = s.Iterate(context.Background(), "", func(Package) error { return nil })
			err = errors.Join(err, s.Close())
		}
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("page %d: %v", at/page, err)
		}
		if err != nil {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no damage was seen")
	}
}

func TestOpenNewer(t *testing.T) {
	path := storePath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.update(context.Background(), func(tx *bolt.Tx) error {
		return bucketMeta.in(tx).Put([]byte(keyFormat), number(formatVersion+1))
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, ErrNewer) || errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

func TestClose(t *testing.T) {
	s := openAt(t, storePath(t), Options{NoSync: true})
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Update(context.Background(), Batch{Packages: samples(0, 1)}, day(0)); err == nil {
		t.Error("a closed store was written")
	}
	if _, err := s.Get(context.Background(), "a"); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("a closed store was read: %v", err)
	}
}

// TestFull runs out of space in the middle of a load: the batch that does not fit leaves nothing behind.
func TestFull(t *testing.T) {
	path := storePath(t)
	s := openAt(t, path, Options{MaxBytes: 1 << 20})
	var err error
	last := 0
	for n := 0; err == nil; n += 200 {
		if n > 100_000 {
			t.Fatal("the bound does not hold")
		}
		last = n
		packages := samples(n, n+200)
		for i := range packages {
			packages[i].Readme = strings.Repeat(packages[i].Name, 10)
		}
		_, err = s.Update(context.Background(), Batch{Packages: packages, Feed: &FeedState{Source: "http://feed.example", Cursor: fmt.Sprint(n)}}, day(0))
	}
	if !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	mustCheck(t, s)
	stats, err := s.Stats(context.Background())
	if err != nil || stats.Packages != last || stats.LLN != uint64(last) {
		t.Errorf("%d packages were taken in, stats %+v, %v", last, stats, err)
	}
	if f, err := s.Feed("http://feed.example"); err != nil || f.Cursor != fmt.Sprint(last-200) {
		t.Errorf("cursor %q, %v", f.Cursor, err)
	}
	if _, err := s.Get(context.Background(), sample(last).Name); !errors.Is(err, ErrNotFound) {
		t.Errorf("of the failed batch: %v", err)
	}
	mustUpdate(t, s, Batch{Packages: []Package{{Name: sample(0).Name, Status: Deleted}}}) // still in use
	mustCheck(t, s)
}

// TestConcurrent reads in all ways while batches go in; every reader sees whole batches. The race detector helps.
func TestConcurrent(t *testing.T) {
	s := open(t)
	s.trainAt = 100 // a dictionary comes in the middle of it
	ctx := context.Background()
	names := []string{sample(0).Name, sample(1).Name}
	put := func(n int) {
		packages := samples(0, 20)
		for i := range packages {
			packages[i].Description = fmt.Sprint("round ", n)
		}
		mustUpdate(t, s, Batch{Packages: append(packages, samples(20*n, 20*n+20)[2:]...)})
	}
	put(1)
	stop := make(chan struct{})
	var group sync.WaitGroup
	reader := func(fn func() error) {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := fn(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	reader(func() error {
		got, err := s.GetMany(ctx, names)
		if err == nil && (len(got) != 2 || got[0].Description != got[1].Description) {
			err = fmt.Errorf("a torn batch: %+v", got)
		}
		return err
	})
	reader(func() error { return s.Iterate(ctx, "", func(Package) error { return nil }) })
	reader(func() error { return s.Check(ctx) })
	reader(func() error { return s.Rescore(ctx, day(0), nil) })
	reader(func() error { return s.Trim(ctx, 1e9, 50) })
	for n := 1; n <= 15; n++ {
		put(n)
	}
	close(stop)
	group.Wait()
	mustCheck(t, s)
	if s.codec.Load().trained == nil {
		t.Error("no dictionary came")
	}
}
