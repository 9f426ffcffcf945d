package bench

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPercentilesAreOfNearestRank(t *testing.T) {
	numbers := make([]int, 200)
	for i := range numbers {
		numbers[i] = 200 - i
	}
	if got, want := *spreadOf(numbers, 1), (Spread{Mean: 100.5, P50: 100, P95: 190, P99: 198, Max: 200}); got != want {
		t.Errorf("1 to 200 spread as %+v, want %+v", got, want)
	}
	if got, want := *spreadOf([]int{3}, 2), (Spread{1.5, 1.5, 1.5, 1.5, 1.5}); got != want {
		t.Errorf("one number spreads as %+v, want %+v", got, want)
	}
	if got := spreadOf[int](nil, 1); got != nil {
		t.Errorf("nothing spreads as %+v", got)
	}
}

func TestPercentilesAreMeasuredNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 300).Draw(t, "numbers")
		s := spreadOf(numbers, 1)
		for p, v := range map[int]float64{50: s.P50, 95: s.P95, 99: s.P99, 100: s.Max} {
			if !slices.Contains(numbers, int(v)) {
				t.Fatalf("p%d is %v, which is none of the numbers", p, v)
			}
			below, reached := 0, 0
			for _, n := range numbers {
				if float64(n) < v {
					below++
				}
				if float64(n) <= v {
					reached++
				}
			}
			if 100*reached < p*len(numbers) || 100*below >= p*len(numbers) {
				t.Fatalf("p%d is %v: %d of %d are below it, %d reach it", p, v, below, len(numbers), reached)
			}
		}
	})
}

func TestMedianIsOneThatWasMeasured(t *testing.T) {
	for _, c := range []struct{ took, want []time.Duration }{
		{[]time.Duration{5}, []time.Duration{5}},
		{[]time.Duration{9, 1}, []time.Duration{1}},
		{[]time.Duration{9, 1, 4}, []time.Duration{4}},
	} {
		if got := median(c.took); got != c.want[0] {
			t.Errorf("the median of %v is %v, want %v", c.took, got, c.want[0])
		}
	}
}
