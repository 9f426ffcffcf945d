package eval

import (
	"math"
	"slices"
)

// Scores of one query or the means over many. Each is in [0,1]; NaN where it does not apply.
type Scores struct {
	NDCG        float64 `json:"ndcg"`        // gain 2^grade - 1, discount 1/log2(rank + 1), over the best possible list (Järvelin and Kekäläinen, 2002)
	MRR         float64 `json:"mrr"`         // 1/rank of the first answer of the highest grade, 0 beyond Depth
	First       float64 `json:"first"`       // such an answer is at rank 1
	Within      float64 `json:"within"`      // and within Depth
	Recall      float64 `json:"recall"`      // answers of the highest grade within Depth, of those that could be
	Zero        float64 `json:"zero"`        // nothing was found
	Judged      float64 `json:"judged"`      // share of the answers within Depth that has a grade; where it is low, NDCG understates
	Violation   float64 `json:"violation"`   // a negative stands above the best answer
	Consistency float64 `json:"consistency"` // mean overlap (Jaccard) of the answers to queries of one group
	Saved       float64 `json:"saved"`       // share of the name not typed when it first is among 5 suggestions
}

// columns are the scores in order, with their names in tables and in --require.
func (s *Scores) columns() []*float64 {
	return []*float64{&s.NDCG, &s.MRR, &s.First, &s.Within, &s.Recall, &s.Zero, &s.Judged, &s.Violation, &s.Consistency, &s.Saved}
}

// Columns names the scores in the order of Values.
func Columns() []string {
	return []string{"nDCG@10", "MRR@10", "S@1", "S@10", "R@10", "zero", "judged", "violation", "consistency", "saved"}
}

// Values are the scores in the order of Columns.
func (s Scores) Values() []float64 {
	var values []float64
	for _, v := range s.columns() {
		values = append(values, *v)
	}
	return values
}

func dcg(grades []int) float64 {
	sum := 0.0
	for i, g := range grades[:min(len(grades), Depth)] {
		sum += (math.Exp2(float64(g)) - 1) / math.Log2(float64(i)+2)
	}
	return sum
}

// ndcg of ranked names, each of which is there once.
func (q *Query) ndcg(ranking []string) float64 {
	var grades, ideal []int
	for _, name := range ranking {
		grades = append(grades, q.Relevant[name])
	}
	for _, g := range q.Relevant {
		ideal = append(ideal, g)
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	return dcg(grades) / dcg(ideal)
}

// rankOfBest is the rank of the first answer of the highest grade, 0 beyond Depth.
func (q *Query) rankOfBest(ranking []string) int {
	best := q.best()
	for i, name := range ranking[:min(len(ranking), Depth)] {
		if q.Relevant[name] == best {
			return i + 1
		}
	}
	return 0
}

// score scores the answer to a query's text.
func (q *Query) score(ranking []string) Scores {
	top := ranking[:min(len(ranking), Depth)]
	best, rank := q.best(), q.rankOfBest(ranking)
	s := Scores{NDCG: q.ndcg(ranking), Zero: truth(len(ranking) == 0), Violation: math.NaN(), Consistency: math.NaN(), Saved: math.NaN()}
	s.rate(rank)
	bests, found, judged := 0, 0, 0
	for _, g := range q.Relevant {
		if g == best {
			bests++
		}
	}
	for _, name := range top {
		if g := q.Relevant[name]; g > 0 {
			judged++
			if g == best {
				found++
			}
		}
	}
	s.Recall = float64(found) / float64(min(Depth, bests))
	if len(top) > 0 {
		s.Judged = float64(judged) / float64(len(top))
	}
	if len(q.Negative) > 0 {
		bad := slices.IndexFunc(top, func(name string) bool { return slices.Contains(q.Negative, name) })
		s.Violation = truth(bad >= 0 && (rank == 0 || bad+1 < rank))
	}
	return s
}

func (s *Scores) rate(rank int) {
	if rank > 0 {
		s.MRR, s.Within = 1/float64(rank), 1
	}
	s.First = truth(rank == 1)
}

// shownWithin is the number of suggestions among which somebody who types looks for the name.
const shownWithin = 5

// scorePrefixes scores the suggestions for a name typed letter by letter: means over the prefixes, and
// first and within for the last of them.
func (q *Query) scorePrefixes(lists [][]string) Scores {
	nan := math.NaN()
	s := Scores{Recall: nan, Judged: nan, Violation: nan, Consistency: nan}
	shown, n := 0, float64(len(lists))
	for i, list := range lists {
		rank := q.rankOfBest(list)
		s.NDCG += q.ndcg(list) / n
		s.Zero += truth(len(list) == 0) / n
		if rank > 0 {
			s.MRR += 1 / float64(rank) / n
			if rank <= shownWithin && shown == 0 {
				shown = len([]rune(q.Prefixes[i]))
			}
		}
	}
	if shown > 0 {
		s.Saved = 1 - float64(shown)/float64(len([]rune(q.Text)))
	}
	last := q.rankOfBest(lists[len(lists)-1])
	s.First, s.Within = truth(last == 1), truth(last > 0)
	return s
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// mean averages each score over those to which it applies.
func mean(all []Scores) Scores {
	var m Scores
	for i, to := range m.columns() {
		sum, n := 0.0, 0.0
		for _, s := range all {
			if v := s.Values()[i]; !math.IsNaN(v) {
				sum, n = sum+v, n+1
			}
		}
		*to = sum / n // NaN for none
	}
	return m
}

// jaccard is the overlap of two lists within Depth.
func jaccard(a, b []string) float64 {
	a, b = a[:min(len(a), Depth)], b[:min(len(b), Depth)]
	common := 0
	for _, name := range a {
		if slices.Contains(b, name) {
			common++
		}
	}
	if all := len(a) + len(b) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}
