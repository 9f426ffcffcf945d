package index

import (
	"context"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/collector"
	bquery "github.com/blevesearch/bleve/v2/search/query"
	bindex "github.com/blevesearch/bleve_index_api"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// BleveEngine answers by Bleve alone, for comparison: its query tree, its scores, its collector, and the prior as a
// factor by its custom score. It has an index of its own, since ours leaves to Bleve nothing to score by. Its formula
// is a part of ours, so that it has less to do: words in names, their stems and descriptions, without any of what may
// stand for a word.
type BleveEngine struct {
	own      *generation
	snapshot *scorch.IndexSnapshot
	priors   []float32 // by the snapshot's document number
}

// What a field counts for in BleveEngine.
const (
	bleveNameBoost = 3
	bleveStemBoost = 2
)

// NewBleveEngine makes one of the packages that the store has now, in a directory that must not be there yet. All are
// merged into one segment, as it is fastest. progress may be nil.
func (ix *Index) NewBleveEngine(ctx context.Context, dir string, progress func(done int)) (*BleveEngine, error) {
	g, err := createGeneration(dir)
	if err != nil {
		return nil, err
	}
	e := &BleveEngine{own: g}
	if err := e.build(ctx, ix, progress); err != nil {
		return nil, errors.Join(fmt.Errorf("build index for Bleve's engine: %w", err), e.Close())
	}
	return e, nil
}

func (e *BleveEngine) build(ctx context.Context, ix *Index, progress func(done int)) error {
	batch, done := e.own.bleve.NewBatch(), 0
	flush := func() error {
		err := errors.Join(e.own.bleve.Batch(batch), e.own.failure())
		done += batch.Size()
		batch = e.own.bleve.NewBatch()
		if progress != nil {
			progress(done)
		}
		return err
	}
	err := ix.store.Iterate(ctx, "", func(p store.Package) error {
		if !p.Indexed() {
			return nil
		}
		if err := batch.IndexAdvanced(scoredDocument(&p)); err != nil {
			return fmt.Errorf("index package %q: %w", p.Name, err)
		}
		if batch.Size() >= ix.opts.BatchSize {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	if err := seal(ctx, e.own, e.own.bleve.NewBatch()); err != nil {
		return err
	}
	if err := e.own.scorch.ForceMerge(ctx, nil); err != nil {
		return err
	}
	if e.snapshot, err = e.own.snapshot(); err != nil {
		return err
	}
	for _, s := range e.snapshot.Segments() { // it numbers documents through its segments, in their order
		names := make([]string, s.Segment().Count())
		for doc := range names {
			id, err := s.Segment().DocID(uint64(doc))
			if err != nil {
				return err
			}
			names[doc] = string(id)
		}
		err := ix.store.Ranks(ctx, names, func(_ int, r store.Rank, _ store.Facts) {
			e.priors = append(e.priors, r.Prior(score.DefaultWeights()))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// scoredDocument has what the engine asks for, with frequencies and lengths.
func scoredDocument(p *store.Package) *document.Document {
	d := document.NewDocument(p.Name)
	words := listingOf(p)
	for _, f := range []struct {
		name   string
		tokens []Token
	}{{FieldWords, words.Words}, {FieldStems, words.Name}, {FieldDescription, words.Prose}} {
		if len(f.tokens) > 0 {
			d.AddField(document.NewTextFieldCustom(f.name, nil, nil, bindex.IndexField, stream(f.tokens)))
		}
	}
	return d
}

// Close closes the engine's index; its directory stays.
func (e *BleveEngine) Close() error {
	if e.snapshot != nil {
		e.snapshot.DecRef()
	}
	return e.own.release()
}

// BleveHit is one package and its score.
type BleveHit struct {
	Name  string
	Score float64
}

// Search gives the best packages for a text and the number that match. The text is plain words.
func (e *BleveEngine) Search(ctx context.Context, text string, size int) (hits []BleveHit, matches uint64, err error) {
	query := bquery.NewCustomScoreQueryWithScorer(e.query(text), e.score, nil, nil)
	found, err := query.Searcher(ctx, e.snapshot, e.own.bleve.Mapping(), bsearch.SearcherOptions{})
	if err != nil {
		return nil, 0, fmt.Errorf("search %.60q by Bleve: %w", text, err)
	}
	defer found.Close()
	best := collector.NewTopNCollector(size, 0, bsearch.SortOrder{&bsearch.SortScore{Desc: true}})
	if err := best.Collect(ctx, found, e.snapshot); err != nil {
		return nil, 0, fmt.Errorf("search %.60q by Bleve: %w", text, err)
	}
	for _, d := range best.Results() {
		hits = append(hits, BleveHit{d.ID, d.Score})
	}
	return hits, best.Total(), nil
}

// score multiplies what Bleve gives for the text by the prior. No field is asked for, which would cost 20 times more.
func (e *BleveEngine) score(_ context.Context, d *bsearch.DocumentMatch) (float64, error) {
	return d.Score * float64(e.priors[d.IndexInternalID.Value()]), nil
}

func (e *BleveEngine) query(text string) bquery.Query {
	var clauses []bquery.Query
	add := func(field, term string, boost float64) {
		q := bquery.NewTermQuery(term)
		q.SetField(field)
		q.SetBoost(boost)
		clauses = append(clauses, q)
	}
	for _, w := range Words(text) {
		stem := Stem(w)
		add(FieldWords, w, bleveNameBoost)
		add(FieldStems, stem, bleveStemBoost)
		if !IsStopWord(w) {
			add(FieldDescription, stem, 1)
		}
	}
	return bquery.NewDisjunctionQuery(clauses)
}
