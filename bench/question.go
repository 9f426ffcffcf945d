package bench

import (
	"context"
	"math/rand/v2"
)

// Question is a text to ask.
type Question struct {
	Family  string `json:"family"` // questions of one kind; figures are of a family
	Text    string `json:"query"`
	Suggest bool   `json:"suggest,omitempty"` // asked of suggest, else of search
}

// Answer is what a source gives for a question.
type Answer struct {
	Names  []string // best first
	Scores []float64
	Scored int // documents scored; Unknown where the source does not tell
}

// Unknown stands where a source does not tell a number.
const Unknown = -1

// Source answers questions; it is asked by several goroutines.
type Source interface {
	Ask(ctx context.Context, q Question) (Answer, error)
}

// shuffled is the numbers below n in an order that the seed decides; 0 leaves them as they are.
func shuffled(n int, seed, pass uint64) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if seed != 0 {
		rand.New(rand.NewPCG(seed, pass)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
}
