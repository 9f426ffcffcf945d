package index

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// TestFrequentTerms counts over segments; ties are in order of the terms.
func TestFrequentTerms(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("date-picker", ""), pkg("time-picker", ""))
	apply(t, ix, pkg("color-picker", ""), pkg("date-fns", ""))
	v := ix.Acquire()
	defer v.Release()
	all := []TermCount{{"picker", 3}, {"date", 2}, {"color", 1}, {"fns", 1}, {"time", 1}}
	for n := 0; n <= len(all)+1; n++ {
		got, err := v.Frequent(t.Context(), FieldWords, n)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all[:min(n, len(all))], got); n > 0 && diff != "" {
			t.Errorf("the first %d (-want +got):\n%s", n, diff)
		}
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if _, err := v.Frequent(ended, FieldWords, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// TestFrequentTermsOfMany has more terms than are kept while walking.
func TestFrequentTermsOfMany(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	var packages []store.Package
	for i := range checkEvery + 100 {
		packages = append(packages, pkg(fmt.Sprintf("aa%sz", letters(i)), ""))
	}
	packages = append(packages, pkg("zz-first", ""), pkg("zz-second", ""))
	apply(t, ix, packages...)
	v := ix.Acquire()
	defer v.Release()
	got, err := v.Frequent(t.Context(), FieldWords, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]TermCount{{"zz", 2}, {"aaaaaz", 1}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// letters writes a number in three letters.
func letters(n int) string {
	var b [3]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = 'a' + byte(n%26)
		n /= 26
	}
	return string(b[:])
}
