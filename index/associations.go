package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

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
	err := ix.store.Iterate(ctx, "", func(p store.Package) error {
		if p.Status == store.Active {
			l.Add(p.Downloads, teachingWords(&p))
			peers.Add(p.Downloads, p.Name, calledAs(p.Name), Words(strings.Join(p.Keywords, " ")+" "+p.Description))
		}
		return nil
	})
	if err != nil {
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
