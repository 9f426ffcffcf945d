package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// lockWait is how long a command waits for another one to close the data directory.
const lockWait = 2 * time.Second

// data is an open data directory: the store, which is the truth, and the index made from it.
type data struct {
	store *store.Store
	index *index.Index
}

// openData opens the store and the index under dir, making both where there is nothing yet. With bulk, what is
// written can be searched only after data.index.Refresh.
func (a *app) openData(ctx context.Context, dir string, bulk bool) (*data, error) {
	limit, err := a.storeLimit()
	if err != nil {
		return nil, err
	}
	if err := directory(dir); err != nil {
		return nil, err
	}
	st, err := store.Open(storePath(dir), store.Options{Timeout: lockWait, MaxBytes: limit, Logger: a.log})
	if err != nil {
		return nil, err
	}
	ix, err := index.Open(ctx, filepath.Join(dir, "index"), st, index.Options{Logger: a.log, Bulk: bulk})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open index: %w", err), st.Close())
	}
	return &data{store: st, index: ix}, nil
}

// openExisting is openData for commands that have nothing to say about an empty directory.
func (a *app) openExisting(ctx context.Context) (*data, error) {
	if _, err := os.Stat(storePath(a.Data)); errors.Is(err, fs.ErrNotExist) {
		return nil, a.noData()
	}
	return a.openData(ctx, a.Data, false)
}

// openStore opens the store alone for reading, beside other readers.
func (a *app) openStore() (*store.Store, error) {
	if err := directory(a.Data); err != nil {
		return nil, err
	}
	st, err := store.Open(storePath(a.Data), store.Options{Timeout: lockWait, ReadOnly: true, Logger: a.log})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, a.noData()
	}
	return st, err
}

// directory refuses what cannot become a data directory because something else is there.
func directory(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() || errors.Is(err, syscall.ENOTDIR) {
		return usageError(fmt.Errorf("%q is not a directory; name one with --data", dir))
	}
	return nil
}

func (a *app) noData() error {
	return mark(fmt.Errorf("no data in %q; fill it with pkgsearch import or pkgsearch follow, or name another with --data", a.Data), errNothing)
}

// Close closes index and store, in this order.
func (d *data) Close() error { return errors.Join(d.index.Close(), d.store.Close()) }

func storePath(dir string) string { return filepath.Join(dir, "store.db") }
