package httpapi

import (
	"context"
	"runtime/debug"
	"time"
)

// gate admits a bounded number of calls at once and lets a bounded number wait for a short while.
type gate struct {
	slots chan struct{}
	queue chan struct{}
	wait  time.Duration
	front *front
}

func newGate(slots, queue int, wait time.Duration, f *front) *gate {
	return &gate{make(chan struct{}, slots), make(chan struct{}, queue), wait, f}
}

// enter takes a slot, or says that there is none to be had in time.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case g.queue <- struct{}{}:
		defer func() { <-g.queue }()
	default:
		g.front.metrics.shed.WithLabelValues("queue_full").Inc()
		return errOverloaded
	}
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-timer.C:
		g.front.metrics.shed.WithLabelValues("queue_wait").Inc()
		return errOverloaded
	case <-ctx.Done():
		return ctx.Err()
	}
}

// through runs a call inside the gate and gives up on it at the budget, which begins when the call does. A call that does not heed its
// context is left behind but keeps its slot until it really ends, so that slow work is always counted.
func through[T any](ctx context.Context, g *gate, budget time.Duration, call func(context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var none T
	if err := g.enter(ctx); err != nil {
		return none, err
	}
	ctx, cancel := context.WithTimeout(ctx, budget)
	done := make(chan result, 1)
	go func() {
		defer cancel()
		var res result
		defer func() {
			if v := recover(); v != nil {
				g.front.crashed(ctx, v, debug.Stack())
				res = result{none, errCrashed}
			}
			<-g.slots
			done <- res
		}()
		res.value, res.err = call(ctx)
	}()
	select {
	case res := <-done:
		return res.value, res.err
	case <-ctx.Done():
		select { // an answer that is there is better than none
		case res := <-done:
			return res.value, res.err
		default:
		}
		if ctx.Err() == context.DeadlineExceeded {
			g.front.metrics.shed.WithLabelValues("budget").Inc()
		}
		return none, ctx.Err()
	}
}
