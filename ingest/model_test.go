package ingest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

// TestModel does random operations with random faults and restarts in between; in the end the store must equal the
// registry, with nothing left undone.
func TestModel(t *testing.T) {
	seeds := uint64(5)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBothDialects(t, func(t *testing.T, r *rig) {
				m := model{rig: r, rand: rand.New(rand.NewPCG(seed, 1)), stale: map[string]int{}}
				r.options.Idle = time.Minute
				r.options.PageSize = 1 + m.rand.IntN(40)
				for range 250 {
					m.step(t)
				}
				r.Heal()
				for range 25 { // the pauses of dead letters have grown by now
					m.run(t, 2*time.Hour)
					if s, err := r.store.Stats(t.Context()); err != nil || s.DeadLetters == 0 {
						break
					}
				}
				r.wantState(t)
				r.wantLetters(t, nil)
			})
		})
	}
}

type model struct {
	*rig
	rand  *rand.Rand
	stale map[string]int // answers of old documents, by name
}

// step does one operation, and now and then lets a follower run for a while.
func (m *model) step(t *testing.T) {
	name := fmt.Sprintf("pkg-%d", m.rand.IntN(30))
	if m.rand.IntN(3) == 0 {
		name = "@scope/" + name
	}
	if m.rand.IntN(8) == 0 {
		m.Late(1 + m.rand.IntN(5))
	}
	switch n := m.rand.IntN(100); {
	case n < 45:
		m.Publish(name, fmt.Sprintf("%d.0.0", m.rand.IntN(50)), map[string]any{"description": fmt.Sprint("text ", m.rand.IntN(9))})
	case n < 55:
		m.Deprecate(name, []string{"", "old"}[m.rand.IntN(2)])
	case n < 65:
		m.Delete(name)
	case n < 70:
		m.Unpublish(name, []int{200, 404}[m.rand.IntN(2)])
	case n < 74:
		m.Vanish(name)
	case n < 76:
		m.Forget(name)
		m.Reset(true, m.rand.IntN(2) == 0) // one without a new id cannot be told once the feed is as long as before
	case n < 88:
		m.Inject(m.fault(name))
	default:
		m.run(t, time.Duration(m.rand.Int64N(int64(40*time.Minute))))
	}
}

func (m *model) fault(name string) registrytest.Fault {
	kinds := []registrytest.Kind{
		registrytest.Status, registrytest.Status, registrytest.ResetConn, registrytest.Truncate, registrytest.HTML,
		registrytest.Slow, registrytest.Stale, registrytest.Duplicate,
	}
	f := registrytest.Fault{
		Kind:   kinds[m.rand.IntN(len(kinds))],
		On:     []string{"root", "changes", "list", "docs", "docs/" + name, "any"}[m.rand.IntN(6)],
		Times:  1 + m.rand.IntN(8),
		Status: []int{429, 500, 502, 503}[m.rand.IntN(4)],
		At:     m.rand.IntN(300),
	}
	if m.rand.IntN(2) == 0 {
		f.RetryAfter = fmt.Sprint(m.rand.IntN(20))
	}
	switch f.Kind {
	case registrytest.Stale: // in all, less often than a follower looks before it believes
		f.On, f.Times = "docs/"+name, 1+m.rand.IntN(2)
		if m.stale[name] += f.Times; m.stale[name] > 5 {
			return m.fault(name)
		}
	case registrytest.Duplicate:
		f.On = "changes"
	}
	return f
}

// run lets a follower run for a time, or until its sink breaks, before or after it has written.
func (m *model) run(t *testing.T, d time.Duration) {
	t.Helper()
	broken := errors.New("sink broke")
	left := m.rand.IntN(10)
	m.sink = func(ctx context.Context, b store.Batch) error {
		if left--; left == 0 && d < time.Hour {
			if m.rand.IntN(2) == 0 {
				return broken
			}
			_, err := m.store.Update(ctx, b, time.Now())
			return errors.Join(broken, err)
		}
		_, err := m.store.Update(ctx, b, time.Now())
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	err := m.follower(t, func(o *FollowerOptions) { o.Once = d < time.Hour && m.rand.IntN(3) == 0 }).Run(ctx)
	switch {
	case err == nil, errors.Is(err, broken), errors.Is(err, context.DeadlineExceeded), isUpstream(err):
	case errors.Is(err, ErrNotFeed): // a fault of the root document at the start
	default:
		t.Errorf("follower ended: %v", err)
	}
}
