package search

import (
	"cmp"
	_ "embed" // the built-in synonyms
	"io"
	"slices"
	"strings"

	"pkgsearch/index"
)

//go:embed synonyms.txt
var builtinSynonyms string

// Bounds of a set of synonyms. No position of a query has more than maxSideWords * maxAlternatives expansions.
const (
	maxSideWords    = 5  // in one side of a line
	maxAlternatives = 32 // of one word or phrase
)

// Synonyms tells what else a word or phrase of a query may be called. It never changes once made, so any
// number of searches may share it; nil has no synonyms.
//
// A word or phrase is known by its letters and digits alone, inflections removed: "Web Sockets", "web-socket"
// and "websocket" are one. The list itself chains nothing: of a = b and b = c, a has only b.
type Synonyms struct {
	alternatives map[string][]alternative // by key; best first
	longest      int                      // words of the longest phrase that has alternatives
}

// alternative is one other way to say what its key says.
type alternative struct {
	saying
	weight float64
	line   int // of the file being read; 0 when it was there before
}

// saying is one side of a line.
type saying struct {
	words []string // folded
	key   string   // what it is known by
	form  string   // equal forms find the same packages
}

// Expansion is an alternative to a few words of a query.
type Expansion struct {
	Span   int      // words of the query that it replaces, 1 or more
	Words  []string // folded
	Weight float64  // what it is worth beside the words typed, in (0, 1]
}

// DefaultSynonyms reads the built-in synonyms.
func DefaultSynonyms() *Synonyms {
	s, err := ParseSynonyms(strings.NewReader(builtinSynonyms), "synonyms.txt")
	if err != nil {
		panic(err) // a test reads the same file
	}
	return s
}

// ParseSynonyms reads synonyms; docs/synonyms.md has the format. Errors say "name:line: ", what is wrong with the
// line and what to do about it.
func ParseSynonyms(r io.Reader, name string) (*Synonyms, error) {
	return (*Synonyms)(nil).Extend(r, name)
}

// Extend gives these synonyms changed by a file: it may add, give a pair another weight, and take away.
func (s *Synonyms) Extend(r io.Reader, name string) (*Synonyms, error) {
	rules, err := readRules(r, name)
	if err != nil {
		return nil, err
	}
	next := &Synonyms{alternatives: make(map[string][]alternative)}
	if s != nil {
		next.longest = s.longest
		for key, list := range s.alternatives {
			list = slices.Clone(list)
			for i := range list {
				list[i].line = 0
			}
			next.alternatives[key] = list
		}
	}
	for _, rule := range rules {
		if rule.remove {
			next.remove(rule)
		} else if err := next.add(rule); err != nil {
			return nil, err
		}
	}
	for _, list := range next.alternatives {
		slices.SortFunc(list, func(a, b alternative) int {
			return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.form, b.form))
		})
	}
	return next, nil
}

// Expand lists the alternatives to words[at:] that begin at at, where words are those of a Query: folded, each
// once. Longer spans come first, then heavier ones, then by their words. None says what its span already says.
func (s *Synonyms) Expand(words []string, at int) []Expansion { return s.expand(words, at, index.Stem) }

func (s *Synonyms) expand(words []string, at int, stem func(string) string) []Expansion {
	if s == nil || at < 0 || at >= len(words) {
		return nil
	}
	var all []Expansion
	for span := min(s.longest, len(words)-at); span > 0; span-- {
		typed := words[at : at+span]
		key := typed[0]
		if span > 1 {
			key = strings.Join(distinct(typed), "")
		}
		list := s.alternatives[stem(key)] // of their synonymKey
		if len(list) == 0 {
			continue
		}
		own := synonymForm(typed)
		for _, a := range list {
			if a.form != own {
				all = append(all, Expansion{span, slices.Clone(a.words), a.weight})
			}
		}
	}
	return all
}

// add takes in a rule. A pair that another file has said gets the new weight; one said twice by this file is a mistake.
func (s *Synonyms) add(r rule) error {
	for i, from := range r.from {
		s.longest = max(s.longest, len(from.words))
		for j, to := range r.to {
			if r.mutual && i == j {
				continue
			}
			a := alternative{to, r.weight, r.line}
			list := s.alternatives[from.key]
			at := slices.IndexFunc(list, func(b alternative) bool { return b.form == a.form })
			switch {
			case at < 0 && len(list) == maxAlternatives:
				return r.errorf("%q would have more than %d alternatives; take some away with a line like ! %s",
					from, maxAlternatives, from)
			case at < 0:
				s.alternatives[from.key] = append(list, a)
			case list[at].line != 0 && list[at].line != r.line:
				return r.errorf("%q for %q is already in line %d; keep one of the two", to, from, list[at].line)
			default:
				list[at] = a
			}
		}
	}
	return nil
}

// remove takes away what a rule names; that it is not there is no error, so that a file outlives changes to the
// one it extends.
func (s *Synonyms) remove(r rule) {
	switch {
	case r.all:
		clear(s.alternatives)
	case len(r.to) == 0:
		word := r.from[0].key
		delete(s.alternatives, word)
		for from := range s.alternatives {
			s.drop(from, word)
		}
	default:
		for i, from := range r.from {
			for j, to := range r.to {
				if !r.mutual || i != j {
					s.drop(from.key, to.key)
				}
			}
		}
	}
}

// drop takes the alternatives known as to away from a key.
func (s *Synonyms) drop(from, to string) {
	list := slices.DeleteFunc(s.alternatives[from], func(a alternative) bool { return a.key == to })
	if len(list) == 0 {
		delete(s.alternatives, from)
	} else {
		s.alternatives[from] = list
	}
}

func newSaying(words []string) saying {
	return saying{words, synonymKey(words), synonymForm(words)}
}

func (p saying) String() string { return strings.Join(p.words, " ") }

// synonymKey is what a phrase is known by: "web sockets" and "websocket" have one key. Repeated words count once,
// as they do in a query: "peer to peer" is asked for as "peer", "to".
func synonymKey(words []string) string {
	return index.Stem(strings.Join(distinct(words), ""))
}

// synonymForm tells phrases apart that find different packages: "web socket" is not "websocket", but "web sockets".
func synonymForm(words []string) string {
	stems := make([]string, 0, len(words))
	for _, w := range distinct(words) {
		stems = append(stems, index.Stem(w))
	}
	return strings.Join(stems, " ")
}

// distinct gives each word once, in order of first occurrence.
func distinct(words []string) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
