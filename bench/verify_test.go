package bench

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// table answers from a list.
type table map[string]Answer

func (s table) Ask(_ context.Context, q Question) (Answer, error) {
	a, ok := s[q.Text]
	if !ok {
		return a, errors.New("no answer to " + q.Text)
	}
	return a, nil
}

func TestVerifyFindsEveryDifference(t *testing.T) {
	ab := Answer{Names: []string{"a", "b"}, Scores: []float64{2, 1}}
	nan := Answer{Names: []string{"a"}, Scores: []float64{math.NaN()}}
	exhaustive := table{"same": ab, "name": ab, "score": ab, "short": ab, "long": {Names: []string{"a"}, Scores: []float64{2}}, "nan": nan, "fails": ab, "typed": ab}
	tried := table{
		"same":  ab,
		"name":  {Names: []string{"b", "a"}, Scores: []float64{2, 1}},
		"score": {Names: []string{"a", "b"}, Scores: []float64{2, math.Nextafter(1, 2)}},
		"short": {Names: []string{"a"}, Scores: []float64{2}},
		"long":  ab,
		"nan":   nan,
	}
	var questions []Question
	for _, text := range []string{"same", "name", "score", "short", "long", "nan", "fails", "neither"} {
		questions = append(questions, Question{Text: text})
	}
	questions = append(questions, Question{Text: "typed", Suggest: true})
	got, err := Verify(t.Context(), tried, exhaustive, questions, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Difference{
		{Question{Text: "name"}, 1, "b 2", "a 2"},
		{Question{Text: "score"}, 2, "b 1.0000000000000002", "b 1"},
		{Question{Text: "short"}, 2, "nothing", "b 1"},
		{Question{Text: "long"}, 2, "b 1", "nothing"},
		{Question{Text: "nan"}, 1, "a NaN", "a NaN"},
		{Question{Text: "fails"}, 0, "no answer to fails", "<nil>"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}
