package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fake answers after a time of its own for each text, and notes what it was asked.
type fake struct {
	took   map[string]time.Duration
	fails  map[string]error
	scored map[string]int

	mu    sync.Mutex
	texts []string
}

func (f *fake) Ask(_ context.Context, q Question) (Answer, error) {
	f.mu.Lock()
	f.texts = append(f.texts, q.Text)
	f.mu.Unlock()
	time.Sleep(f.took[q.Text]) // the bubble's clock
	if err := f.fails[q.Text]; err != nil {
		return Answer{}, err
	}
	scored, known := f.scored[q.Text]
	if !known {
		scored = Unknown
	}
	return Answer{Names: []string{q.Text}, Scores: []float64{1}, Scored: scored}, nil
}

func TestReplayTellsTheTimesOfFamilies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &fake{
			took:   map[string]time.Duration{"a": time.Millisecond, "b": 3 * time.Millisecond, "c": 10 * time.Millisecond},
			scored: map[string]int{"a": 5, "b": 7},
			fails:  map[string]error{"bad": errors.New("no such qualifier")},
		}
		questions := []Question{{Family: "f", Text: "a"}, {Family: "f", Text: "b"}, {Family: "g", Text: "c", Suggest: true}, {Family: "f", Text: "bad"}}
		run, err := Replay(t.Context(), source, questions, Options{Repeat: 2, Warm: true, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		ab, c := &Spread{2, 1, 3, 3, 3}, &Spread{10, 10, 10, 10, 10}
		scored := &Spread{6, 5, 7, 7, 7}
		want := []Family{
			{Name: "f", Questions: 3, Errors: 1, Milliseconds: ab, Askings: ab, PerSec: 500, Scored: scored},
			{Name: "g", Questions: 1, Milliseconds: c, Askings: c, PerSec: 100},
			{Name: AllSearches, Questions: 3, Errors: 1, Milliseconds: ab, Askings: ab, PerSec: 500, Scored: scored},
			{Name: AllSuggestions, Questions: 1, Milliseconds: c, Askings: c, PerSec: 100},
		}
		if diff := cmp.Diff(want, run.Families); diff != "" {
			t.Errorf("families (-want +got):\n%s", diff)
		}
		if run.Seconds != 0.028 || run.Error != `ask "bad": no such qualifier` {
			t.Errorf("took %v s, first error %q", run.Seconds, run.Error)
		}
		if len(source.texts) != 3*len(questions) {
			t.Errorf("asked %d times, want a warm-up and two passes: %d", len(source.texts), 3*len(questions))
		}
	})
}

// The median of a question's passes counts, not its best nor its worst.
func TestReplayTakesTheMedianOfPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &fake{took: map[string]time.Duration{}}
		pass := time.Duration(0)
		o := Options{Repeat: 3, Before: func(context.Context) (Source, error) {
			pass++
			source.took["a"] = []time.Duration{9, 2, 4}[pass-1] * time.Millisecond
			time.Sleep(time.Hour) // does not count
			return source, nil
		}}
		run, err := Replay(t.Context(), nil, []Question{{Family: "f", Text: "a"}}, o)
		if err != nil {
			t.Fatal(err)
		}
		if f := run.Families[0]; f.Milliseconds.Max != 4 || f.Askings.Max != 9 || run.Seconds != 0.015 {
			t.Errorf("median %v ms, slowest asking %v ms, together %v s; want 4, 9 and 0.015", f.Milliseconds.Max, f.Askings.Max, run.Seconds)
		}
	})
}

func TestClientsAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &fake{took: map[string]time.Duration{}}
		var questions []Question
		for i := range 8 {
			text := fmt.Sprint(i)
			source.took[text] = time.Millisecond
			questions = append(questions, Question{Family: "f", Text: text})
		}
		run, err := Replay(t.Context(), source, questions, Options{Clients: 4})
		if err != nil {
			t.Fatal(err)
		}
		if run.Seconds != 0.002 || run.PerSec != 4000 || run.Families[0].PerSec != 4000 {
			t.Errorf("8 questions of 1 ms took 4 clients %v s, %v and %v a second", run.Seconds, run.PerSec, run.Families[0].PerSec)
		}
	})
}

func TestTheSeedDecidesTheOrder(t *testing.T) {
	var questions []Question
	for i := range 20 {
		questions = append(questions, Question{Family: "f", Text: fmt.Sprint(i)})
	}
	asked := func(seed uint64) []string {
		source := &fake{}
		if _, err := Replay(t.Context(), source, questions, Options{Repeat: 2, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		return source.texts
	}
	one := asked(1)
	if !slices.Equal(one, asked(1)) || slices.Equal(one, asked(2)) {
		t.Error("the order does not depend on the seed alone")
	}
	if slices.Equal(one[:20], one[20:]) {
		t.Error("both passes have the same order")
	}
	if slices.IsSorted(one[:20]) || asked(0)[1] != "1" {
		t.Error("seed 0 must keep the order, others change it")
	}
}

func TestReplayWithoutAnyAnswerIsAnError(t *testing.T) {
	down := errors.New("connection refused")
	source := &fake{fails: map[string]error{"a": down}}
	if _, err := Replay(t.Context(), source, []Question{{Text: "a"}}, Options{}); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
	if _, err := Replay(t.Context(), source, nil, Options{}); err == nil {
		t.Error("no questions are no error")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Replay(ctx, &fake{}, []Question{{Text: "a"}}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
}

func TestRatiosAreOfFamiliesThatBothHave(t *testing.T) {
	ours := &Run{Families: []Family{{Name: "f", Milliseconds: &Spread{P50: 2, P99: 4}}, {Name: "g", Milliseconds: &Spread{P50: 1}}}}
	theirs := &Run{Families: []Family{{Name: "f", Milliseconds: &Spread{P50: 20, P99: 2}}, {Name: "h", Milliseconds: &Spread{P50: 1}}}}
	got := Ratios(ours, theirs)
	if len(got) != 1 || got[0].Family != "f" || got[0].P50 != 10 || got[0].P99 != 0.5 {
		t.Errorf("got %+v", got)
	}
}
