package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"sync"

	"pkgsearch/index/spell"
	"pkgsearch/index/store"
)

// spellingFile holds the words and names that may have been meant by others: a line with the checksum (CRC-32,
// IEEE), one that says whose they are, then the two tables. Like associations it is renewed with the scores and by a rebuild.
const spellingFile = "spelling"

// Bounds of what may have been meant.
const (
	maxNames  = 300_000 // the most used packages' names
	maxWords  = 150_000 // the most frequent words
	leastUse  = 8       // packages that have such a word
	spellFrom = 20_000  // packages: with fewer, dictionaries are walked
)

// spelling is what was learned of a view; nil: its dictionaries are walked.
type spelling struct {
	words *spell.Table // of names; used as often as the word or its stem in descriptions stands in packages
	names *spell.Table // joined; used as often as the package that most probably is meant is downloaded
}

// spellAnew learns the words and names of the current view and uses them from the next one on.
func (ix *Index) spellAnew(ctx context.Context) error {
	v := ix.Acquire()
	if v == nil {
		return ErrClosed
	}
	defer v.Release()
	if err := ix.learnSpelling(ctx, v); err != nil {
		return err
	}
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return ErrClosed
	}
	return ix.refresh(ctx, ix.view.Load())
}

// learnSpelling makes the tables from a view, for it and those after it, and keeps them for the next start.
func (ix *Index) learnSpelling(ctx context.Context, v *View) error {
	ix.loading.Wait()
	ix.learning.Lock()
	defer ix.learning.Unlock()
	var s *spelling
	if v.Count() >= ix.opts.SpellFrom {
		var err error
		if s, err = v.spell(ctx); err != nil {
			return err
		}
	}
	if err := writeChecked(filepath.Join(ix.dir, spellingFile), s.append(ix.spellingOwner())); err != nil {
		return fmt.Errorf("keep words and names: %w", err)
	}
	ix.spelling.Store(s)
	return nil
}

// spell makes both tables, beside each other.
func (v *View) spell(ctx context.Context) (*spelling, error) {
	var s spelling
	var other sync.WaitGroup
	var failed error
	other.Go(func() {
		names, err := v.usedNames(ctx)
		s.names, failed = spell.New(names), err
	})
	words, err := v.frequentWords(ctx)
	s.words = spell.New(words)
	other.Wait()
	switch {
	case err != nil:
		return nil, fmt.Errorf("learn words: %w", err)
	case failed != nil:
		return nil, fmt.Errorf("learn names: %w", failed)
	}
	return &s, nil
}

// spellingOwner is the line by which a file of another store or analysis is known.
func (ix *Index) spellingOwner() []byte {
	return fmt.Appendf(nil, "1 %s %s\n", ix.store.ID(), Fingerprint())
}

func (s *spelling) append(to []byte) []byte {
	if s == nil {
		return to
	}
	return s.names.Append(s.words.Append(to))
}

// loadSpelling reads the tables. Without them dictionaries are walked, or they are learned at once if that is too slow.
func (ix *Index) loadSpelling() {
	s, err := readSpelling(filepath.Join(ix.dir, spellingFile), ix.spellingOwner())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		ix.opts.Logger.Warn("words and names for corrections cannot be used, they are learned anew", "err", err)
	}
	ix.spelling.Store(s)
}

// spellFirst learns the tables for the first view of a process if it has none and is large.
func (ix *Index) spellFirst(ctx context.Context, v *View) {
	if v.spelling != nil || v.Count() < ix.opts.SpellFrom {
		return
	}
	if err := ix.learnSpelling(ctx, v); err != nil {
		ix.opts.Logger.Warn("words and names for corrections are sought in the index until the next scores", "err", err)
	}
	v.spelling = ix.spelling.Load()
}

func readSpelling(path string, owner []byte) (*spelling, error) {
	text, err := readChecked(path)
	if err != nil {
		return nil, err
	}
	text, found := bytes.CutPrefix(text, owner)
	if !found {
		return nil, fmt.Errorf("%s is of another store or version", filepath.Base(path))
	}
	if len(text) == 0 {
		return nil, nil
	}
	s := &spelling{}
	if s.words, text, err = spell.Read(text); err == nil {
		s.names, _, err = spell.Read(text)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return s, nil
}

// usedNames gives the joined names of the most used packages, each with the downloads of the one that it most
// probably means.
func (v *View) usedNames(ctx context.Context) ([]spell.Word, error) {
	most, err := v.mostUsed(ctx, maxNames)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(most))
	var names []spell.Word
	for _, u := range most {
		if joined := Joined(u.Name); joined != "" && !seen[joined] {
			seen[joined] = true
			names = append(names, spell.Word{Text: joined, Use: saturated(u.Rank)})
		}
	}
	return names, nil
}

func saturated(r store.Rank) uint32 { return uint32(min(r.Downloads, math.MaxUint32)) }
