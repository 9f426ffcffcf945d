package associate

import (
	"cmp"
	"container/heap"
	"context"
	"maps"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Learner gathers texts. It is not safe for concurrent use.
type Learner struct {
	ids   map[string]uint32
	words []string
	df    []int
	texts texts
}

// Add takes the words of one text, whose order and repetition say nothing; of too many texts those of the
// greatest weight are kept. Words hold no tab or newline.
func (l *Learner) Add(weight uint64, words []string) {
	if len(l.texts) == MaxTexts {
		if weight <= l.texts[0].weight {
			return
		}
		for _, id := range heap.Pop(&l.texts).(text).words {
			l.df[id]--
		}
	}
	if l.ids == nil {
		l.ids = map[string]uint32{}
	}
	t := text{weight: weight}
	for _, w := range words {
		id, known := l.ids[w]
		if !known {
			id = uint32(len(l.words))
			l.ids[w] = id
			l.words, l.df = append(l.words, w), append(l.df, 0)
		}
		if !slices.Contains(t.words, id) {
			t.words = append(t.words, id)
			l.df[id]++
		}
		if len(t.words) == wordsOfText {
			break
		}
	}
	heap.Push(&l.texts, t)
}

// text is one text in the learner's numbers of words.
type text struct {
	weight uint64
	words  []uint32
}

// texts is a heap with a text of the least weight first.
type texts []text

func (t texts) Len() int           { return len(t) }
func (t texts) Less(i, j int) bool { return t[i].weight < t[j].weight }
func (t texts) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *texts) Push(x any)        { *t = append(*t, x.(text)) }
func (t *texts) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}

// Learn makes the table of what was added: words are vectors by the company they keep (positive pointwise
// mutual information, contexts smoothed by the power 0.75 as in Levy, Goldberg and Dagan, 2015), reduced
// to a few dimensions by a randomised decomposition (Halko, Martinsson and Tropp, 2011); near vectors are
// associated. It takes some seconds and ends early when ctx does.
func (l *Learner) Learn(ctx context.Context) (*Table, error) {
	v := l.vocabulary()
	if len(v.words) < 2*dimensions {
		return &Table{}, nil // too little is said to learn from
	}
	rows, err := v.company(ctx)
	if err != nil {
		return nil, err
	}
	vectors, err := reduce(ctx, rows)
	if err != nil {
		return nil, err
	}
	return v.neighbours(ctx, vectors)
}

// vocabulary is the words worth knowing, and every text in their numbers.
type vocabulary struct {
	words []string
	texts [][]uint16
}

func (l *Learner) vocabulary() vocabulary {
	var kept []uint32
	for id, n := range l.df {
		if n >= minTexts && float64(n) < commonShare*float64(len(l.texts)) {
			kept = append(kept, uint32(id))
		}
	}
	slices.SortFunc(kept, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(l.df[b], l.df[a]), cmp.Compare(l.words[a], l.words[b]))
	})
	kept = kept[:min(len(kept), maxWords)]
	slices.SortFunc(kept, func(a, b uint32) int { return cmp.Compare(l.words[a], l.words[b]) })
	v := vocabulary{texts: make([][]uint16, len(l.texts))}
	number := make(map[uint32]uint16, len(kept))
	for i, id := range kept {
		number[id] = uint16(i)
		v.words = append(v.words, l.words[id])
	}
	for i, text := range l.texts {
		for _, id := range text.words {
			if n, ok := number[id]; ok {
				v.texts[i] = append(v.texts[i], n)
			}
		}
	}
	return v
}

// entry is one number of a sparse row.
type entry struct {
	column uint16
	value  float32
}

// company gives each word's row of positive mutual information with the words of the same texts.
func (v vocabulary) company(ctx context.Context) ([][]entry, error) {
	holding := make([][]uint32, len(v.words))
	for i, text := range v.texts {
		for _, w := range text {
			holding[w] = append(holding[w], uint32(i))
		}
	}
	rows := make([][]entry, len(v.words))
	sums := make([]float64, len(v.words))
	counts := make([]float32, len(v.words))
	for w, texts := range holding {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		clear(counts)
		for _, t := range texts {
			for _, other := range v.texts[t] {
				counts[other]++
			}
		}
		counts[w] = 0
		for other, n := range counts {
			sums[w] += float64(n)
			if n >= minTogether {
				rows[w] = append(rows[w], entry{uint16(other), n})
			}
		}
		rows[w] = mostOften(rows[w])
	}
	weights, total := make([]float64, len(sums)), 0.0
	for i, s := range sums {
		weights[i] = math.Pow(s, 0.75)
		total += weights[i]
	}
	for w, row := range rows {
		kept := row[:0]
		for _, e := range row {
			if pmi := math.Log(float64(e.value) / sums[w] * total / weights[e.column]); pmi > 0 {
				kept = append(kept, entry{e.column, float32(pmi)})
			}
		}
		rows[w] = kept
	}
	return rows, nil
}

// mostOften keeps the greatest entries of a row, in the order of columns.
func mostOften(row []entry) []entry {
	if len(row) <= maxCompany {
		return row
	}
	slices.SortFunc(row, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.column, b.column))
	})
	row = slices.Clone(row[:maxCompany])
	slices.SortFunc(row, func(a, b entry) int { return cmp.Compare(a.column, b.column) })
	return row
}

// neighbours lists for each word the words with the nearest vectors.
func (v vocabulary) neighbours(ctx context.Context, vectors [][]float32) (*Table, error) {
	lists := make([][]Neighbour, len(v.words))
	parallel(len(lists), func(i int) {
		if ctx.Err() != nil {
			return
		}
		var near []Neighbour
		for j, other := range vectors {
			if c := dot(vectors[i], other); j != i && c > minNeighbour {
				near = append(near, Neighbour{v.words[j], min(c, 1)})
			}
		}
		slices.SortFunc(near, func(a, b Neighbour) int {
			return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(a.Word, b.Word))
		})
		lists[i] = slices.Clone(near[:min(len(near), maxNeighbour)])
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t := &Table{words: map[string][]Neighbour{}}
	for i, list := range lists {
		if len(list) > 0 {
			t.words[v.words[i]] = list
		}
	}
	return t, nil
}

// parallel calls do for 0 to n-1 on all processors; what one call does may not depend on another.
func parallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wait.Wait()
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
