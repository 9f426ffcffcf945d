package index

import (
	"context"
	"fmt"

	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/collector"
	bquery "github.com/blevesearch/bleve/v2/search/query"
)

// BleveEngine answers by Bleve alone, for comparison: its query tree, its scores, its collector, and the prior as a
// factor by its custom score. Its formula is a part of ours, so that it has less to do: words in names, their
// stems and descriptions, without any of what may stand for a word.
type BleveEngine struct {
	view   *View
	priors []float32 // by the snapshot's document number
}

// What a field counts for in BleveEngine.
const (
	bleveNameBoost = 3
	bleveStemBoost = 2
)

// BleveEngine makes one over the view, which must be held for as long as it is used. It keeps 4 bytes a document.
func (v *View) BleveEngine() *BleveEngine {
	e := &BleveEngine{view: v}
	for _, s := range v.segments { // a snapshot numbers documents through its segments, in their order
		e.priors = append(e.priors, s.priors...)
	}
	return e
}

// BleveHit is one package and its score.
type BleveHit struct {
	Name  string
	Score float64
}

// Search gives the best packages for a text and the number that match. The text is plain words.
func (e *BleveEngine) Search(ctx context.Context, text string, size int) (hits []BleveHit, matches uint64, err error) {
	query := bquery.NewCustomScoreQueryWithScorer(e.query(text), e.score, nil, nil)
	found, err := query.Searcher(ctx, e.view.snapshot, e.view.owner.bleve.Mapping(), bsearch.SearcherOptions{})
	if err != nil {
		return nil, 0, fmt.Errorf("search %.60q by Bleve: %w", text, err)
	}
	defer found.Close()
	best := collector.NewTopNCollector(size, 0, bsearch.SortOrder{&bsearch.SortScore{Desc: true}})
	if err := best.Collect(ctx, found, e.view.snapshot); err != nil {
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
