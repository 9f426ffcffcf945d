package index

import (
	"container/heap"
	"context"
	"slices"
	"strings"
)

// mostUsed gives the packages that are likeliest meant by anything, the likeliest first.
func (v *View) mostUsed(ctx context.Context, most int) ([]Used, error) {
	var kept leastFirst
	for _, s := range v.segments {
		for doc := range uint32(s.Len()) {
			if doc%checkEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if s.Deleted(doc) {
				continue
			}
			if len(kept) < most {
				heap.Push(&kept, Used{s.Name(doc), s.Rank(doc), true})
			} else if least := &kept[0]; likelier(string(s.NameBytes(doc)), s.Rank(doc), least.Name, least.Rank) {
				*least = Used{s.Name(doc), s.Rank(doc), true}
				heap.Fix(&kept, 0)
			}
		}
	}
	slices.SortFunc(kept, func(a, b Used) int {
		switch {
		case likelier(a.Name, a.Rank, b.Name, b.Rank):
			return -1
		case likelier(b.Name, b.Rank, a.Name, a.Rank):
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return kept, nil
}

// leastFirst is a heap with the package that is least likely meant first.
type leastFirst []Used

func (u leastFirst) Len() int           { return len(u) }
func (u leastFirst) Less(i, j int) bool { return likelier(u[j].Name, u[j].Rank, u[i].Name, u[i].Rank) }
func (u leastFirst) Swap(i, j int)      { u[i], u[j] = u[j], u[i] }
func (u *leastFirst) Push(x any)        { *u = append(*u, x.(Used)) }
func (u *leastFirst) Pop() any {
	last := len(*u) - 1
	x := (*u)[last]
	*u = (*u)[:last]
	return x
}
