package search

import (
	"bytes"
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Sort is an order of results; ties are in order of name.
type Sort int

const (
	ByRelevance  Sort = iota // highest score first
	ByDownloads              // most downloads in the last month first
	ByDependents             // most dependents first, as of the last rescoring
	ByUpdated                // newest publish of the shown version first; packages without a date last
	ByCreated                // newest package first; those without a date last
	ByName                   // bytes of the name, ascending
)

// Sorts lists all orders.
func Sorts() []Sort {
	return []Sort{ByRelevance, ByDownloads, ByDependents, ByUpdated, ByCreated, ByName}
}

// String is the name by which ParseSort knows the order.
func (s Sort) String() string {
	return [...]string{"relevance", "downloads", "dependents", "updated", "created", "name"}[s]
}

// ParseSort reads the name of an order. Its error lists them all.
func ParseSort(name string) (Sort, error) {
	for _, s := range Sorts() {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("%w: sort is one of %s", ErrBadQuery, enumerate(Sorts()))
}

func enumerate[T fmt.Stringer](all []T) string {
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = v.String()
	}
	return strings.Join(names, ", ")
}

// place is where a match stands in an order: the greater key first, then by name.
type place struct {
	key  uint64
	name []byte
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(q.key, p.key), bytes.Compare(p.name, q.name))
}

// placeOf gives the place of a match; its name must not be changed.
func (s Sort) placeOf(c candidate) place { return place{s.key(c), c.segment.NameBytes(c.doc)} }

func (s Sort) key(c candidate) uint64 {
	switch s {
	case ByDownloads:
		return c.segment.Rank(c.doc).Downloads
	case ByDependents:
		return uint64(c.segment.Columns().Dependents[c.doc])
	case ByUpdated:
		return uint64(c.segment.Columns().Updated[c.doc])
	case ByCreated:
		return uint64(c.segment.Columns().Created[c.doc])
	case ByName:
		return 0
	default:
		return sortable(c.score)
	}
}

// sortable gives all bits of a number, in an order that is that of numbers.
func sortable(f float64) uint64 {
	const sign = 1 << 63
	bits := math.Float64bits(f + 0) // no negative zero
	if bits&sign != 0 {
		return ^bits
	}
	return bits | sign
}

// orderedTop keeps the first k matches of an order, or the first k after a place: a heap with the
// last of them at its head.
type orderedTop struct {
	sort  Sort
	after *place // nil: from the start
	k     int
	heap  []standing
}

// standing is a match and its place.
type standing struct {
	place
	candidate
}

func (f *orderedTop) take(c candidate) {
	key := f.sort.key(c)
	if f.after == nil && f.k > 0 && len(f.heap) == f.k && key < f.heap[0].key { // most of them
		return
	}
	at := place{key, c.segment.NameBytes(c.doc)}
	if f.after != nil && at.compare(*f.after) <= 0 {
		return
	}
	switch {
	case len(f.heap) < f.k:
		heap.Push(f, standing{at, c})
	case f.k > 0 && at.compare(f.heap[0].place) < 0:
		f.heap[0] = standing{at, c}
		heap.Fix(f, 0)
	}
}

// floor is the score that a match needs to be kept. What is below it comes after the place that after is, whose score is
// not below any that is kept.
func (f *orderedTop) floor() float64 {
	if len(f.heap) < f.k || f.k == 0 {
		return 0
	}
	return f.heap[0].score
}

// sorted gives the matches kept, in order; the heap is one no more.
func (f *orderedTop) sorted() []candidate {
	slices.SortFunc(f.heap, func(a, b standing) int { return a.place.compare(b.place) })
	all := make([]candidate, len(f.heap))
	for i, s := range f.heap {
		all[i] = s.candidate
	}
	return all
}

// Len, Less, Swap, Push and Pop make it a heap.Interface.

func (f *orderedTop) Len() int           { return len(f.heap) }
func (f *orderedTop) Less(i, j int) bool { return f.heap[i].place.compare(f.heap[j].place) > 0 }
func (f *orderedTop) Swap(i, j int)      { f.heap[i], f.heap[j] = f.heap[j], f.heap[i] }
func (f *orderedTop) Push(x any)         { f.heap = append(f.heap, x.(standing)) }
func (f *orderedTop) Pop() any {
	last := f.heap[len(f.heap)-1]
	f.heap = f.heap[:len(f.heap)-1]
	return last
}
