package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"pkgsearch/index/mapped"
	"pkgsearch/index/store"
	"pkgsearch/index/suggest"
)

// namesFile is the table of names in a generation's directory: as of the log number it has reached. What changed since is
// read from the change log.
const namesFile = "names"

// completer is the names of a view: an immutable set over a mapped file.
type completer struct {
	set    *suggest.Set
	lln    uint64            // log number that the set has reached
	inFile uint64            // and the file
	file   *mapped.Map       // of the set, which must not outlive it; nil while the names are in memory
	since  *[]suggest.Change // what has come while the file is written anew; nil while it is not
}

// with is the list after some changes.
func (l *completer) with(ctx context.Context, changes []suggest.Change, lln uint64) (*completer, error) {
	set, err := l.set.With(ctx, changes)
	if err != nil {
		return nil, err
	}
	if l.since != nil {
		*l.since = append(*l.since, changes...)
	}
	return &completer{set: set, lln: lln, inFile: l.inFile, file: l.file, since: l.since}, nil
}

// Complete gives at most k names that complete a text, as suggest.Set.Complete has it.
func (v *View) Complete(ctx context.Context, text string, k int) ([]suggest.Completion, error) {
	if v.names == nil {
		return nil, errBulk
	}
	defer runtime.KeepAlive(v.names)
	return v.names.set.Complete(ctx, text, k)
}

// Phrases gives at most k queries that the text may be the beginning of, as suggest.Set.Phrases has it.
func (v *View) Phrases(ctx context.Context, text string, k int) ([]string, error) {
	if v.names == nil {
		return nil, errBulk
	}
	defer runtime.KeepAlive(v.names)
	return v.names.set.Phrases(ctx, text, k)
}

var errBulk = errors.New("an index that is open for bulk completes no names")

// namesFor gives the names of a new view of the generation, with all that is in the store. The file is made anew when it is
// missing, damaged, of another store or too old.
func (ix *Index) namesFor(ctx context.Context, g *generation, v *View) (*completer, error) {
	if ix.opts.Bulk {
		return nil, nil
	}
	if g.names == nil {
		if err := ix.openNames(ctx, g); err != nil {
			return nil, err
		}
	}
	if err := ix.catchUpNames(ctx, g); err != nil {
		return nil, err
	}
	if g.names.lln == v.LLN && g.names.set.Len() != v.live { // a file that lies, by whatever accident
		ix.opts.Logger.Warn("list of names is not the index's, making it anew", "generation", g.name, "names", g.names.set.Len(), "packages", v.live)
		if err := ix.remakeNames(ctx, g); err != nil {
			return nil, err
		}
	}
	return g.names, nil
}

// openNames opens a generation's file, or makes it.
func (ix *Index) openNames(ctx context.Context, g *generation) error {
	l, err := loadNames(filepath.Join(g.path, namesFile), ix.store.ID())
	if err == nil {
		if err = ix.reaches(l.lln); err == nil {
			g.names = l
			return nil
		}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		ix.opts.Logger.Warn("list of names cannot be used, making it anew", "generation", g.name, "err", err)
	}
	return ix.remakeNames(ctx, g)
}

// reaches says why the change log does not lead from a log number to the store's, or nil.
func (ix *Index) reaches(lln uint64) error {
	head, err := ix.store.LLN()
	if err != nil {
		return fmt.Errorf("read log number of the store: %w", err)
	}
	oldest, err := ix.store.Oldest()
	if err != nil {
		return fmt.Errorf("read change log: %w", err)
	}
	if lln > head || lln < head && (oldest == 0 || lln+1 < oldest) {
		return fmt.Errorf("%w: the names have reached change %d, the change log goes from %d to %d", errOutdated, lln, oldest, head)
	}
	return nil
}

// loadNames maps a file and checks all of it.
func loadNames(path, dbid string) (*completer, error) {
	file, err := mapped.Open(path)
	if err != nil {
		return nil, err
	}
	table, err := suggest.Parse(file.Bytes())
	if err == nil && table.ID != dbid {
		err = fmt.Errorf("%w: it is of the store %q, not %q", errOutdated, table.ID, dbid)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return listOf(table, file), nil
}

func listOf(table *suggest.Table, file *mapped.Map) *completer {
	return &completer{set: suggest.NewSet(table), lln: table.LLN, inFile: table.LLN, file: file}
}

// remakeNames makes a generation's file from the store and opens it. On a disk that takes no more, the names are kept in
// memory.
func (ix *Index) remakeNames(ctx context.Context, g *generation) error {
	image, err := ix.storedNames(ctx, g)
	if err != nil {
		return err
	}
	aside := filepath.Join(g.path, namesFile+".new")
	if err = mapped.WriteAside(aside, image); err == nil {
		err = ix.adoptNames(g, aside)
	}
	if err == nil {
		return nil
	}
	ix.opts.Logger.Warn("list of names stays in memory", "generation", g.name, "err", err)
	table, err := suggest.Parse(image)
	if err != nil {
		return fmt.Errorf("list names of index %s: %w", g.name, err)
	}
	g.names = listOf(table, nil)
	return nil
}

// adoptNames puts a new file in place and makes it the generation's.
func (ix *Index) adoptNames(g *generation, aside string) error {
	path := filepath.Join(g.path, namesFile)
	if err := mapped.PutInPlace(aside, path); err != nil {
		return fmt.Errorf("replace names of index %s: %w", g.name, err)
	}
	l, err := loadNames(path, ix.store.ID())
	if err != nil {
		return err
	}
	g.names = l
	return nil
}

// writeNames makes the file of a generation that is not open.
func (ix *Index) writeNames(ctx context.Context, path string) error {
	image, err := ix.storedNames(ctx, &generation{name: filepath.Base(path)})
	if err != nil {
		return err
	}
	return mapped.Replace(filepath.Join(path, namesFile), image)
}

// storedNames lists the names and weights in the store.
func (ix *Index) storedNames(ctx context.Context, g *generation) (image []byte, err error) {
	from, err := ix.store.LLN()
	if err != nil {
		return nil, fmt.Errorf("read log number of the store: %w", err)
	}
	return ix.table(ctx, g, from, func(add func(string, float32) error) error {
		return ix.store.WalkRanks(ctx, func(name string, r store.Rank) error { return add(name, weigh(r)) })
	})
}

// table lists the names that each adds, as of a log number.
func (ix *Index) table(ctx context.Context, g *generation, lln uint64, each func(add func(string, float32) error) error) (image []byte, err error) {
	b := suggest.NewBuilder()
	if err := each(b.Add); err != nil {
		return nil, fmt.Errorf("list names of index %s: %w", g.name, err)
	}
	if image, err = b.Image(ctx, ix.store.ID(), lln); err != nil {
		return nil, fmt.Errorf("sort names of index %s: %w", g.name, err)
	}
	return image, nil
}

func weigh(r store.Rank) float32 {
	return suggest.Weigh(r.Downloads, r.Flags&store.FlagDeprecated != 0, r.Flags&store.FlagSecurityHeld != 0)
}

// namesPage is the number of changes that go into a list at a time.
const namesPage = 10_000

// catchUpNames brings a generation's names from their log number to the store's.
func (ix *Index) catchUpNames(ctx context.Context, g *generation) error {
	head, err := ix.store.LLN()
	if err != nil {
		return fmt.Errorf("read log number of the store: %w", err)
	}
	if g.names.lln < head {
		if err := ix.reaches(g.names.lln); errors.Is(err, errOutdated) {
			return ix.remakeNames(ctx, g)
		} else if err != nil {
			return err
		}
	}
	for g.names.lln < head {
		log, err := ix.store.Changes(ctx, g.names.lln, namesPage)
		if err != nil {
			return fmt.Errorf("read change log after %d: %w", g.names.lln, err)
		}
		if len(log) == 0 {
			return fmt.Errorf("change log ends at %d before its head %d", g.names.lln, head)
		}
		changed := make([]string, len(log))
		for i, c := range log {
			changed[i] = c.Name
		}
		changes := make([]suggest.Change, len(log))
		err = ix.store.LookRanks(ctx, changed, func(i int, r store.Rank, ok bool) {
			changes[i] = suggest.Change{Name: changed[i], Weight: weigh(r), Gone: !ok}
		})
		if err != nil {
			return err
		}
		next, err := g.names.with(ctx, changes, log[len(log)-1].LLN)
		if err != nil {
			return fmt.Errorf("list changed names: %w", err)
		}
		g.names = next
	}
	return nil
}

// renewNames writes the live generation's file with the store's present ranks. The next view has them.
func (ix *Index) renewNames(ctx context.Context) error {
	ix.naming.Lock()
	defer ix.naming.Unlock()
	g, _ := ix.liveNames(nil)
	if g == nil {
		return ErrClosed
	}
	image, err := ix.storedNames(ctx, g)
	if err == nil {
		err = ix.swapNames(g, image, nil)
	}
	return errors.Join(err, g.release())
}

// foldAfter is the number of names beside the file from which on it is written anew.
const foldAfter = 50_000

// foldNames writes the live generation's file with what has changed since, once that is much, beside searches and
// writes. The answers stay the same.
func (ix *Index) foldNames(ctx context.Context) error {
	ix.naming.Lock()
	defer ix.naming.Unlock()
	var since []suggest.Change
	g, l := ix.liveNames(&since)
	if g == nil {
		return nil
	}
	var err error
	if l != nil {
		var image []byte
		if image, err = ix.table(ctx, g, l.lln, l.set.Each); err == nil {
			err = ix.swapNames(g, image, &since)
		}
		ix.stopNoting(g, &since)
		runtime.KeepAlive(l)
	}
	return errors.Join(err, g.release())
}

// stopNoting ends the collecting of changes after a failure.
func (ix *Index) stopNoting(g *generation, since *[]suggest.Change) {
	ix.write.Lock()
	defer ix.write.Unlock()
	if l := g.names; l != nil && l.since == since {
		still := *l
		still.since = nil
		g.names = &still
	}
}

// liveNames gives the live generation, retained, nil once closed. Where changes are to be collected it also gives its names
// if they are worth folding.
func (ix *Index) liveNames(since *[]suggest.Change) (*generation, *completer) {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return nil, nil
	}
	g := ix.generation
	g.retain()
	l := g.names
	if l == nil || since == nil || l.set.Later() < foldAfter && l.lln-l.inFile < uint64(ix.opts.LogTail/2) {
		return g, nil
	}
	noting := *l
	noting.since = since
	g.names = &noting
	return g, l
}

// swapNames writes an image and makes it the live generation's file, with what has changed since.
func (ix *Index) swapNames(g *generation, image []byte, since *[]suggest.Change) error {
	aside := filepath.Join(g.path, namesFile+".next") // while the writer may write another
	if err := mapped.WriteAside(aside, image); err != nil {
		return fmt.Errorf("write names of index %s: %w", g.name, err)
	}
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed || ix.generation != g || since != nil && (g.names == nil || g.names.since != since) {
		return os.RemoveAll(aside) // another has come in between
	}
	lln := uint64(0)
	if g.names != nil {
		lln = g.names.lln
	}
	if err := ix.adoptNames(g, aside); err != nil {
		return err
	}
	if since == nil {
		return nil
	}
	next, err := g.names.with(context.Background(), *since, lln)
	if err != nil {
		return err
	}
	g.names = next
	view := ix.view.Load()
	return ix.refresh(context.Background(), view)
}
