package bench

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func madeUpTerms(n int) []string {
	terms := make([]string, n)
	for i := range terms {
		terms[i] = fmt.Sprintf("term%03d", i)
	}
	return terms
}

func TestHardQuestions(t *testing.T) {
	questions := Hard(madeUpTerms(300), 7)
	if !reflect.DeepEqual(questions, Hard(madeUpTerms(300), 7)) {
		t.Error("the same terms and seed give other questions")
	}
	if reflect.DeepEqual(questions, Hard(madeUpTerms(300), 8)) {
		t.Error("the seed decides nothing")
	}
	families, lengths, seen := map[string]int{}, map[int]int{}, map[Question]bool{}
	for _, q := range questions {
		if seen[q] || q.Text == "" || q.Suggest != (q.Family == hardTyping) {
			t.Errorf("%+v is empty, asked twice or of the wrong kind", q)
		}
		seen[q] = true
		families[q.Family]++
		if q.Family == hardWords {
			lengths[len(strings.Fields(q.Text))]++
		}
	}
	for _, family := range []string{hardWords, hardShort, hardSlips, hardPrefixes, hardTyping} {
		if families[family] == 0 {
			t.Errorf("no questions of the family %s", family)
		}
	}
	if families[hardShort] != 36+36*36 {
		t.Errorf("%d of one and two letters", families[hardShort])
	}
	for n := 1; n <= 10; n++ {
		if lengths[n] == 0 {
			t.Errorf("no question of %d common words", n)
		}
	}
	if len(questions) > 10_000 {
		t.Errorf("%d questions", len(questions))
	}
}

func TestHardQuestionsOfFewTerms(t *testing.T) {
	for n := range 4 {
		for _, q := range Hard([]string{"a", "héé", "日本語"}[:min(n, 3)], 1) {
			if q.Text == "" || strings.ContainsRune(q.Text, '\ufffd') {
				t.Errorf("%d terms make %+v", n, q)
			}
		}
	}
}

func TestSlowestAsksTheSlowOnesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &fake{took: map[string]time.Duration{}}
		var questions []Question
		for i := range 50 {
			text := fmt.Sprintf("%02d", i)
			source.took[text] = time.Duration(i) * time.Millisecond
			questions = append(questions, Question{Family: "f", Text: text})
		}
		slow, err := Slowest(t.Context(), source, questions, 3, Options{Repeat: 2})
		if err != nil {
			t.Fatal(err)
		}
		want := []Slow{}
		for _, text := range []string{"49", "48", "47"} {
			want = append(want, Slow{Question{Family: "f", Text: text}, float64(source.took[text]) / 1e6, Unknown})
		}
		if !reflect.DeepEqual(slow, want) {
			t.Errorf("got %+v, want %+v", slow, want)
		}
		if len(source.texts) != 50+2*4*3 {
			t.Errorf("asked %d times", len(source.texts))
		}
	})
}

func TestSlowestLeavesNothingOut(t *testing.T) {
	late := errors.New("took too long")
	source := &fake{fails: map[string]error{"b": late}}
	if _, err := Slowest(t.Context(), source, []Question{{Text: "a"}, {Text: "b"}}, 1, Options{}); !errors.Is(err, late) {
		t.Errorf("a question without an answer gives %v", err)
	}
}
