package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"pkgsearch/index/associate"
	"pkgsearch/index/store"
)

// associationsFile holds what was learned of the whole domain: a line with the checksum (CRC-32, IEEE), then
// the table. It is renewed with the scores and by a rebuild, so that no answer changes between them.
const associationsFile = "associations"

// learn makes the table of words that go together in the store's packages, and keeps it for the next start.
// The caller makes it the table of the next view.
func (ix *Index) learn(ctx context.Context) (*associate.Table, error) {
	ix.learning.Lock() // a rebuild and new scores may come together
	defer ix.learning.Unlock()
	var l associate.Learner
	peers := associate.PeerLearner{Sense: sense}
	if err := ix.teach(ctx, &l, &peers); err != nil {
		return nil, fmt.Errorf("learn associations: %w", err)
	}
	table, err := l.Learn(ctx)
	if err != nil {
		return nil, fmt.Errorf("learn associations: %w", err)
	}
	if table.Peers, err = peers.Learn(ctx); err != nil {
		return nil, fmt.Errorf("learn the peers of packages: %w", err)
	}
	if err := writeChecked(filepath.Join(ix.dir, associationsFile), table.Bytes()); err != nil {
		return nil, fmt.Errorf("keep associations: %w", err)
	}
	return table, nil
}

// lessonPage is the number of packages whose words are taken at a time, side by side.
const lessonPage = 2000

// teach gives the learners the words of as many packages as they take, the most used first, ties by name.
func (ix *Index) teach(ctx context.Context, l *associate.Learner, peers *associate.PeerLearner) error {
	order, err := ix.store.Sorted(ctx, func(r store.Rank) float64 { return float64(r.Downloads) })
	if err != nil {
		return err
	}
	type lesson struct {
		downloads   uint64
		name        string
		words, said []string
	}
	taken := 0
	for from := 0; from < order.Len() && taken < associate.MaxTexts; {
		var pages [][]string
		for range runtime.GOMAXPROCS(0) {
			to := min(from+lessonPage, order.Len())
			pages = append(pages, order.Names(from, to))
			from = to
		}
		lessons := make([][]lesson, len(pages))
		failed := make([]error, len(pages))
		var group sync.WaitGroup
		for i, names := range pages {
			group.Go(func() {
				failed[i] = ix.store.Each(ctx, names, func(p *store.Ranked) error {
					if p.Status == store.Active {
						lessons[i] = append(lessons[i], lesson{p.Rank.Downloads, p.Name, teachingWords(&p.Package), saidBy(&p.Package)})
					}
					return nil
				})
			})
		}
		group.Wait()
		if err := errors.Join(failed...); err != nil {
			return err
		}
		for _, page := range lessons {
			for _, s := range page[:min(len(page), associate.MaxTexts-taken)] {
				l.Add(s.downloads, s.words)
				peers.Add(s.downloads, s.name, calledAs(s.name), s.said)
				taken++
			}
		}
	}
	return nil
}

// teachingWords are the stems of all that a package says of itself, the name first.
func teachingWords(p *store.Package) []string {
	var words []string
	said := proseTokens(strings.Join(p.Keywords, " ")+" "+p.Description, 0)
	for _, t := range slices.Concat(stemmed(NameTokens(p.Name)), said) {
		if len(t.Text) > 1 && !slices.Contains(words, t.Text) {
			words = append(words, t.Text)
		}
	}
	return words
}

// saidBy are the words of what a package says of itself, in their order.
func saidBy(p *store.Package) []string {
	return Words(strings.Join(p.Keywords, " ") + " " + p.Description)
}

// loadAssociations reads the table; one that is missing or damaged is learned anew with the next scores.
func (ix *Index) loadAssociations() {
	table, err := readAssociations(filepath.Join(ix.dir, associationsFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		ix.opts.Logger.Warn("associations cannot be used, they will be learned with the next scores", "err", err)
	}
	ix.associations.Store(table)
}

func readAssociations(path string) (*associate.Table, error) {
	text, err := readChecked(path)
	if err != nil {
		return &associate.Table{}, err
	}
	table, err := associate.Parse(text)
	if err != nil {
		return &associate.Table{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return table, nil
}
