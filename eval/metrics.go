package eval

import (
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// savedDepth is how deep a completion may stand to be seen while one types.
const savedDepth = 5

// score measures one ranked list of names, best first, to the depth k.
func score(q Query, names []string, k int) Figures {
	f, empty, top := noFigures(), len(names) == 0, q.right()
	names = cut(names, k)
	best := firstOf(q.Relevant, top, names)
	f[NDCG] = ndcg(q.Relevant, names, k)
	f[RR], f[Success1], f[SuccessK] = reciprocal(best), truth(best == 1), truth(best > 0)
	right, found, judged := 0, 0, 0
	for _, grade := range q.Relevant {
		if grade == top {
			right++
		}
	}
	for _, name := range names {
		grade, known := q.Relevant[name]
		if known {
			judged++
		}
		if grade == top {
			found++
		}
	}
	f[Recall] = float64(found) / float64(min(k, right))
	f[Zero], f[Judged] = truth(empty), 0
	if len(names) > 0 {
		f[Judged] = float64(judged) / float64(len(names))
	}
	if len(q.Negative) > 0 {
		at := 1 + slices.IndexFunc(names, func(name string) bool { return slices.Contains(q.Negative, name) })
		f[Violation] = truth(at > 0 && (best == 0 || at < best))
	}
	return f
}

// scorePrefixes measures the completions of each prefix: nDCG and reciprocal rank are means over the prefixes,
// success is that of the last one, which is the whole name.
func scorePrefixes(q Query, lists [][]string, k int) Figures {
	f, top := noFigures(), q.right()
	f[NDCG], f[RR], f[Zero], f[Saved] = 0, 0, 0, 0
	n, whole := float64(len(lists)), utf8.RuneCountInString(q.Text)
	seen, best := false, 0
	for i, list := range lists {
		names := cut(list, k)
		best = firstOf(q.Relevant, top, names)
		f[NDCG] += ndcg(q.Relevant, names, k) / n
		f[RR] += reciprocal(best) / n
		f[Zero] += truth(len(list) == 0) / n
		if !seen && best > 0 && best <= savedDepth && whole > 0 {
			seen = true
			f[Saved] = 1 - float64(utf8.RuneCountInString(q.Prefixes[i]))/float64(whole)
		}
	}
	f[Success1], f[SuccessK] = truth(best == 1), truth(best > 0)
	return f
}

// ndcg is the normalised discounted cumulative gain of Järvelin and Kekäläinen (2002) with the gain 2^grade - 1
// and the discount 1/log2(rank + 1), divided by that of the best possible list; from 0 to 1.
func ndcg(relevant map[string]int, names []string, k int) float64 {
	grades := slices.Sorted(maps.Values(relevant))
	slices.Reverse(grades)
	best := dcg(grades[:min(k, len(grades))])
	got := make([]int, len(names))
	for i, name := range names {
		got[i] = relevant[name]
	}
	return dcg(got) / best
}

func dcg(grades []int) float64 {
	sum := 0.0
	for i, grade := range grades {
		sum += float64(int(1)<<grade-1) / math.Log2(float64(i+2))
	}
	return sum
}

// firstOf is the rank of the first name of the grade top, from 1; 0 for none.
func firstOf(relevant map[string]int, top int, names []string) int {
	return 1 + slices.IndexFunc(names, func(name string) bool { return relevant[name] == top })
}

// consistency is the mean overlap (Jaccard's index) of the answers to the wordings of one group, over all pairs
// of each group and then over groups; NaN where no group has two.
func consistency(groups map[string][][]string) float64 {
	var means []float64
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		var overlaps []float64
		for i, a := range groups[group] {
			for _, b := range groups[group][:i] {
				overlaps = append(overlaps, jaccard(a, b))
			}
		}
		if len(overlaps) > 0 {
			means = append(means, mean(overlaps))
		}
	}
	return mean(means)
}

func jaccard(a, b []string) float64 {
	both := 0
	for _, name := range a {
		if slices.Contains(b, name) {
			both++
		}
	}
	if either := len(a) + len(b) - both; either > 0 {
		return float64(both) / float64(either)
	}
	return 0
}

// cut is the first k names, each once.
func cut(names []string, k int) []string {
	var once []string
	for _, name := range names {
		if len(once) == k {
			break
		}
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

func reciprocal(rank int) float64 {
	if rank == 0 {
		return 0
	}
	return 1 / float64(rank)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
