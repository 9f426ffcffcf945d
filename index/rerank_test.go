package index

import (
	"errors"
	"testing"

	"pkgsearch/index/postings"
	"pkgsearch/index/store"
)

func TestRescoringKeepsPostingLists(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("q-1", "some text", "key"))
	apply(t, ix, pkg("q-2", "other text"), pkg("q-3", ""))
	if err := errors.Join(ix.generation.scorch.ForceMerge(t.Context(), nil), ix.refreshMerged(t.Context())); err != nil {
		t.Fatal(err) // else it may merge at any time
	}
	before := map[uint64]*postings.Lists{}
	for _, s := range ix.view.Load().segments {
		before[s.id] = s.lists
	}
	if err := ix.Apply(t.Context(), store.Batch{Downloads: map[string]uint64{"q-2": 1e6}}); err != nil {
		t.Fatal(err)
	}
	held := ix.Acquire()
	defer held.Release()
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, s := range ix.view.Load().segments {
		if lists := before[s.id]; lists != nil && lists != s.lists {
			t.Errorf("the lists of a segment of %d documents were made anew", s.Len())
		} else if lists != nil {
			kept++
		}
	}
	if kept == 0 {
		t.Error("no segment is left to compare")
	}
	if n := columns(ix)["q-2"].Rank.Downloads; n != 1e6 {
		t.Errorf("%d downloads after rescoring", n)
	}
	for _, s := range held.segments {
		for doc := range uint32(s.Len()) {
			if name := s.Name(doc); name == "q-2" && s.Rank(doc).Downloads != 0 {
				t.Errorf("%s has %d downloads in a view from before", name, s.Rank(doc).Downloads)
			}
		}
	}
	agree(t, ix)
}

// TestRescoringBringsUpFirst: the store has what a failed batch has not brought to the index.
func TestRescoringBringsUpFirst(t *testing.T) {
	for what, renew := range map[string]func(*Index) error{
		"rescore": func(ix *Index) error { return ix.Rescore(t.Context(), nil) },
		"merge": func(ix *Index) error {
			if err := ix.generation.scorch.ForceMerge(t.Context(), nil); err != nil {
				return err
			}
			return ix.refreshMerged(t.Context())
		},
	} {
		dir := t.TempDir()
		ix := openIndex(t, dir, openStore(t, dir))
		for _, name := range []string{"a", "b", "c"} {
			apply(t, ix, pkg(name, "old"))
		}
		if _, err := ix.store.Update(t.Context(), store.Batch{Packages: []store.Package{pkg("a", "fresh")}}, testNow); err != nil {
			t.Fatal(err)
		}
		if err := renew(ix); err != nil {
			t.Fatal(err)
		}
		v := ix.Acquire()
		inLists := 0
		for _, s := range v.segments {
			for c := s.lists.Open(postings.Stems, Stem("fresh")); c != nil && c.Doc != postings.End; c.Next() {
				if !s.Deleted(c.Doc) {
					inLists++
				}
			}
		}
		if df := docFreq(t, v, FieldDescription, "fresh"); df != 1 || inLists != 1 {
			t.Errorf("%s: %d terms and %d entries of posting lists, want 1 of each", what, df, inLists)
		}
		v.Release()
	}
}
