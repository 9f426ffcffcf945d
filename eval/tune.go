package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Setting is one number to tune; it stays within its bounds.
type Setting struct {
	Name            string
	Start, Min, Max float64
}

// Measure gives the figures of some queries, by number and in this order, for one choice of the settings' values.
// They must depend on nothing else.
type Measure func(ctx context.Context, values []float64, queries []int) ([]float64, error)

// TuneOptions say how to tune; the zero value of all but the settings is the default.
type TuneOptions struct {
	Settings    []Setting
	Folds       int                // parts of which each is held out once, 2 to 20; 0 for 5
	Factors     []float64          // by which settings are moved, one round each; nil for 2, 1.4 and 1.15
	Evaluations int                // times that all queries may be measured; 0 for 1000
	LeastGain   float64            // what is less is noise; 0 for 0.0005
	Weights     map[string]float64 // of families in the objective; those not named weigh 1
	Seed        uint64             // of the folds and the intervals
	Log         func(Step)         // called after each move that was tried
}

// Step is a move of one setting that was tried: first each alone, none of which is kept, then one on top of another.
type Step struct {
	Evaluation float64 `json:"evaluation"` // so far
	Fold       int     `json:"fold"`       // that is held out, from 1; 0 for none
	Round      int     `json:"round"`      // from 1; 0 for what comes after the folds
	Setting    string  `json:"setting"`
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	Gain       float64 `json:"gain"` // of the objective over the queries that are not held out
	Kept       bool    `json:"kept"`
}

// Tuning is what came of it.
type Tuning struct {
	Settings    []TunedSetting `json:"settings"`
	Folds       []Fold         `json:"folds"`
	Kept        bool           `json:"kept"`    // whether the held-out queries bear the changes out; if not, nothing is changed
	Before      float64        `json:"before"`  // objective over all queries, as it was
	After       float64        `json:"after"`   // with the tuned settings
	Train       float64        `json:"train"`   // mean gain of the folds on what they were tuned on
	HeldOut     Comparison     `json:"heldOut"` // each query with the settings of the fold that never saw it
	Evaluations float64        `json:"evaluations"`
}

// TunedSetting is a setting before and after, and what each fold made of it.
type TunedSetting struct {
	Name  string    `json:"name"`
	From  float64   `json:"from"`
	To    float64   `json:"to"`
	Folds []float64 `json:"folds"`
}

// Fold is the gains of one fold.
type Fold struct {
	Queries int     `json:"n"`       // held out
	Train   float64 `json:"train"`   // gain over all others
	HeldOut float64 `json:"heldOut"` // gain over these
}

const (
	defaultFolds       = 5
	defaultEvaluations = 1000
	defaultLeastGain   = 0.0005
	maxFolds           = 20
	maxEvaluations     = 100_000
)

func (o TuneOptions) withDefaults() (TuneOptions, error) {
	if o.Folds == 0 {
		o.Folds = defaultFolds
	}
	if o.Evaluations == 0 {
		o.Evaluations = defaultEvaluations
	}
	if o.LeastGain == 0 {
		o.LeastGain = defaultLeastGain
	}
	if o.Factors == nil {
		o.Factors = []float64{2, 1.4, 1.15}
	}
	if o.Log == nil {
		o.Log = func(Step) {}
	}
	switch {
	case len(o.Settings) == 0:
		return o, errors.New("there are no settings to tune")
	case o.Folds < 2 || o.Folds > maxFolds:
		return o, fmt.Errorf("folds are %d: they must be from 2 to %d", o.Folds, maxFolds)
	case o.Evaluations > maxEvaluations:
		return o, fmt.Errorf("evaluations are %d: at most %d are allowed", o.Evaluations, maxEvaluations)
	case o.Evaluations < 4*len(o.Settings):
		return o, fmt.Errorf("evaluations are %d: %d settings need %d at least", o.Evaluations, len(o.Settings), 4*len(o.Settings))
	}
	for _, s := range o.Settings {
		if !(s.Min <= s.Start && s.Start <= s.Max) {
			return o, fmt.Errorf("setting %s starts at %g: its bounds are %g and %g", s.Name, s.Start, s.Min, s.Max)
		}
	}
	return o, nil
}

// Check tells what would keep Tune from beginning.
func (o TuneOptions) Check(queries []Query) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	_, err = newFolds(queries, o)
	return err
}

// Tune looks for values of the settings with a better objective: the weighted mean over families of the mean
// figure of their queries. The queries are dealt into folds. For each fold a coordinate ascent climbs on all other
// queries, and the fold's own show whether what was gained holds for queries never seen. Settings that two folds
// of three moved the same way take the fold's median; then those that can go back without loss do. All is undone
// unless the held-out queries gain in the mean and in two folds of three.
func Tune(ctx context.Context, queries []Query, measure Measure, o TuneOptions) (*Tuning, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	parts, err := newFolds(queries, o)
	if err != nil {
		return nil, err
	}
	t := newTuner(measure, parts, o)
	if err := t.screen(ctx); err != nil {
		return nil, err
	}
	var climbed [][]float64
	left := len(queries) * (o.Evaluations - len(o.Settings) - 1) // the rest is for settle
	for fold := range o.Folds {
		t.allowed = t.asked + max(0, left-t.asked)/(o.Folds-fold)
		values, err := t.climb(ctx, fold)
		if err != nil {
			return nil, err
		}
		climbed = append(climbed, values)
	}
	t.allowed = math.MaxInt // bounded by what is left to do
	agreed, err := t.settle(ctx, climbed)
	if err != nil {
		return nil, err
	}
	return t.report(ctx, queries, climbed, agreed)
}
