package suggest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// phrasesSlowly is the definition of Phrases, without any structure.
func phrasesSlowly(all map[string]known, text string, k int) []string {
	typed := string(asTyped(text))
	words := strings.FieldsFunc(typed, func(r rune) bool { return r == '-' })
	if len(words) == 0 || len(words) > maxOrdered || typed[0] == '-' {
		return nil
	}
	for left := range words {
		begun := strings.Join(words[left:], "-")
		if strings.HasSuffix(typed, "-") {
			begun += "-"
		}
		weights, names := map[string]float32{}, map[string]map[string]bool{}
		for name, p := range all {
			parts := strings.Split(string(asTyped(name)), "-")
			for i := range parts {
				for j := i + 1; j <= len(parts) && !p.held && !slices.Contains(parts[i:j], ""); j++ {
					phrase := strings.Join(parts[i:j], "-")
					shorter := strings.Join(parts[i:j-1], "-")
					if !strings.HasPrefix(phrase, begun) || phrase == begun || len(shorter) > len(begun) || len(shorter) == len(begun) && shorter != begun {
						continue
					}
					if names[phrase] == nil {
						names[phrase] = map[string]bool{}
					}
					names[phrase][name] = true
					weights[phrase] = max(weights[phrase], p.weight(i == 0))
				}
			}
		}
		var found []phrase
		for text, weight := range weights {
			if len(names[text]) >= phraseSupport {
				found = append(found, phrase{text, weight})
			}
		}
		slices.SortFunc(found, func(a, b phrase) int {
			if a.weight > b.weight || a.weight == b.weight && a.text < b.text {
				return -1
			}
			return 1
		})
		var out []string
		for _, f := range found[:min(k, len(found))] {
			out = append(out, strings.ReplaceAll(strings.Join(append(words[:left:left], f.text), " "), "-", " "))
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func TestPhrasesAreTheirDefinition(t *testing.T) {
	all := someNames()
	sets := setsOf(t, all)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.SampledFrom([]string{"r", "re", "React ", "react n", "zzz re", "x react do", "@re", "core", "éA", "re dom1", "- x", "x", "x+", "x+y ", "zero r", "zero react ", "long long"}),
			rapid.StringMatching(`[a-z]{0,2}[ -]?(re|react|x|)[ .]?(d|r|na|core|)[ -]?`)).Draw(t, "text")
		k := rapid.IntRange(1, 12).Draw(t, "k")
		want := phrasesSlowly(all, text, k)
		for i, s := range sets {
			got, err := s.Phrases(context.Background(), text, k)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("set %d, %q, %d (-want +got):\n%s", i, text, k, diff)
			}
		}
	})
}

// spamFamily has so many names that all begin with the same words, behind which no two go on alike.
func spamFamily(n int) []Change {
	var all []Change
	for i := range n {
		all = append(all, Change{Name: fmt.Sprintf("spam-fam-%05x", i), Weight: float32(i * 7919 % 5)})
	}
	return all
}

// TestFewPhrasesAreTried: names that only their publisher's program tells apart must not hold a keystroke up.
func TestFewPhrasesAreTried(t *testing.T) {
	s := NewSet(mustTable(t, spamFamily(10*maxTried)))
	for _, text := range []string{"spam fam ", "spam fam", "s"} {
		p := phrasesOf(s.parts, asTyped(text), 8)
		if err := p.collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(p.common) > maxTried || p.seen > maxSeen {
			t.Errorf("%q: %d phrases tried, %d places seen", text, len(p.common), p.seen)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := phrasesOf(s.parts, []byte("spam-"), 8).collect(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// TestBoundedPhrasesAreTheSameOfAllTables: what is left out does not depend on how the names have come in.
func TestBoundedPhrasesAreTheSameOfAllTables(t *testing.T) {
	all := spamFamily(3 * maxTried)
	for i := range all { // a few phrases that are common, at the bound and on either side
		if i%100 < 3 {
			all[i].Name = fmt.Sprintf("spam-fam-%05x-%d", i-i%100, i%100)
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Name, b.Name) })
	whole := NewSet(mustTable(t, all))
	want, err := whole.Phrases(t.Context(), "spam fam ", 30)
	if err != nil || len(want) == 0 {
		t.Fatalf("got %q (%v)", want, err)
	}
	for _, first := range []int{0, 1, len(all) / 3, len(all) - 7} {
		var base, later []Change
		for i, c := range all {
			if i*7919%len(all) < first {
				base = append(base, c)
			} else {
				later = append(later, c)
			}
		}
		s := NewSet(mustTable(t, base))
		for part := range slices.Chunk(later, 1+len(later)/5) {
			if s, err = s.With(t.Context(), part); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Phrases(t.Context(), "spam fam ", 30)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d names in the base (-want +got):\n%s", first, diff)
		}
	}
}

func mustTable(t *testing.T, sorted []Change) *Table {
	t.Helper()
	table, err := tableOf(t.Context(), sorted)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
