package bench

import (
	"maps"
	"slices"
	"time"
)

// What the lines over several families are called.
const (
	AllSearches    = "(all searches)"
	AllSuggestions = "(all suggestions)"
)

// Run is the figures of one replay.
type Run struct {
	Engine    string   `json:"engine"`
	Way       string   `json:"way"`   // how the engine was asked
	State     string   `json:"state"` // of caches: cold or warm
	Clients   int      `json:"clients"`
	Questions int      `json:"n"`
	Seconds   float64  `json:"seconds"` // for all that is counted
	PerSec    float64  `json:"per_second"`
	Families  []Family `json:"families"`        // by name, and after them those of all searches and of all suggestions
	Error     string   `json:"error,omitempty"` // the first of a question without an answer

	asked   []asked
	failure error // Error
}

// Family is the figures of the questions of one kind.
type Family struct {
	Name      string `json:"family"`
	Questions int    `json:"n"`
	Errors    int    `json:"errors"` // questions without an answer in any pass

	// Of each question the median over the passes counts, which is a time that it did take: the best would leave out what
	// collecting garbage costs, the mean would let one interruption count for a slow question.
	Milliseconds *Spread `json:"ms,omitempty"`
	// Every asking counts, with what the machine was busy with besides.
	Askings *Spread `json:"askings_ms,omitempty"`
	// Answers a second of one family alone, from its latencies and the number of clients; of all, from the time for all.
	PerSec float64 `json:"per_second"`
	Scored *Spread `json:"scored,omitempty"` // documents scored a question, where the source tells
}

func (r *replay) run(wall time.Duration) *Run {
	run := &Run{Clients: r.options.Clients, Questions: len(r.questions), Seconds: wall.Seconds(), asked: r.asked}
	answers := 0
	for _, a := range r.asked {
		answers += len(a.took)
		if a.err != nil && run.Error == "" {
			run.Error, run.failure = a.err.Error(), a.err
		}
	}
	run.PerSec = float64(answers) / wall.Seconds()
	byFamily := grouped(r.questions)
	for _, name := range familyNames(byFamily) {
		run.Families = append(run.Families, r.family(name, byFamily[name]))
	}
	return run
}

// grouped gives the numbers of the questions of each family, and of all searches and all suggestions.
func grouped(questions []Question) map[string][]int {
	groups := map[string][]int{}
	for i, q := range questions {
		groups[q.Family] = append(groups[q.Family], i)
		all := AllSearches
		if q.Suggest {
			all = AllSuggestions
		}
		groups[all] = append(groups[all], i)
	}
	return groups
}

// familyNames is in the order in which they are shown.
func familyNames(groups map[string][]int) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		if name != AllSearches && name != AllSuggestions {
			names = append(names, name)
		}
	}
	for _, name := range []string{AllSearches, AllSuggestions} {
		if len(groups[name]) > 0 {
			names = append(names, name)
		}
	}
	return names
}

func (r *replay) family(name string, members []int) Family {
	f := Family{Name: name, Questions: len(members)}
	var medians, all []time.Duration
	var scored []int
	for _, i := range members {
		a := r.asked[i]
		if a.err != nil {
			f.Errors++
		}
		if len(a.took) == 0 {
			continue
		}
		medians = append(medians, median(a.took))
		all = append(all, a.took...)
		if a.scored != Unknown {
			scored = append(scored, a.scored)
		}
	}
	f.Milliseconds, f.Askings = spreadOf(medians, 1e6), spreadOf(all, 1e6)
	f.Scored = spreadOf(scored, 1)
	if f.Askings != nil && f.Askings.Mean > 0 {
		f.PerSec = float64(r.options.Clients) * 1000 / f.Askings.Mean
	}
	return f
}

// family finds figures by name; nil when there are none.
func (r *Run) family(name string) *Family {
	for i := range r.Families {
		if r.Families[i].Name == name {
			return &r.Families[i]
		}
	}
	return nil
}
