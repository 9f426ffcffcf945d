// Package store owns the one file that holds the truth: package records, downloads, dependents, ranks,
// the change log, feed state, dead letters and index generations, kept in bbolt.
//
// It promises that a batch is one transaction: after a crash at any moment either all of it is there
// (records, log entries, counters, feed cursor) or none of it. Log numbers only grow. Reads never hold
// a transaction longer than a page of names, and nothing that is returned points into the file. Bytes
// read from disk are never trusted: what does not decode is ErrDamaged with the name of the record.
package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

var (
	ErrNotFound = errors.New("not found")
	ErrInUse    = errors.New("in use by another process")
	ErrDamaged  = errors.New("damaged")
	ErrNewer    = errors.New("written by a newer version")
	ErrFull     = errors.New("no space left") // the disk, or Options.MaxBytes
)

// Options of Open. The zero value is right for a server.
type Options struct {
	Timeout  time.Duration // how long to wait for the file lock; 0 is two seconds
	ReadOnly bool          // shared lock, several readers at a time, no writer beside them
	NoSync   bool          // for a bulk load that can be started again: one sync at Close, no crash safety before it
	MaxBytes int           // upper bound of the file's size; 0 is none
	Logger   *slog.Logger  // nil is silence
}

const defaultTimeout = 2 * time.Second

// Store is an open database. All its methods may be called from many goroutines.
type Store struct {
	db  *bolt.DB
	id  string
	log *slog.Logger

	codec atomic.Pointer[codec] // replaced when a dictionary has been committed

	writing sync.Mutex // held around every write transaction and what is prepared for it
	trainAt int        // indexed records from which a dictionary is trained; guarded by writing
	closed  bool       // guarded by writing
}

// Open opens the store at path, and makes it when it is not there yet (file 0600, missing directories 0700;
// a read-only open makes nothing and returns fs.ErrNotExist). The error is ErrInUse when another process
// holds the lock after Timeout, ErrDamaged when the file is not a sound store, ErrNewer when its format is
// from a later version. A file of an earlier one is upgraded, which a read-only open leaves to others: it
// finds no Facts in there.
func Open(path string, o Options) (*Store, error) {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := present(path, o); err != nil {
		return nil, fmt.Errorf("open store %q: %w", path, err)
	}
	db, err := openFile(path, o)
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w", path, err)
	}
	s := &Store{db: db, log: o.Logger, trainAt: dictionaryAfter}
	err = s.load()
	if err == nil && !o.ReadOnly {
		err = s.upgrade(context.Background())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %q: %w", path, wayOut(err)), db.Close())
	}
	return s, nil
}

// present makes sure that there is a file of some length at path.
func present(path string, o Options) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !o.ReadOnly:
		return create(path, o.Timeout)
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("is a directory")
	case info.Size() == 0: // bbolt would initialise it and hide that the data has gone
		return wayOut(fmt.Errorf("%w: the file is empty", ErrDamaged))
	}
	return nil
}

// openFile opens the database and sees to it that the file is as long as its pages say, so that no later
// read faults behind the end of a truncated file.
func openFile(path string, o Options) (db *bolt.DB, err error) {
	var file *os.File // given back when bbolt panics on a damaged page, else its lock would stay
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			err = errors.Join(wayOut(fmt.Errorf("%w: %v", ErrDamaged, v)), unlock(file), file.Close())
		}
	}()
	db, err = bolt.Open(path, 0o600, &bolt.Options{
		Timeout:      o.Timeout,
		ReadOnly:     o.ReadOnly,
		NoSync:       o.NoSync,
		MaxSize:      o.MaxBytes,
		FreelistType: bolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			file = f
			return f, err
		},
	})
	var errno syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrInUse
	case errors.As(err, &errno):
		return nil, full(err)
	case err != nil:
		return nil, wayOut(fmt.Errorf("%w: %v", ErrDamaged, err))
	}
	if err := whole(db); err != nil {
		return nil, errors.Join(wayOut(err), db.Close())
	}
	return db, nil
}

// whole compares the length of the file with what its pages need.
func whole(db *bolt.DB) error {
	return db.View(func(tx *bolt.Tx) error {
		info, err := os.Stat(db.Path())
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() {
			return fmt.Errorf("%w: the file has %d bytes of %d", ErrDamaged, info.Size(), tx.Size())
		}
		return nil
	})
}

// wayOut tells the reader of an ErrDamaged what to do about it.
func wayOut(err error) error {
	if !errors.Is(err, ErrDamaged) {
		return err
	}
	return fmt.Errorf("%w; restore a backup, or move the file away and import or follow again", err)
}

// full turns the several ways to run out of space into ErrFull.
func full(err error) error {
	if errors.Is(err, bolterrors.ErrMaxSizeReached) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// load reads what every other call needs: identity and dictionaries.
func (s *Store) load() error {
	return s.view(func(tx *bolt.Tx) error {
		if err := checkFormat(tx); err != nil {
			return err
		}
		s.id = string(bucketMeta.in(tx).Get([]byte(keyID)))
		c, err := loadCodec(tx)
		if err != nil {
			return err
		}
		s.codec.Store(c)
		return nil
	})
}

// Close waits for running transactions, writes out what NoSync held back and releases the lock. A second Close
// does nothing; any other call after it is an error.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var sync error
	if s.db.NoSync && !s.db.IsReadOnly() {
		sync = s.db.Sync()
	}
	if err := errors.Join(sync, s.db.Close()); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// ID is the random name of this database, given when it was made. An index remembers whose it is by it.
func (s *Store) ID() string { return s.id }

// view runs fn in a read transaction. A damaged page, on which bbolt panics or the memory map faults,
// comes back as ErrDamaged.
func (s *Store) view(fn func(*bolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer s.caught(&err)
	return s.db.View(fn)
}

// write runs fn in a write transaction; the caller holds s.writing. Any error leaves the old state.
func (s *Store) write(fn func(*bolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer s.caught(&err)
	return full(s.db.Update(fn))
}

func (s *Store) caught(err *error) {
	if v := recover(); v != nil {
		s.log.Error("panic in a store transaction", "err", v, "stack", string(debug.Stack()))
		*err = wayOut(fmt.Errorf("%w: %v", ErrDamaged, v))
	}
}

// update is a write transaction of its own, for the small things.
func (s *Store) update(ctx context.Context, fn func(*bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.write(fn)
}
