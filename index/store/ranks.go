package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"pkgsearch/index/score"
)

// Rank is what the order of results needs of a package besides the text. The zero value is an unknown package.
type Rank struct {
	score.Scores
	Flags     Flag
	Downloads uint64 // last month
}

// Prior is score.Prior under the weights, in the precision in which an index keeps it.
func (r Rank) Prior(w score.Weights) float32 {
	return float32(score.Prior(r.Scores, w, r.Flags&FlagDeprecated != 0, r.Flags&FlagSecurityHeld != 0))
}

// Flag is a set of properties that lower a package.
type Flag uint8

const (
	FlagDeprecated   Flag = 1 << iota
	FlagSecurityHeld      // a placeholder of the registry
	FlagUnstable          // below 1.0.0, a pre-release, or without a version
	FlagInsecure          // reserved: known vulnerabilities
)

// A stored rank is: rankForm, the flags, three float32 (popularity, quality, maintenance; big-endian), then as unsigned varints
// the downloads and, of the facts, created, updated, dependents, size, version and has; the Node range is the rest. Formats 1
// and 2 had numbers of fixed size (ranksold.go).
const rankForm = 0xFF

func (r Rank) bytes(f Facts) []byte {
	b := append(make([]byte, 0, 48+len(f.Node)), rankForm, byte(r.Flags))
	for _, v := range []float32{r.Popularity, r.Quality, r.Maintenance} {
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(v))
	}
	for _, v := range []uint64{r.Downloads, uint64(f.Created), uint64(f.Updated), uint64(f.Dependents), uint64(f.Size), uint64(f.Version), uint64(f.Has)} {
		b = binary.AppendUvarint(b, v)
	}
	return append(b, f.Node...)
}

func parseRank(b []byte) (r Rank, f Facts, err error) {
	if len(b) == 0 || b[0] != rankForm {
		return parseOldRank(b)
	}
	const fixed = 2 + 3*4
	if len(b) < fixed {
		return r, f, fmt.Errorf("%d bytes in place of %d or more", len(b), fixed)
	}
	r.Flags = Flag(b[1])
	for i, to := range []*float32{&r.Popularity, &r.Quality, &r.Maintenance} {
		*to = math.Float32frombits(binary.BigEndian.Uint32(b[2+4*i:]))
	}
	rest := b[fixed:]
	number := func(most uint64) uint64 {
		v, n := binary.Uvarint(rest)
		if n <= 0 || v > most {
			err = fmt.Errorf("%d bytes hold no numbers of a rank", len(b))
			return 0
		}
		rest = rest[n:]
		return v
	}
	r.Downloads = number(math.MaxUint64)
	for _, to := range []*uint32{&f.Created, &f.Updated, &f.Dependents, &f.Size} {
		*to = uint32(number(math.MaxUint32))
	}
	f.Version = Version(number(math.MaxUint64))
	f.Has = Has(number(math.MaxUint32))
	if err == nil && len(rest) > maxNodeRange {
		err = fmt.Errorf("%d bytes of a range in place of %d at most", len(rest), maxNodeRange)
	}
	f.Node = NodeRange(rest)
	return r, f, err
}

// rank reads the rank and the facts of a name; missing ones are zero.
func (r reader) rank(name []byte) (Rank, Facts, error) {
	v := r.ranks.Get(name)
	if v == nil {
		return Rank{}, Facts{}, nil
	}
	rank, facts, err := parseRank(v)
	if err != nil {
		return Rank{}, Facts{}, fmt.Errorf("%w: rank of %q: %v", ErrDamaged, name, err)
	}
	return rank, facts, nil
}

// Ranks calls fn with the index, rank and facts of each name, in the order of names; sorted names are read fastest.
// A name that is not in the index has zero ones. fn runs outside of any transaction.
func (s *Store) Ranks(ctx context.Context, names []string, fn func(i int, r Rank, f Facts)) error {
	base := 0
	ranks := make([]Rank, min(len(names), pageNames))
	facts := make([]Facts, len(ranks))
	for page := range slices.Chunk(names, pageNames) {
		_, err := s.read(ctx, func(r reader) (err error) {
			for i, name := range page {
				if ranks[i], facts[i], err = r.rank([]byte(name)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("read ranks: %w", err)
		}
		for i := range page {
			fn(base+i, ranks[i], facts[i])
		}
		base += len(page)
	}
	return nil
}

// putRanks rewrites the ranks of what was put.
func (w *writer) putRanks(puts []*put) error {
	for _, p := range puts {
		if err := w.putRank(p.pkg); err != nil {
			return err
		}
	}
	return nil
}

// putRank scores a package by its current signals.
func (w *writer) putRank(p *Package) error {
	name := []byte(p.Name)
	if !p.Indexed() {
		return w.ranks.Delete(name)
	}
	joined := *p // what the caller put stays as it is
	if err := w.join(&joined); err != nil {
		return err
	}
	return w.ranks.Put(name, joined.rank(w.now).bytes(joined.facts()))
}

func (p *Package) rank(now time.Time) Rank {
	scores, _ := score.Of(p.Signals(), now)
	return Rank{Scores: scores, Flags: p.flags(), Downloads: p.Downloads}
}

// Rescore takes the ranks of all packages anew, from their current signals at the time now. It works in pages, each
// with a short transaction between which other writers run. progress (nil for none) is told after each
// page how many of how many records are done.
func (s *Store) Rescore(ctx context.Context, now time.Time, progress func(done, total int)) error {
	stats, err := s.Stats(ctx)
	if err != nil {
		return fmt.Errorf("rescore: %w", err)
	}
	done, after := 0, ""
	for {
		n, last, err := s.rescorePage(ctx, after, now)
		if err != nil {
			return fmt.Errorf("rescore after %q: %w", after, err)
		}
		if n == 0 {
			return nil
		}
		done, after = done+n, last
		if progress != nil {
			progress(done, max(done, stats.Packages))
		}
	}
}

func (s *Store) rescorePage(ctx context.Context, after string, now time.Time) (n int, last string, err error) {
	s.writing.Lock() // what is read here must still hold when it is written
	defer s.writing.Unlock()
	packages, err := s.page(ctx, after)
	if err != nil || len(packages) == 0 {
		return 0, "", err
	}
	ranks := make([][]byte, len(packages))
	err = parallel(ctx, len(packages), func(i int) error {
		ranks[i] = packages[i].rank(now).bytes(packages[i].facts())
		return nil
	})
	if err != nil {
		return 0, "", err
	}
	err = s.write(func(tx *bolt.Tx) error {
		b := bucketRanks.in(tx)
		fillFor(b, packages[0].Name)
		for i := range packages {
			if !packages[i].Indexed() {
				continue
			}
			if err := b.Put([]byte(packages[i].Name), ranks[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return len(packages), packages[len(packages)-1].Name, err
}
