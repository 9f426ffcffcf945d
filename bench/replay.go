package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a replay; the zero value asks everything once, one after the other.
type Options struct {
	Clients int    // questions under way at once; 0: 1
	Repeat  int    // passes that count; 0: 1
	Seed    uint64 // decides the order, another one in each pass; 0: as given
	Warm    bool   // a pass before those that count

	// Before is called before each pass that counts, and its time does not: it may empty caches. It gives the source
	// to ask from then on.
	Before func(ctx context.Context) (Source, error)
	Done   func(asked int) // called after each question, from several goroutines
}

// Passes is how often a replay asks each question.
func (o Options) Passes() int {
	n := max(1, o.Repeat)
	if o.Warm {
		n++
	}
	return n
}

// asked is what came of one question.
type asked struct {
	took   []time.Duration // of every pass with an answer
	scored int
	err    error // of the last pass without one
}

// replay is one replay under way.
type replay struct {
	source    Source
	questions []Question
	options   Options
	asked     []asked
	done      atomic.Int64
}

// errNoAnswers is the error of a replay in which no question had an answer.
var errNoAnswers = errors.New("no question had an answer")

// Replay asks all questions and measures the answers. A question without an answer is counted and has no time; an error
// comes when there is no answer at all, or when ctx ends.
func Replay(ctx context.Context, source Source, questions []Question, o Options) (*Run, error) {
	if len(questions) == 0 {
		return nil, errors.New("there are no questions")
	}
	o.Clients, o.Repeat = max(1, o.Clients), max(1, o.Repeat)
	r := &replay{source: source, questions: questions, options: o, asked: make([]asked, len(questions))}
	for i := range r.asked {
		r.asked[i].scored = Unknown
	}
	if o.Warm {
		r.pass(ctx, 0, false)
	}
	var wall time.Duration
	for n := range o.Repeat {
		if o.Before != nil {
			var err error
			if r.source, err = o.Before(ctx); err != nil {
				return nil, err
			}
		}
		wall += r.pass(ctx, uint64(n)+1, true)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := r.silent(); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoAnswers, err)
		}
	}
	return r.run(wall), nil
}

// silent is the first error when no question had an answer.
func (r *replay) silent() error {
	for _, a := range r.asked {
		if len(a.took) > 0 {
			return nil
		}
	}
	return r.asked[0].err
}

// pass asks every question once and tells how long all of them took.
func (r *replay) pass(ctx context.Context, number uint64, counts bool) time.Duration {
	order := shuffled(len(r.questions), r.options.Seed, number)
	var next atomic.Int64
	var clients sync.WaitGroup
	began := time.Now()
	for range r.options.Clients {
		clients.Go(func() {
			for at := next.Add(1) - 1; at < int64(len(order)) && ctx.Err() == nil; at = next.Add(1) - 1 {
				r.ask(ctx, order[at], counts)
			}
		})
	}
	clients.Wait()
	return time.Since(began)
}

func (r *replay) ask(ctx context.Context, i int, counts bool) {
	began := time.Now()
	answer, err := r.source.Ask(ctx, r.questions[i])
	took := time.Since(began)
	if a := &r.asked[i]; err != nil {
		a.err = fmt.Errorf("ask %.60q: %w", r.questions[i].Text, err)
	} else if counts {
		a.took = append(a.took, took)
		a.scored = answer.Scored
	}
	if n := r.done.Add(1); r.options.Done != nil {
		r.options.Done(int(n))
	}
}
