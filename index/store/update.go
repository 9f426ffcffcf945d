package store

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Batch is what one transaction writes. All parts are optional.
type Batch struct {
	// Packages are put in place of what is stored of them; of several with one name the last counts. Those that
	// are not Indexed are tombstones and stay as records. A put takes away the dead letter of its name
	// unless Dead has one.
	Packages  []Package
	Downloads map[string]uint64 // monthly downloads by name, also for names without a record; 0 forgets
	Dead      []DeadLetter      // added, or in place of that of the same name
	Revive    []string          // names whose dead letter is removed
	Feed      *FeedState        // in place of the state of its source
}

// Applied tells what an Update has done.
type Applied struct {
	LLN     uint64   // last log number after the batch
	Changed []string // names with a new log entry, sorted: those put with other content than was stored
}

// put is a package on its way into the file.
type put struct {
	pkg    *Package
	raw    []byte // CBOR
	value  []byte // as stored
	readme []byte // as stored; nil for none
}

// Update writes a batch in one transaction: all of it, or on any error none. Packages that equal what is
// stored, but perhaps for Rev, get no log entry. now is the time at which scores are taken.
func (s *Store) Update(ctx context.Context, b Batch, now time.Time) (Applied, error) {
	if err := b.check(); err != nil {
		return Applied{}, fmt.Errorf("update store: %w", err)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	puts, c, err := s.encode(ctx, b.Packages)
	if err != nil {
		return Applied{}, fmt.Errorf("update store: %w", err)
	}
	s.codec.Store(c) // before the commit: readers must know a new dictionary as soon as a record has it
	var done Applied
	err = s.write(func(tx *bolt.Tx) error {
		done, err = apply(ctx, tx, c, b, puts, now)
		return err
	})
	if err != nil {
		return Applied{}, fmt.Errorf("update store: %w", err)
	}
	return done, nil
}

func (b *Batch) check() error {
	for i := range b.Packages {
		if err := checkName(b.Packages[i].Name); err != nil {
			return fmt.Errorf("put package: %w", err)
		}
	}
	for name := range b.Downloads {
		if err := checkName(name); err != nil {
			return fmt.Errorf("put downloads: %w", err)
		}
	}
	for i := range b.Dead {
		if err := checkName(b.Dead[i].Name); err != nil {
			return fmt.Errorf("put dead letter: %w", err)
		}
	}
	if b.Feed != nil {
		if err := checkName(b.Feed.Source); err != nil {
			return fmt.Errorf("put feed state: source: %w", err)
		}
	}
	return nil
}

// encode does the work that needs no transaction, on all processors: puts sorted by name, one of each.
func (s *Store) encode(ctx context.Context, packages []Package) ([]*put, *codec, error) {
	last := make(map[string]*put, len(packages))
	for i := range packages {
		last[packages[i].Name] = &put{pkg: &packages[i]}
	}
	puts := slices.SortedFunc(maps.Values(last), func(a, b *put) int { return strings.Compare(a.pkg.Name, b.pkg.Name) })
	plain := s.codec.Load()
	err := parallel(ctx, len(puts), func(i int) (err error) {
		puts[i].raw, err = plain.marshal(puts[i].pkg)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	c, err := s.prepareCodec(puts)
	if err != nil {
		return nil, nil, err
	}
	err = parallel(ctx, len(puts), func(i int) error {
		p := puts[i]
		p.value = c.seal(p.raw)
		if text := p.pkg.Readme; len(text) > maxReadme {
			return fmt.Errorf("README of %q: %d bytes; at most %d can be stored", p.pkg.Name, len(text), maxReadme)
		} else if text != "" {
			p.readme = c.plain.EncodeAll([]byte(text), nil)
		}
		return nil
	})
	return puts, c, err
}

// apply is the transaction.
func apply(ctx context.Context, tx *bolt.Tx, c *codec, b Batch, puts []*put, now time.Time) (Applied, error) {
	w, err := newWriter(tx, c, now)
	if err != nil {
		return Applied{}, err
	}
	changed, err := w.packages(ctx, puts)
	if err != nil {
		return Applied{}, err
	}
	if err := w.putDownloads(ctx, b.Downloads); err != nil {
		return Applied{}, err
	}
	if err := w.putDependents(); err != nil {
		return Applied{}, err
	}
	if err := w.putRanks(puts); err != nil {
		return Applied{}, err
	}
	if err := w.putDeadLetters(b, puts); err != nil {
		return Applied{}, err
	}
	if err := w.putFeed(b.Feed); err != nil {
		return Applied{}, err
	}
	if err := w.counts.write(tx, c); err != nil {
		return Applied{}, err
	}
	lln, err := w.appendLog(changed)
	return Applied{LLN: lln, Changed: changed}, err
}

// writer holds what the steps of one transaction share.
type writer struct {
	reader
	tx        *bolt.Tx
	codec     *codec
	now       time.Time
	counts    counts
	dependsOn map[string]int // change of the number of dependents, by name
}

func newWriter(tx *bolt.Tx, c *codec, now time.Time) (*writer, error) {
	n, err := readCounts(tx, c)
	if err != nil {
		return nil, err
	}
	return &writer{
		reader:    newReader(tx),
		tx:        tx,
		codec:     c,
		now:       now,
		counts:    n,
		dependsOn: map[string]int{},
	}, putDictionary(tx, c)
}

// packages puts records and READMEs and returns the names whose content has changed, sorted.
func (w *writer) packages(ctx context.Context, puts []*put) ([]string, error) {
	if len(puts) == 0 {
		return nil, nil
	}
	for _, b := range []*bolt.Bucket{w.records, w.readmes, w.ranks} {
		fillFor(b, puts[0].pkg.Name)
	}
	var changed []string
	for i, p := range puts {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		record, err := w.putRecord(p)
		if err != nil {
			return nil, err
		}
		readme, err := w.putReadme(p)
		if err != nil {
			return nil, err
		}
		if record || readme {
			changed = append(changed, p.pkg.Name)
		}
	}
	return changed, nil
}

// putRecord writes a record if it differs, and tells whether it does in more than Rev.
func (w *writer) putRecord(p *put) (changed bool, err error) {
	name := []byte(p.pkg.Name)
	stored := w.records.Get(name)
	if stored == nil {
		w.counts.addPackage(p.pkg, +1)
		w.countDependencies(p.pkg, +1)
		return true, w.records.Put(name, p.value)
	}
	raw, err := w.codec.unseal(p.pkg.Name, stored)
	if err != nil {
		return false, err
	}
	if bytes.Equal(raw, p.raw) {
		return false, nil
	}
	old, err := w.codec.unmarshal(p.pkg.Name, raw)
	if err != nil {
		return false, err
	}
	w.counts.addPackage(&old, -1)
	w.counts.addPackage(p.pkg, +1)
	w.countDependencies(&old, -1)
	w.countDependencies(p.pkg, +1)
	if err := w.records.Put(name, p.value); err != nil {
		return false, err
	}
	old.Rev = p.pkg.Rev
	raw, err = w.codec.marshal(&old)
	return !bytes.Equal(raw, p.raw), err
}

// putReadme writes or removes a README if it differs, and tells whether it does.
func (w *writer) putReadme(p *put) (changed bool, err error) {
	name := []byte(p.pkg.Name)
	stored := w.readmes.Get(name)
	switch {
	case bytes.Equal(stored, p.readme):
		return false, nil
	case p.readme == nil:
		return true, w.readmes.Delete(name)
	case stored != nil: // another release of the compressor may write the same text differently
		text, err := w.codec.readme(p.pkg.Name, stored)
		if err != nil || text == p.pkg.Readme {
			return false, err
		}
	}
	return true, w.readmes.Put(name, p.readme)
}

// countDependencies notes that a package of the index does (+1) or no longer does (-1) depend on others.
func (w *writer) countDependencies(p *Package, by int) {
	for name := range p.dependsOn() {
		w.dependsOn[name] += by
	}
}

// putDependents adds the noted changes to the counters.
func (w *writer) putDependents() error {
	names := slices.Sorted(maps.Keys(w.dependsOn))
	if len(names) > 0 {
		fillFor(w.dependents, names[0])
	}
	for _, name := range names {
		by := w.dependsOn[name]
		if by == 0 {
			continue
		}
		n, err := lookup(w.dependents, "dependents", []byte(name))
		if err != nil {
			return err
		}
		if err := putNumber(w.dependents, []byte(name), uint64(max(0, int64(n)+int64(by)))); err != nil {
			return err
		}
	}
	return nil
}

// putDownloads writes the numbers that differ. They move ranks with the next Rescore: else a search would change its mind
// when it is started again, and not before.
func (w *writer) putDownloads(ctx context.Context, downloads map[string]uint64) error {
	names := slices.Sorted(maps.Keys(downloads))
	if len(names) > 0 {
		fillFor(w.downloads, names[0])
	}
	for i, name := range names {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		old, err := lookup(w.downloads, "downloads", []byte(name))
		if err != nil {
			return err
		}
		now := downloads[name]
		if old == now {
			continue
		}
		switch {
		case old == 0:
			w.counts.Downloads++
		case now == 0:
			w.counts.Downloads--
		}
		if err := putNumber(w.downloads, []byte(name), now); err != nil {
			return err
		}
	}
	return nil
}
