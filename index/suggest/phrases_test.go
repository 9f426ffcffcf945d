package suggest

import (
	"context"
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
