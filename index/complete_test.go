package index

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/slip"
	"pkgsearch/index/store"
)

// known is what the definition of Complete needs of a package.
type known struct {
	downloads        uint64
	held, deprecated bool
}

func (k known) weight(whole bool) float32 {
	w := float32(k.downloads)
	if k.deprecated {
		w *= deprecatedShare
	}
	if whole {
		w *= wholeNameBoost
	}
	return w
}

// completeSlowly is the definition of Complete, without any structure.
func completeSlowly(all map[string]known, text string, k int) []string {
	typed := asTyped(text)
	if len(typed) == 0 {
		return nil
	}
	var found []Completion
	for name, p := range all {
		if c, ok := completionOf(name, p, text, typed); ok {
			found = append(found, c)
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

func completionOf(name string, p known, text string, typed []byte) (c Completion, ok bool) {
	folded := asTyped(name)
	offer := func(t tier, weight float32) {
		if n := (Completion{name, weight, t}); !ok || n.before(c) {
			c, ok = n, true
		}
	}
	words := typedWords(typed)
	brevity := (&completer{typed: typed}).brevity(folded)
	if bytes.Equal(folded, typed) {
		offer(tierBegins, namedWeight(p.weight(true)*brevity))
		if len(typed) >= namedFrom && Fold(name) == Fold(text) {
			offer(tierNamed, namedWeight(p.weight(true)*brevity))
		}
	}
	if len(words) > 1 && len(words) <= maxOrdered && inOrder(folded, words) {
		offer(tierInOrder, p.weight(false))
	}
	for i := range folded {
		if i > 0 && (folded[i-1] != '-' || folded[i] == '-') {
			continue
		}
		if bytes.HasPrefix(folded[i:], typed) {
			offer(tierBegins, p.weight(i == 0)*brevity)
		}
		if edits := slipsFor(typed); edits > 0 && !p.held {
			walk := slip.NewPrefix(typed, edits)
			for d, open := 0, true; open && i+d < len(folded); d++ {
				var slips slip.Slips
				var better bool
				if slips, better, open = walk.Step(d, folded[i+d]); better {
					offer(tierSlipped, p.weight(i == 0)*pow5(slips.Likeness()))
				}
			}
		}
	}
	if ok && p.held {
		c.tier, c.Weight = tierHeld, -1
	}
	return c, ok
}

// namesIndex fills an index with the packages, in parts of a size.
func namesIndex(t *testing.T, all map[string]known, part int) *Index {
	t.Helper()
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	packages, downloads := []store.Package{pkg("gone-react", "")}, map[string]uint64{}
	for name, k := range all {
		p := pkg(name, "")
		if k.deprecated {
			p.Deprecated, p.DeprecatedMessage = true, "use another"
		}
		if k.held {
			p.Status = store.SecurityHeld
		}
		packages, downloads[name] = append(packages, p), k.downloads
	}
	for batch := range slices.Chunk(packages, part) {
		if err := ix.Apply(t.Context(), store.Batch{Packages: batch, Downloads: downloads}); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, ix, store.Package{Name: "gone-react", Status: store.Deleted})
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return ix
}

// someNames are names of few words with separators of all kinds, scopes, accents, flags and equal weights.
func someNames() map[string]known {
	words := []string{"react", "re", "redux", "dom", "Core", "x", "éa", "native", "router", "-"}
	all := map[string]known{}
	for i := range 700 {
		name := words[i%len(words)] + []string{"-", ".", "_"}[i%3] + words[(i/8)%len(words)] + fmt.Sprint(i/64)
		if i%5 == 0 {
			name = "@" + words[i%7] + "/" + name
		}
		all[name] = known{uint64(i * 7919 % 300), i%23 == 0, i%11 == 0}
	}
	return all
}

func TestCompleteIsItsDefinition(t *testing.T) {
	all := someNames()
	var views []*View
	for _, part := range []int{701, 97} {
		v := namesIndex(t, all, part).Acquire()
		defer v.Release()
		views = append(views, v)
	}
	typing := rapid.OneOf(
		rapid.SampledFrom([]string{"r", "re", "REACT", "react-", "react nat", "@re", "@react/", "éA", "zzz", "dom.x1",
			"raect", "recat-natvie", "teact", "reduxdom", "react react", "native r", "re dom1", "react.redux1", "--", "react-natvie9", "redux_native1", "@core/redux.native0", "REACT.react0"}),
		rapid.StringMatching(`[a-z@./ -]{1,6}`),
		rapid.StringMatching(`(re|raect|reduc|cor)[-. ](dom|natvie|x|rou|)[-0-9]?[0-9]?`))
	rapid.Check(t, func(t *rapid.T) {
		text, k := typing.Draw(t, "text"), rapid.IntRange(1, 60).Draw(t, "k")
		want := completeSlowly(all, text, k)
		for i, v := range views {
			completions, err := v.Complete(context.Background(), text, k)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range completions {
				got = append(got, c.Name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("view %d, %q, %d (-want +got):\n%s", i, text, k, diff)
			}
		}
	})
}
