package score_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"pkgsearch/index/score"
)

// weights are any three floats, NaN and infinities among them.
func weights() *rapid.Generator[score.Weights] {
	one := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64(),
		rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}))
	return rapid.Custom(func(t *rapid.T) score.Weights {
		return score.Weights{Quality: one.Draw(t, "quality"), Popularity: one.Draw(t, "popularity"), Maintenance: one.Draw(t, "maintenance")}
	})
}

func scores() *rapid.Generator[score.Scores] {
	one := rapid.Float32Range(0, 1)
	return rapid.Custom(func(t *rapid.T) score.Scores {
		return score.Scores{Popularity: one.Draw(t, "popularity"), Quality: one.Draw(t, "quality"), Maintenance: one.Draw(t, "maintenance")}
	})
}

func TestBlendStaysWithinTheScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := scores().Draw(t, "scores"), weights().Draw(t, "weights")
		low := float64(min(s.Popularity, s.Quality, s.Maintenance))
		high := float64(max(s.Popularity, s.Quality, s.Maintenance))
		if got := w.Blend(s); !(got >= low-1e-12 && got <= high+1e-12) {
			t.Errorf("%+v blends %+v to %v", w, s, got)
		}
	})
}

func TestBlend(t *testing.T) {
	s := score.Scores{Popularity: 1, Quality: 0.5, Maintenance: 0}
	usual := score.DefaultWeights().Blend(s)
	for name, c := range map[string]struct {
		w    score.Weights
		want float64
	}{
		"quality alone":     {score.Weights{Quality: 0.2}, 0.5},
		"popularity alone":  {score.Weights{Popularity: 1}, 1},
		"maintenance alone": {score.Weights{Maintenance: 7}, 0},
		"equal":             {score.Weights{Quality: 1, Popularity: 1, Maintenance: 1}, 0.5},
		"default":           {score.DefaultWeights(), (0.98 + 0.65*0.5) / (0.65 + 0.98 + 0.5)},
		"huge":              {score.Weights{Quality: math.MaxFloat64, Popularity: math.MaxFloat64, Maintenance: math.MaxFloat64}, 0.5},
		"all zero":          {score.Weights{}, usual},
		"negative":          {score.Weights{Quality: 1, Popularity: -1}, usual},
		"not a number":      {score.Weights{Quality: math.NaN(), Popularity: 1}, usual},
		"infinite":          {score.Weights{Quality: math.Inf(1)}, usual},
	} {
		if got := c.w.Blend(s); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPriorIsAPositiveFactor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := scores().Draw(t, "scores"), weights().Draw(t, "weights")
		deprecated, held := rapid.Bool().Draw(t, "deprecated"), rapid.Bool().Draw(t, "held")
		if got := score.Prior(s, w, deprecated, held); !(got > 0 && got <= 1) {
			t.Errorf("prior is %v", got)
		}
	})
}

func TestPriorIncreasesWithTheBlend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := scores().Draw(t, "one"), scores().Draw(t, "other")
		w := weights().Draw(t, "weights")
		deprecated, held := rapid.Bool().Draw(t, "deprecated"), rapid.Bool().Draw(t, "held")
		if w.Blend(a) > w.Blend(b) {
			a, b = b, a
		}
		if low, high := score.Prior(a, w, deprecated, held), score.Prior(b, w, deprecated, held); low > high {
			t.Errorf("blends %v, %v have priors %v, %v", w.Blend(a), w.Blend(b), low, high)
		}
	})
}

func TestPenaltiesOrderThePriors(t *testing.T) {
	w := score.DefaultWeights()
	best, worst := score.Scores{Popularity: 1, Quality: 1, Maintenance: 1}, score.Scores{}
	if got := score.Prior(best, w, false, false); got != 1 {
		t.Errorf("the best prior is %v, want 1", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := scores().Draw(t, "scores")
		if alive, dead := score.Prior(s, w, false, false), score.Prior(s, w, true, false); dead > alive/3 {
			t.Errorf("deprecated %v, its twin %v", dead, alive)
		}
	})
	if held, dead := score.Prior(best, w, false, true), score.Prior(worst, w, true, false); held >= dead {
		t.Errorf("the best placeholder has %v, the worst deprecated package %v", held, dead)
	}
}
