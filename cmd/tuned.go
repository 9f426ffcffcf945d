package cmd

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pkgsearch/eval"
	"pkgsearch/search"
)

// tuneFacts is what one needs to run a tuning again.
type tuneFacts struct {
	Version     string             `json:"version"`
	Metric      string             `json:"metric"`
	Queries     int                `json:"queries"`
	Digest      string             `json:"digest"` // of the queries
	Packages    int                `json:"packages"`
	Generation  string             `json:"generation"`
	Folds       int                `json:"folds"`
	Evaluations int                `json:"evaluations"`
	Size        int                `json:"size"`
	Seed        uint64             `json:"seed"`
	Weights     map[string]float64 `json:"weights"`
	Tuned       []string           `json:"tuned"` // settings
	Start       map[string]float64 `json:"start"` // all settings
}

func (a *app) tuneFacts(d *data, p tunePlan, o tuneOptions) tuneFacts {
	f := tuneFacts{Version: version(), Metric: p.metric.String(), Queries: len(p.queries), Digest: eval.Digest(p.queries), Folds: o.folds,
		Evaluations: o.most, Size: o.size, Seed: o.seed, Weights: p.options.Weights, Start: p.settings.Ranking.Settings()}
	for _, s := range p.options.Settings {
		f.Tuned = append(f.Tuned, s.Name)
	}
	if v := d.index.Acquire(); v != nil {
		defer v.Release()
		f.Packages, f.Generation = v.Count(), v.Generation
	}
	return f
}

// flags is how the command was called, files aside.
func (f tuneFacts) flags() string {
	var b strings.Builder
	fmt.Fprintf(&b, "--metric %s --folds %d --evaluations %d --size %d --seed %d", f.Metric, f.Folds, f.Evaluations, f.Size, f.Seed)
	for _, family := range slices.Sorted(maps.Keys(f.Weights)) {
		fmt.Fprintf(&b, " --weight %s=%g", family, f.Weights[family])
	}
	return b.String() + " --fields " + strings.Join(f.Tuned, ",")
}

func (a *app) printTuning(t *eval.Tuning, p tunePlan, o tuneOptions) error {
	if p.left > 0 {
		fmt.Fprintf(a.stderr, "queries left out because completions answer them: %d\n", p.left)
	}
	if o.asJSON {
		return writeJSON(a.stdout, t)
	}
	settings := newTable(a.stdout, "SETTING", ">FROM", ">TO", "FOLDS")
	settings.whole = true
	for _, s := range t.Settings {
		if s.From != s.To {
			settings.add(s.Name, number(s.From), number(s.To), numbers(s.Folds))
		}
	}
	gains := newTable(a.stdout, "FOLD", ">N", ">TRAIN", ">HELD OUT")
	for i, f := range t.Folds {
		gains.add(strconv.Itoa(i+1), strconv.Itoa(f.Queries), fmt.Sprintf("%+.4f", f.Train), fmt.Sprintf("%+.4f", f.HeldOut))
	}
	gains.whole = true
	for _, table := range []*table{settings, gains, a.changes(&t.HeldOut, "BEFORE", "HELD OUT")} {
		if len(table.rows) == 0 {
			continue
		}
		if err := table.flush(); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout)
	}
	_, err := fmt.Fprintf(a.stdout, "%s over all queries: %.4f before, %.4f after; mean gain %+.4f on what a fold was tuned on, %+.4f held out\n",
		p.metric, t.Before, t.After, t.Train, t.HeldOut.Mean.Mean)
	return err
}

// writeTuned writes all settings, so that the file means the same when the built-in ones move, and says why they
// are what they are.
func writeTuned(w io.Writer, f tuneFacts, t *eval.Tuning, start search.Ranking) error {
	r, changed := start, map[string]eval.TunedSetting{}
	for _, s := range t.Settings {
		var err error
		if r, err = r.With(s.Name, s.To); err != nil {
			return err
		}
		if s.From != s.To {
			changed[s.Name] = s
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# Ranking settings tuned by pkgsearch tune, for the key ranking.
# %d judged queries (digest %s), %d packages, index generation %s.
# %s
# %.1f evaluations were made; the log beside the first copy of this file has every move.
# %s: %.4f before, %.4f after. Gain: %+.4f on what a fold was tuned on, %+.4f held out, 95%% from %+.4f to %+.4f.
`, f.Queries, f.Digest, f.Packages, f.Generation, f.flags(), t.Evaluations, f.Metric, t.Before, t.After, t.Train, t.HeldOut.Mean.Mean, t.HeldOut.Mean.Low, t.HeldOut.Mean.High)
	for line := range strings.Lines(r.YAML()) {
		name, _, _ := strings.Cut(line, ":")
		if s, ok := changed[name]; ok {
			line = fmt.Sprintf("%s # was %s; folds %s\n", strings.TrimSuffix(line, "\n"), number(s.From), numbers(s.Folds))
		}
		b.WriteString(line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func numbers(values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = number(v)
	}
	return strings.Join(texts, " ")
}
