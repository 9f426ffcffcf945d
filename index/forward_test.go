package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// turned lists what the view says that each package holds in a field.
func turned(t *testing.T, ix *Index, field string) map[string][]string {
	t.Helper()
	v := ix.Acquire()
	defer v.Release()
	all := map[string][]string{}
	for _, s := range v.Segments() {
		f, err := v.Forward(t.Context(), s, field)
		if err != nil {
			t.Fatal(err)
		}
		for doc := range uint32(s.Len()) {
			if s.Deleted(doc) {
				continue
			}
			terms := []string{}
			for _, ord := range f.Of(doc) {
				term := f.Term(ord)
				terms = append(terms, term)
				if at, ok := f.Find(term); !ok || at != ord {
					t.Fatalf("%s %q is at %d, found at %d %t", field, term, ord, at, ok)
				}
			}
			if !slices.IsSorted(terms) {
				t.Errorf("%s of %s: %q", field, s.Name(doc), terms)
			}
			all[s.Name(doc)] = terms
		}
		if _, ok := f.Find("no such term"); ok {
			t.Error("a term is found that is not there")
		}
	}
	return all
}

func TestForwardListsWhatPackagesHold(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	want := map[string]map[string][]string{FieldKeyword: {}, FieldScope: {}, FieldLicense: {}}
	for i := range 60 {
		p := pkg(fmt.Sprintf("@s%d/p-%d", i%20%3, i%20), "text")
		for k := range i % 4 {
			p.Keywords = append(p.Keywords, fmt.Sprintf("Key %d", (i+k)%5))
		}
		p.License = []string{"", "MIT", "(MIT OR ISC)"}[i%3]
		apply(t, ix, p)
		want[FieldKeyword][p.Name] = slices.Compact(slices.Sorted(slices.Values(foldAll(p.Keywords))))
		want[FieldScope][p.Name] = []string{scopeTerm(p.Name)}
		want[FieldLicense][p.Name] = LicenseTerms(p.License)
	}
	apply(t, ix, store.Package{Name: "@s0/p-0", Status: store.Unpublished})
	for field, packages := range want {
		delete(packages, "@s0/p-0")
		for name, terms := range packages {
			packages[name] = append([]string{}, terms...)
		}
		if diff := cmp.Diff(packages, turned(t, ix, field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

// TestRescoreKeepsForwards does not turn the same segments around again.
func TestRescoreKeepsForwards(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("one", "", "key"), pkg("two", ""))
	lists := func() map[uint64]*Forward {
		v := ix.Acquire()
		defer v.Release()
		all := map[uint64]*Forward{}
		for _, s := range v.Segments() {
			f, err := v.Forward(t.Context(), s, FieldKeyword)
			if err != nil {
				t.Fatal(err)
			}
			all[s.id] = f
		}
		return all
	}
	before := lists()
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for id, f := range lists() {
		if before[id] != nil && before[id] != f {
			t.Errorf("segment %d was turned around again", id)
		}
	}
	if len(before) == 0 {
		t.Error("no segments")
	}
}

// TestForwardOutlivesImpatience: who waits no longer does not stop the work, and not even closing the index does.
func TestForwardOutlivesImpatience(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("one", "", "key"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	v := ix.Acquire()
	s := v.Segments()[0]
	if _, err := v.Forward(gone, s, FieldKeyword); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	f, err := v.Forward(t.Context(), s, FieldKeyword)
	if err != nil || f.Len() != 1 || f.Term(0) != "key" {
		t.Errorf("%v, %v", f, err)
	}
	v.turning(s, FieldScope)
	v.Release()
	if err := ix.Close(); err != nil {
		t.Error(err)
	}
	if f, err := v.Forward(t.Context(), s, FieldScope); err != nil || f.Term(0) != Unscoped {
		t.Errorf("%v, %v", f, err)
	}
}
