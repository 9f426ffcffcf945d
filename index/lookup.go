package index

import (
	"fmt"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"pkgsearch/index/store"
)

// Lookup answers what a query asks about single terms before it reads their postings, for one goroutine. It keeps
// dictionaries open and remembers answers, also for later queries of the same view, which never changes.
type Lookup struct {
	view  *View
	dicts map[dictionaryKey]segment.TermDictionary
	freqs map[termKey]int
	most  map[termKey]Used
	stems map[string]string

	term     []byte // of the present question
	list     segment.PostingsList
	postings segment.PostingsIterator
}

type dictionaryKey struct {
	segment int
	field   string
}

type termKey struct{ field, term string }

// Used is a package that goes by some term.
type Used struct {
	Name  string
	Rank  store.Rank
	Found bool // false: none does
}

// maxRemembered bounds the answers of each kind that a lookup keeps from one query to another, some 100 bytes each.
const maxRemembered = 8192

// Lookup opens a lookup, or one that was closed again. It must be closed before the view is released.
func (v *View) Lookup() *Lookup {
	if l, ok := v.lookups.Get().(*Lookup); ok {
		return l
	}
	return &Lookup{view: v, dicts: map[dictionaryKey]segment.TermDictionary{}, freqs: map[termKey]int{}, most: map[termKey]Used{}, stems: map[string]string{}}
}

// Close gives a lookup back, for others to use.
func (l *Lookup) Close() {
	if len(l.freqs) > maxRemembered {
		clear(l.freqs)
	}
	if len(l.most) > maxRemembered {
		clear(l.most)
	}
	if len(l.stems) > maxRemembered {
		clear(l.stems)
	}
	l.view.lookups.Put(l)
}

// DocFreq is the number of packages whose field holds the term, over the whole view: the same whatever the merges have made
// of the segments.
func (l *Lookup) DocFreq(field, term string) (int, error) {
	key := termKey{field, term}
	if n, known := l.freqs[key]; known {
		return n, nil
	}
	n, err := l.count(field, term)
	if err == nil {
		l.freqs[key] = n
	}
	return n, err
}

// Stem is index.Stem.
func (l *Lookup) Stem(word string) string {
	stem, known := l.stems[word]
	if !known {
		stem = Stem(word)
		l.stems[word] = stem
	}
	return stem
}

func (l *Lookup) count(field, term string) (int, error) {
	n := 0
	for i := range l.view.segments {
		list, err := l.open(i, field, term)
		if err != nil {
			return 0, err
		}
		n += int(list.Count())
	}
	return n, nil
}

// MostUsed gives the package that people most probably mean by a term of a field: the most downloaded,
// ties by name. One with a scope must be downloaded scopedDoubt times more than one without, since nobody
// types a scope by leaving it out; names that the registry holds come last.
func (l *Lookup) MostUsed(field, term string) (Used, error) {
	key := termKey{field, term}
	if u, known := l.most[key]; known {
		return u, nil
	}
	var best Used
	for i, s := range l.view.segments {
		list, err := l.open(i, field, term)
		if err != nil {
			return Used{}, err
		}
		if list.Count() == 0 {
			continue
		}
		l.postings = list.Iterator(false, false, false, l.postings)
		for {
			p, err := l.postings.Next()
			if err != nil {
				return Used{}, fmt.Errorf("read postings of %s:%q: %w", field, term, err)
			}
			if p == nil {
				break
			}
			doc := uint32(p.Number())
			if r := s.Rank(doc); !best.Found || likelier(string(s.NameBytes(doc)), r, best.Name, best.Rank) {
				best = Used{s.Name(doc), r, true}
			}
		}
	}
	l.most[key] = best
	return best, nil
}

// open reads the posting list of a term in a segment; it is good until the next one is opened.
func (l *Lookup) open(i int, field, term string) (segment.PostingsList, error) {
	dict, err := l.dictionary(i, field)
	if err != nil {
		return nil, err
	}
	l.term = append(l.term[:0], term...)
	list, err := dict.PostingsList(l.term, l.view.segments[i].deleted, l.list)
	if err != nil {
		return nil, fmt.Errorf("open postings of %s:%q: %w", field, term, err)
	}
	l.list = list
	return list, nil
}

func (l *Lookup) dictionary(i int, field string) (segment.TermDictionary, error) {
	key := dictionaryKey{i, field}
	dict := l.dicts[key]
	if dict == nil {
		var err error
		if dict, err = l.view.segments[i].segment.Dictionary(field); err != nil {
			return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
		}
		l.dicts[key] = dict
	}
	return dict, nil
}
