package index

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"pkgsearch/index/postings"
	"pkgsearch/index/store"
)

// leadWords is the number of words, stop words aside, by which a description says what a package is.
const leadWords = 5

// listingOf gives the words of a package by which it is ranked. It is a pure function of the record.
func listingOf(p *store.Package) postings.Document {
	prose := proseTokens(p.Description, 0)
	d := postings.Document{
		Words: NameTokens(p.Name),
		Name:  stemmed(NameTokens(baseName(p.Name))),
		Tags:  tagTokens(p.Keywords),
		Prose: prose,
		Lead:  min(len(prose), leadWords),
	}
	for _, t := range peopleTokens(p) {
		d.People = append(d.People, t.Text)
	}
	return d
}

// listingRun is the number of documents that are listed by themselves before all are joined.
const listingRun = 20_000

// listingsOf makes the posting lists of the packages of a segment, in its order, from their records. One without a
// record has been replaced or removed since; no search will see it.
func listingsOf(ctx context.Context, st *store.Store, names []string) (*postings.Lists, error) {
	runs := make([]*postings.Lists, (len(names)+listingRun-1)/listingRun)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range runs {
		work.Go(func() (err error) {
			runs[i], err = listingOfRun(ctx, st, names[i*listingRun:min(len(names), (i+1)*listingRun)])
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, fmt.Errorf("list words: %w", err)
	}
	if len(runs) == 1 {
		return runs[0], nil
	}
	raw, err := postings.Join(runs)
	if err != nil {
		return nil, err
	}
	return postings.Map(raw)
}

func listingOfRun(ctx context.Context, st *store.Store, names []string) (*postings.Lists, error) {
	var b postings.Builder
	for from := 0; from < len(names); from += columnPage {
		page := names[from:min(len(names), from+columnPage)]
		packages, err := st.GetMany(ctx, page)
		if err != nil {
			return nil, err
		}
		byName := make(map[string]*store.Package, len(packages))
		for i := range packages {
			byName[packages[i].Name] = &packages[i]
		}
		for _, name := range page {
			var d postings.Document
			if p := byName[name]; p != nil {
				d = listingOf(p)
			}
			b.Add(d)
		}
	}
	return b.Lists()
}
