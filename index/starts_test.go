package index

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/store"
)

// completeSlowly is the definition of Complete, without any structure.
func completeSlowly(all map[string]uint64, prefix string, k int) []string {
	typed := asTyped(strings.TrimLeft(prefix, " "))
	if len(typed) == 0 {
		return nil
	}
	var found []Completion
	for name, downloads := range all {
		text := asTyped(name)
		for i := range text {
			begins := i == 0 || text[i-1] == '-' && text[i] != '-'
			if begins && bytes.HasPrefix(text[i:], typed) {
				weight := float32(downloads)
				if i == 0 {
					weight *= wholeNameBoost
				}
				found = append(found, Completion{name, weight})
				break
			}
		}
	}
	slices.SortFunc(found, func(a, b Completion) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	var out []string
	for _, c := range found[:min(k, len(found))] {
		out = append(out, c.Name)
	}
	return out
}

func TestComplete(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	words := []string{"react", "re", "redux", "dom", "Core", "x", "éa", "native"}
	all := map[string]uint64{}
	for i := range 700 {
		name := words[i%len(words)] + []string{"-", ".", "_"}[i%3] + words[(i/8)%len(words)] + fmt.Sprint(i/64)
		if i%5 == 0 {
			name = "@" + words[i%7] + "/" + name
		}
		all[name] = uint64(i * 7919 % 1000)
	}
	var packages []store.Package
	for name := range all {
		packages = append(packages, pkg(name, ""))
	}
	for part := range slices.Chunk(packages, 97) {
		if err := ix.Apply(t.Context(), store.Batch{Packages: part, Downloads: all}); err != nil {
			t.Fatal(err)
		}
	}
	gone := packages[0].Name
	delete(all, gone)
	apply(t, ix, store.Package{Name: gone, Status: store.Deleted})
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	v := ix.Acquire()
	defer v.Release()
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.OneOf(rapid.SampledFrom([]string{"r", "re", "REACT", "react-", "react nat", "@re", "@react/", "éA", "zzz", "dom.x1"}),
			rapid.StringMatching(`[a-z@./ -]{1,6}`)).Draw(t, "prefix")
		k := rapid.IntRange(1, 60).Draw(t, "k")
		var got []string
		for _, c := range v.Complete(prefix, k) {
			got = append(got, c.Name)
		}
		if diff := cmp.Diff(completeSlowly(all, prefix, k), got); diff != "" {
			t.Fatalf("%q, %d (-want +got):\n%s", prefix, k, diff)
		}
	})
}
