package suggest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/fold"
	"pkgsearch/index/slip"
)

// known is what the definition of Complete needs of a name.
type known struct {
	downloads        uint64
	held, deprecated bool
}

func (k known) weight(whole bool) float32 {
	w := Weigh(k.downloads, k.deprecated, false)
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
		if n := (Completion{Name: name, Weight: weight, tier: t}); !ok || n.before(c) {
			c, ok = n, true
		}
	}
	words := typedWords(typed)
	brevity := float32(1)
	if len(typed) >= brevityFrom {
		words := float64(1 + bytes.Count(folded, []byte{'-'}))
		brevity = float32(1 / (words * words * math.Sqrt(float64(len(folded)))))
	}
	if bytes.Equal(folded, typed) {
		offer(tierBegins, namedWeight(p.weight(true)*brevity))
		if len(typed) >= namedFrom && fold.Text(name) == fold.Text(text) {
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

// setOf makes a set of the names: the first of them in the base, the others added in parts of a size, some after they had
// another weight or were gone, and with names in between that are gone at the end.
func setOf(t testing.TB, all map[string]known, base, part int) *Set {
	t.Helper()
	sorted := slices.Sorted(maps.Keys(all))
	r := rand.New(rand.NewPCG(uint64(base), uint64(part)))
	r.Shuffle(len(sorted), func(i, j int) { sorted[i], sorted[j] = sorted[j], sorted[i] })
	weigh := func(name string) float32 { return Weigh(all[name].downloads, all[name].deprecated, all[name].held) }
	first, later := sorted[:base], []Change{}
	begun := map[string]float32{"gone-react": 7, "zzz-gone": 1}
	for i, name := range first {
		begun[name] = weigh(name)
		if i%9 == 0 {
			begun[name] = 12345
			later = append(later, Change{Name: name, Weight: weigh(name)})
		}
	}
	for i, name := range sorted[base:] {
		if i%7 == 0 {
			later = append(later, Change{Name: name, Weight: 99999}, Change{Name: "brief-" + name, Weight: 5}, Change{Name: name, Gone: true})
		}
	}
	for i, name := range sorted[base:] {
		later = append(later, Change{Name: name, Weight: weigh(name)})
		if i%7 == 0 {
			later = append(later, Change{Name: "brief-" + name, Gone: true})
		}
	}
	later = append(later, Change{Name: "gone-react", Gone: true}, Change{Name: "zzz-gone", Gone: true}, Change{Name: "never-was", Gone: true})
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(begun)) {
		changes = append(changes, Change{Name: name, Weight: begun[name]})
	}
	table, err := tableOf(t.Context(), changes)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSet(table)
	for batch := range slices.Chunk(later, part) {
		if s, err = s.With(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if s.Len() != len(all) {
		t.Fatalf("set has %d names, want %d", s.Len(), len(all))
	}
	return s
}

// setsOf are sets that differ in everything but what is in them.
func setsOf(t testing.TB, all map[string]known) []*Set {
	return []*Set{setOf(t, all, len(all), 1000), setOf(t, all, len(all)/2, 3), setOf(t, all, 0, 97), setOf(t, all, len(all)/3, 10_000)}
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
	for i := range 40 { // all of one weight, and what no registry has
		all[fmt.Sprintf("zero-react-%d", i*17%40)] = known{}
		all[strings.Repeat("long-", 8)+fmt.Sprint("name", i)] = known{}
	}
	for _, name := range []string{"a\x00b", " a b", "ßa", "", "+x-react", "x+y-react", "x+y-core", "x+y-dom", "x-y", "a\xffb", "Ａ-wide", strings.Repeat("x", 300)} {
		all[name] = known{downloads: 3}
	}
	return all
}

func TestCompleteIsItsDefinition(t *testing.T) {
	all := someNames()
	sets := setsOf(t, all)
	typing := rapid.OneOf(
		rapid.SampledFrom([]string{"r", "re", "REACT", "react-", "react nat", "@re", "@react/", "éA", "zzz", "dom.x1",
			"raect", "recat-natvie", "teact", "reduxdom", "react react", "native r", "re dom1", "react.redux1", "--", "react-natvie9", "redux_native1", "@core/redux.native0", "REACT.react0",
			"gone", "brief", "a\x00b", "a b", strings.Repeat("long-", 8) + "name1", strings.Repeat("long-", 8), "ßa", "+x", "x+"}),
		rapid.StringMatching(`[a-z@./ -]{1,6}`),
		rapid.StringMatching(`(re|raect|reduc|cor)[-. ](dom|natvie|x|rou|)[-0-9]?[0-9]?`))
	rapid.Check(t, func(t *rapid.T) {
		text, k := typing.Draw(t, "text"), rapid.IntRange(1, 60).Draw(t, "k")
		want := completeSlowly(all, text, k)
		for i, s := range sets {
			completions, err := s.Complete(context.Background(), text, k)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range completions {
				got = append(got, c.Name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("set %d, %q, %d (-want +got):\n%s", i, text, k, diff)
			}
		}
	})
}
