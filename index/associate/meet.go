package associate

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"runtime"
	"slices"
)

// Limits of the learning of peers.
const (
	spokenWords = 60     // of one text
	nameWords   = 3      // of a name inside a text
	leastShared = 2      // packages that a word must be said of
	mostShared  = 12_000 // and may be: time grows with its square
	maxTraits   = 2000   // of one package
	doubt       = 10     // added to the length of a package's row: those of whom little is said are like nobody
)

// PeerLearner gathers what packages say, to learn which of them are spoken of alike. The packages others
// write for, compare with and name in one breath can stand for one another, whatever they call themselves.
// It is not safe for concurrent use.
type PeerLearner struct {
	Sense func(word string) string // what a word counts as; "" for nothing. nil: itself

	said sayings
}

// Add takes what a package says of itself: folded words in their order. It is called by the letters and
// digits that people write for it; of several called alike the one of the greatest weight has the name,
// and of too many packages those of the greatest weight are kept.
func (l *PeerLearner) Add(weight uint64, name, called string, words []string) {
	s := saying{weight, name, called, words[:min(len(words), spokenWords)]}
	if len(l.said) == MaxTexts {
		if !l.said[0].before(s) {
			return
		}
		heap.Pop(&l.said)
	}
	s.words = slices.Clone(s.words)
	heap.Push(&l.said, s)
}

// saying is what one package says.
type saying struct {
	weight       uint64
	name, called string
	words        []string
}

// before tells whether s weighs less than t.
func (s saying) before(t saying) bool {
	return cmp.Or(cmp.Compare(s.weight, t.weight), cmp.Compare(t.name, s.name)) < 0
}

// sayings is a heap with one of the least weight first.
type sayings []saying

func (s sayings) Len() int           { return len(s) }
func (s sayings) Less(i, j int) bool { return s[i].before(s[j]) }
func (s sayings) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *sayings) Push(x any)        { *s = append(*s, x.(saying)) }
func (s *sayings) Pop() any {
	last := len(*s) - 1
	x := (*s)[last]
	*s = (*s)[:last]
	return x
}

// Learn finds the peers: each package is the words of its own text and of those that name it, weighed by
// positive pointwise mutual information as in Learner.Learn; the likeness of two is the cosine of their
// rows, shrunk where they are short.
func (l *PeerLearner) Learn(ctx context.Context) (*Peers, error) {
	g := l.gather()
	rows, err := g.rows(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := alike(ctx, rows, len(g.senses))
	if err != nil {
		return nil, err
	}
	return &Peers{called: g.called, names: g.names, lists: lists}, nil
}

// gathering is the packages by what they are called, ascending, and the texts that speak of each.
type gathering struct {
	called, names []string
	own           []int64 // by package: the sense of its own name, which says nothing of it; -1 for none
	senses        map[string]uint32
	texts         [][]uint32 // the senses of each text, each once
	about         [][]uint32 // by package: the texts that speak of it
}

func (l *PeerLearner) gather() *gathering {
	sense := l.Sense
	if sense == nil {
		sense = func(w string) string { return w }
	}
	said := slices.SortedFunc(slices.Values(l.said), func(a, b saying) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.name, b.name))
	})
	owner := map[string]string{}
	for _, s := range said[:min(len(said), maxPackages)] {
		if _, taken := owner[s.called]; !taken && len(s.called) > 1 {
			owner[s.called] = s.name
		}
	}
	g := &gathering{called: sortedKeys(owner), senses: map[string]uint32{}}
	number := make(map[string]int, len(owner))
	for i, called := range g.called {
		number[called] = i
		g.names = append(g.names, owner[called])
	}
	g.about = make([][]uint32, len(g.called))
	for t, s := range said {
		g.texts = append(g.texts, g.sensesOf(s.words, sense))
		for _, p := range mentioned(s, number, owner, sense) {
			g.about[p] = append(g.about[p], uint32(t))
		}
	}
	for _, called := range g.called {
		if id, known := g.senses[sense(called)]; known {
			g.own = append(g.own, int64(id))
		} else {
			g.own = append(g.own, -1)
		}
	}
	return g
}

// sensesOf numbers the senses of a text, each once.
func (g *gathering) sensesOf(words []string, sense func(string) string) []uint32 {
	var ids []uint32
	for _, w := range words {
		s := sense(w)
		if s == "" {
			continue
		}
		id, known := g.senses[s]
		if !known {
			id = uint32(len(g.senses))
			g.senses[s] = id
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if len(ids) == wordsOfText {
			break
		}
	}
	return ids
}

// mentioned lists the packages that a text names, its own among them, each once.
func mentioned(s saying, number map[string]int, owner map[string]string, sense func(string) string) []int {
	var found []int
	if owner[s.called] == s.name {
		found = append(found, number[s.called])
	}
	for i, w := range s.words {
		called := ""
		for j := i; j < min(len(s.words), i+nameWords); j++ {
			called += s.words[j]
			p, known := number[called]
			if known && (j > i || sense(w) != "") && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
	}
	return found
}

// trait is how much a sense is said of a package.
type trait struct {
	sense uint32
	value float32
}

// rows gives the traits of each package in the order of senses.
func (g *gathering) rows(ctx context.Context) ([][]trait, error) {
	counts := make([]float32, len(g.senses))
	each := func(visit func(p int, sense uint32, n float64)) error {
		for p, texts := range g.about {
			if err := ctx.Err(); err != nil {
				return err
			}
			var met []uint32
			for _, t := range texts {
				for _, s := range g.texts[t] {
					if counts[s] == 0 {
						met = append(met, s)
					}
					counts[s]++
				}
			}
			slices.Sort(met)
			for _, s := range met {
				if int64(s) != g.own[p] {
					visit(p, s, float64(counts[s]))
				}
				counts[s] = 0
			}
		}
		return nil
	}
	ofPackage, ofSense, holders := make([]float64, len(g.about)), make([]float64, len(g.senses)), make([]int, len(g.senses))
	err := each(func(p int, s uint32, n float64) {
		ofPackage[p] += n
		ofSense[s] += n
		holders[s]++
	})
	if err != nil {
		return nil, err
	}
	total := 0.0
	for s, n := range ofSense {
		ofSense[s] = math.Pow(n, 0.75)
		total += ofSense[s]
	}
	rows := make([][]trait, len(g.about))
	err = each(func(p int, s uint32, n float64) {
		if holders[s] < leastShared || holders[s] > mostShared {
			return
		}
		if pmi := math.Log(n / ofPackage[p] * total / ofSense[s]); pmi > 0 {
			rows[p] = append(rows[p], trait{s, float32(pmi * n / (n + 1))}) // said once it may be chance
		}
	})
	for p := range rows {
		rows[p] = strongest(rows[p])
	}
	return rows, err
}

// strongest keeps the greatest traits of a row, in the order of senses.
func strongest(row []trait) []trait {
	if len(row) <= maxTraits {
		return row
	}
	slices.SortFunc(row, func(a, b trait) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.sense, b.sense)) })
	row = slices.Clone(row[:maxTraits])
	slices.SortFunc(row, func(a, b trait) int { return cmp.Compare(a.sense, b.sense) })
	return row
}

// alike lists for each row those most like it. Sums run in the order of senses, so that all machines agree.
func alike(ctx context.Context, rows [][]trait, senses int) ([][]pair, error) {
	type held struct {
		row   uint16
		value float32
	}
	holders, lengths := make([][]held, senses), make([]float64, len(rows))
	for p, row := range rows {
		sum := 0.0
		for _, t := range row {
			sum += float64(t.value * t.value)
			holders[t.sense] = append(holders[t.sense], held{uint16(p), t.value})
		}
		lengths[p] = math.Sqrt(sum)
	}
	lists := make([][]pair, len(rows))
	workers := runtime.GOMAXPROCS(0)
	parallel(workers, func(worker int) {
		sums := make([]float32, len(rows))
		for p := worker; p < len(rows) && ctx.Err() == nil; p += workers {
			var met []uint16
			for _, t := range rows[p] {
				for _, h := range holders[t.sense] {
					if sums[h.row] == 0 {
						met = append(met, h.row)
					}
					sums[h.row] += float32(t.value * h.value)
				}
			}
			list := make([]pair, 0, maxPeers+1)
			for _, o := range met {
				likeness := float64(sums[o]) / ((lengths[p] + doubt) * (lengths[o] + doubt))
				sums[o] = 0
				if units := uint16(likeness * likenessUnits); int(o) != p && units > 0 {
					list = keepLikest(list, pair{o, units})
				}
			}
			lists[p] = slices.Clone(list)
		}
	})
	return lists, ctx.Err()
}

// keepLikest puts a pair where it belongs among the likest, of which there are at most maxPeers.
func keepLikest(list []pair, one pair) []pair {
	order := func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.other, b.other))
	}
	if len(list) == maxPeers && order(list[maxPeers-1], one) < 0 {
		return list
	}
	at, _ := slices.BinarySearchFunc(list, one, order)
	list = slices.Insert(list, at, one)
	return list[:min(len(list), maxPeers)]
}
