package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

const maxFindings = 20 // of one kind; more tell nothing new

// Check reads all of the store and compares everything that is kept twice: the pages of the file among themselves,
// records with the counters, dependents, ranks and READMEs, the log with its sequence, dead letters with
// their due times. The error is ErrDamaged and lists what was found. Writers wait while the pages are read,
// and one read transaction stays open throughout, so this is for quiet hours.
func (s *Store) Check(ctx context.Context) error {
	var found findings
	s.writing.Lock()
	locked := true
	defer func() {
		if locked {
			s.writing.Unlock()
		}
	}()
	err := s.view(func(tx *bolt.Tx) error {
		for err := range tx.Check() { // to its end: it works in this transaction
			found.add("page", "%v", err)
		}
		s.writing.Unlock()
		locked = false
		c := &checker{reader: newReader(tx), ctx: ctx, tx: tx, codec: s.codec.Load(), found: &found}
		return c.run()
	})
	if err != nil {
		return fmt.Errorf("check store: %w", err)
	}
	return found.err()
}

// findings collects what is wrong, by kind.
type findings struct {
	list []error
	n    map[string]int
}

func (f *findings) add(kind, format string, args ...any) {
	if f.n == nil {
		f.n = map[string]int{}
	}
	if f.n[kind]++; f.n[kind] <= maxFindings {
		f.list = append(f.list, fmt.Errorf(kind+": "+format, args...))
	}
}

func (f *findings) err() error {
	if len(f.list) == 0 {
		return nil
	}
	return fmt.Errorf("check store: %w", wayOut(fmt.Errorf("%w: %w", ErrDamaged, errors.Join(f.list...))))
}

// checker recounts in one transaction.
type checker struct {
	reader
	ctx      context.Context
	tx       *bolt.Tx
	codec    *codec
	found    *findings
	counted  counts
	dependOn map[string]uint64
}

func (c *checker) run() error {
	c.counted.DeadByClass = map[string]int{}
	c.dependOn = map[string]uint64{}
	walks := []struct {
		bucket bucketName
		fn     func(k, v []byte)
	}{
		{bucketPackages, c.checkRecord},
		{bucketReadmes, c.checkReadme},
		{bucketRanks, c.checkRank},
		{bucketDownloads, c.checkDownloads},
		{bucketDependents, c.checkDependents},
		{bucketLog, c.checkLog},
		{bucketDead, c.checkDead},
		{bucketDue, c.checkDue},
		{bucketFeeds, c.checkFeed},
		{bucketGenerations, c.checkGenerations},
	}
	for _, walk := range walks {
		if err := c.walk(walk.bucket, walk.fn); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.dependOn)) { // what checkDependents has not taken away
		c.found.add("dependents", "%q has none in place of %d", name, c.dependOn[name])
	}
	return c.checkCounts()
}

func (c *checker) walk(name bucketName, fn func(k, v []byte)) error {
	n := 0
	return name.in(c.tx).ForEach(func(k, v []byte) error {
		if n++; n%256 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		fn(k, v)
		return nil
	})
}

func (c *checker) checkRecord(k, v []byte) {
	p, err := c.codec.decode(string(k), v)
	if err != nil {
		c.found.add("record", "%v", err)
		return
	}
	c.counted.addPackage(&p, +1)
	for name := range p.dependsOn() {
		c.dependOn[name]++
	}
	if hasRank := c.ranks.Get(k) != nil; hasRank != p.Indexed() {
		c.found.add("rank", "%q: has one: %t, should: %t", k, hasRank, p.Indexed())
	}
}

func (c *checker) checkReadme(k, v []byte) {
	if _, err := c.codec.readme(string(k), v); err != nil {
		c.found.add("README", "%v", err)
	}
	c.needsRecord("README", k)
}

func (c *checker) checkRank(k, v []byte) {
	if _, _, err := c.rank(k); err != nil {
		c.found.add("rank", "%v", err)
	} else if pending := bucketMeta.in(c.tx).Get([]byte(keyUpgrade)) != nil; hasNoFacts(v) && !pending {
		c.found.add("rank", "%q has no facts", k)
	}
	c.needsRecord("rank", k)
}

func (c *checker) needsRecord(kind string, name []byte) {
	if c.records.Get(name) == nil {
		c.found.add(kind, "%q has no record", name)
	}
}

func (c *checker) checkDownloads(k, v []byte) {
	if n, err := parseNumber(v); err != nil || n == 0 {
		c.found.add("downloads", "of %q: %x", k, v)
	}
	c.counted.Downloads++
}

func (c *checker) checkDependents(k, v []byte) {
	n, err := parseNumber(v)
	if want := c.dependOn[string(k)]; err != nil || n == 0 || n != want {
		c.found.add("dependents", "%q has %d in place of %d", k, n, want)
	}
	delete(c.dependOn, string(k))
}

func (c *checker) checkLog(k, v []byte) {
	lln, err := parseOrder(k)
	if err != nil {
		c.found.add("log", "%v", err)
		return
	}
	if last := bucketLog.in(c.tx).Sequence(); lln == 0 || lln > last {
		c.found.add("log", "entry %d, last number given %d", lln, last)
	}
	c.needsRecord("log", v)
}

func (c *checker) checkDead(k, v []byte) {
	d, err := c.codec.deadLetter(k, v)
	if err != nil {
		c.found.add("dead letter", "%v", err)
		return
	}
	c.counted.addDead(d.Class, +1)
	if d.Name != string(k) {
		c.found.add("dead letter", "%q is kept under %q", d.Name, k)
	}
	if !d.NextTry.IsZero() && bucketDue.in(c.tx).Get(dueKey(&d)) == nil {
		c.found.add("dead letter", "%q has no due entry", k)
	}
}

func (c *checker) checkDue(k, _ []byte) {
	name, _, err := parseDue(k, time.Time{})
	if err != nil {
		c.found.add("due", "%v", err)
		return
	}
	d, err := c.codec.deadLetter(name, bucketDead.in(c.tx).Get(name))
	if err != nil || string(dueKey(&d)) != string(k) {
		c.found.add("due", "entry %x fits no dead letter", k)
	}
}

func (c *checker) checkFeed(k, v []byte) {
	if f, err := c.codec.feed(k, v); err != nil || f.Source != string(k) {
		c.found.add("feed", "%q: %v", k, err)
	}
}

func (c *checker) checkGenerations(k, v []byte) {
	var g Generations
	if err := c.codec.decodeValue("generations", k, v, &g); err != nil {
		c.found.add("generations", "%v", err)
	}
}

func (c *checker) checkCounts() error {
	kept, err := readCounts(c.tx, c.codec)
	if err != nil {
		return err
	}
	got, want := fmt.Sprint(kept), fmt.Sprint(c.counted) // maps print sorted
	if got != want {
		c.found.add("counts", "%s in place of %s", got, want)
	}
	return nil
}
