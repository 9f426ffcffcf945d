package httpapi

import (
	"context"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"pkgsearch/search"
)

// crowd sends searches one after another without waiting for replies, and keeps those in order.
type crowd struct {
	api     *API
	answers []*answer
	wg      sync.WaitGroup
}

// answer is a reply, nil until it came, and the time it took.
type answer struct {
	*httptest.ResponseRecorder
	took time.Duration
}

func (c *crowd) add(n int) {
	for range n {
		a, start := &answer{}, time.Now()
		c.answers = append(c.answers, a)
		c.wg.Go(func() {
			a.ResponseRecorder = get(c.api, "/-/v1/search?text=a")
			a.took = time.Since(start)
		})
		synctest.Wait() // the next one comes after this one has its place
	}
}

// searchFunc is a searcher that finds nothing.
type searchFunc func(context.Context) error

func (f searchFunc) Search(ctx context.Context, _ search.Request) (*search.Result, error) {
	return &search.Result{}, f(ctx)
}

func (f searchFunc) Suggest(ctx context.Context, _ string, _ int) (*search.Suggestions, error) {
	return &search.Suggestions{}, f(ctx)
}

func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		api := New(Options{Limits: Limits{Searches: 2, Queue: 3}}, searchFunc(func(context.Context) error { <-release; return nil }), fakePackages{})
		c := &crowd{api: api}
		c.add(6) // 2 run, 3 wait, 1 is too many
		synctest.Wait()
		if a := c.answers[5]; a.ResponseRecorder == nil || a.took != 0 {
			t.Fatalf("the sixth search waits")
		}
		wantError(t, c.answers[5].ResponseRecorder, 503, "overloaded")
		time.Sleep(249 * time.Millisecond)
		synctest.Wait()
		if c.answers[2].ResponseRecorder != nil {
			t.Errorf("a waiting search was sent away after %v", c.answers[2].took)
		}
		if w := get(api, "/healthz"); w.Code != 200 {
			t.Errorf("healthz under overload: %d", w.Code)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		for _, i := range []int{2, 3, 4} {
			wantError(t, c.answers[i].ResponseRecorder, 503, "overloaded")
			if retry := c.answers[i].Header().Get("Retry-After"); retry != "1" {
				t.Errorf("Retry-After %q", retry)
			}
		}
		close(release)
		c.wg.Wait()
		for i := range 2 {
			if c.answers[i].Code != 200 {
				t.Errorf("search %d: %d", i, c.answers[i].Code)
			}
		}
	})
}

// TestWaitingSearchGetsItsTurn: a slot that becomes free within the wait goes to the queue.
func TestWaitingSearchGetsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := New(Options{Limits: Limits{Searches: 1}}, searchFunc(func(context.Context) error { time.Sleep(60 * time.Millisecond); return nil }), fakePackages{})
		c := &crowd{api: api}
		c.add(2)
		c.wg.Wait()
		if c.answers[1].Code != 200 || c.answers[1].took != 120*time.Millisecond {
			t.Errorf("the second search: %d after %v", c.answers[1].Code, c.answers[1].took)
		}
	})
}

// TestGoodput: offered twice what the processors can do, the API does what they can, in time, and refuses the rest at once
// or within the wait. With a place for every search all would share the processors and none would end within its budget.
func TestGoodput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const work, slice, rounds = 100 * time.Millisecond, time.Millisecond, 40
		cores := runtime.GOMAXPROCS(0)
		processors := make(chan struct{}, cores)
		api := New(Options{}, searchFunc(func(ctx context.Context) error {
			for range work / slice {
				processors <- struct{}{}
				time.Sleep(slice)
				<-processors
				if ctx.Err() != nil {
					return ctx.Err()
				}
			}
			return nil
		}), fakePackages{})
		c := &crowd{api: api}
		for range rounds {
			c.add(cores)
			time.Sleep(work / 2)
		}
		c.wg.Wait()
		answered := 0
		for _, a := range c.answers {
			if a.Code == 200 {
				answered++
				continue
			}
			wantError(t, a.ResponseRecorder, 503, "overloaded")
			if a.Header().Get("Retry-After") != "1" || a.took > 250*time.Millisecond {
				t.Errorf("refused after %v, Retry-After %q", a.took, a.Header().Get("Retry-After"))
			}
		}
		if can := cores * rounds / 2; answered < can {
			t.Errorf("%d of %d searches answered, the processors can do %d", answered, len(c.answers), can)
		}
	})
}

// TestBudgetBeginsInside: the time in the queue is not taken from the search.
func TestBudgetBeginsInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := Limits{Searches: 1, QueueWait: time.Second, QueryBudget: time.Second}
		api := New(Options{Limits: limits}, searchFunc(func(ctx context.Context) error {
			select {
			case <-time.After(900 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}), fakePackages{})
		c := &crowd{api: api}
		c.add(2)
		c.wg.Wait()
		if a := c.answers[1]; a.Code != 200 || a.took != 1800*time.Millisecond {
			t.Errorf("the second search: %d after %v", a.Code, a.took)
		}
	})
}

// TestQueryBudget: a search over the budget is given up, and one that does not stop keeps its slot.
func TestQueryBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var deaf bool
		api := New(Options{Limits: Limits{Searches: 1}}, searchFunc(func(ctx context.Context) error {
			if deaf {
				<-release
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}), fakePackages{})
		c := &crowd{api: api}
		for i, hang := range []bool{false, true} {
			deaf = hang
			c.add(1)
			c.wg.Wait()
			body := wantError(t, c.answers[i].ResponseRecorder, 503, "query_timeout")
			if !strings.Contains(body.Error, "use fewer or rarer words") || c.answers[i].Header().Get("Retry-After") != "" {
				t.Errorf("told as %q, Retry-After %q", body.Error, c.answers[i].Header().Get("Retry-After"))
			}
			if c.answers[i].took != time.Second {
				t.Errorf("given up after %v", c.answers[i].took)
			}
		}
		c.add(1)
		c.wg.Wait()
		wantError(t, c.answers[2].ResponseRecorder, 503, "overloaded")
		close(release)
		synctest.Wait()
		c.add(1)
		c.wg.Wait()
		if c.answers[3].Code != 200 {
			t.Errorf("after the slow search ended: %d", c.answers[3].Code)
		}
	})
}

// TestReadinessHasItsOwnGate: a full house is ready, a searcher that hangs is not and is asked once.
func TestReadinessHasItsOwnGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var calls, hang atomic.Int64
		hang.Store(1)
		api := New(Options{Limits: Limits{Searches: 1}}, searchFunc(func(context.Context) error {
			calls.Add(1)
			if hang.Load() == 1 {
				<-release
			}
			return nil
		}), fakePackages{})
		c := &crowd{api: api}
		c.add(1)
		hang.Store(0)
		if w := get(api, "/readyz"); w.Code != 200 {
			t.Errorf("with all places taken: %d %s", w.Code, w.Body)
		}
		hang.Store(1)
		before := calls.Load()
		for range 5 {
			wantError(t, get(api, "/readyz"), 503, "not_ready")
		}
		if n := calls.Load() - before; n != 1 {
			t.Errorf("a hanging searcher was asked %d times", n)
		}
		close(release)
		c.wg.Wait()
		synctest.Wait()
		if w := get(api, "/readyz"); w.Code != 200 {
			t.Errorf("after it answers again: %d", w.Code)
		}
	})
}

// TestClientGone: a search whose client left is stopped and told so in the log only.
func TestClientGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := prometheus.NewRegistry()
		stopped := false
		api := New(Options{Registerer: reg}, searchFunc(func(ctx context.Context) error { <-ctx.Done(); stopped = true; return ctx.Err() }), fakePackages{})
		ctx, leave := context.WithCancel(t.Context())
		go leave()
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/-/v1/search", nil))
		synctest.Wait()
		if w.Code != statusClientGone || !stopped {
			t.Errorf("status %d, stopped %t", w.Code, stopped)
		}
	})
}

// TestPanicReleasesTheSlot: more panics than slots, and the API still answers.
func TestPanicReleasesTheSlot(t *testing.T) {
	crash := true
	api := New(Options{Limits: Limits{Searches: 1}}, searchFunc(func(context.Context) error {
		if crash {
			panic("broken")
		}
		return nil
	}), fakePackages{})
	for range 3 {
		body := wantError(t, get(api, "/-/v1/search"), 500, "internal")
		if strings.Contains(body.Error, "broken") {
			t.Errorf("the panic is shown: %+v", body)
		}
	}
	crash = false
	if w := get(api, "/-/v1/search"); w.Code != 200 {
		t.Errorf("after the panics: %d %s", w.Code, w.Body)
	}
}
