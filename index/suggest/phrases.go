package suggest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
)

// phraseSupport is the number of packages whose names must have a phrase before it is part of the
// language: what fewer say is a name, and names are completed as such.
const phraseSupport = 3

// What is looked at for one text. Where names go on in fewer ways than this, which is nearly everywhere, every phrase is
// found; a publisher's program makes hundreds of thousands of names that begin alike.
const (
	maxTried = 2_000  // phrases of which the names are counted
	maxSeen  = 10_000 // places
)

// phrase is a run of words that stands in names.
type phrase struct {
	text   string  // folded, hyphens between the words
	weight float32 // the highest of the names with it
}

// phrases collects the k most used phrases that complete one text.
type phrases struct {
	parts  []part
	typed  []byte
	k      int
	top    []phrase        // most used first
	common map[string]bool // of the phrases met: whether enough names have it
	seen   int             // places
	tail   []byte          // scratch
}

func phrasesOf(parts []part, typed []byte, k int) *phrases {
	return &phrases{parts: parts, typed: typed, k: k, common: map[string]bool{}}
}

// Phrases gives at most k queries that the text may be the beginning of, folded, the most used first: with
// its last word completed, or with another word if that one is whole, by the words that stand beside each
// other in names. When no name goes on so, the first words are left out of account one after another.
func (s *Set) Phrases(ctx context.Context, text string, k int) ([]string, error) {
	typed := asTyped(text)
	words := typedWords(typed)
	if len(words) == 0 || len(words) > maxOrdered || typed[0] == '-' || k <= 0 {
		return nil, nil
	}
	for i := range words {
		begun := bytes.Join(words[i:], []byte{'-'})
		if typed[len(typed)-1] == '-' {
			begun = append(begun, '-')
		}
		p := phrasesOf(s.parts, begun, k)
		if err := p.collect(ctx); err != nil {
			return nil, err
		}
		if len(p.top) > 0 {
			return p.queries(words[:i]), nil
		}
	}
	return nil, nil
}

// queries writes the phrases behind the words left out, as they are typed.
func (p *phrases) queries(left [][]byte) []string {
	begin := string(bytes.Join(left, []byte{' '}))
	if begin != "" {
		begin += " "
	}
	out := make([]string, len(p.top))
	for i, t := range p.top {
		out[i] = begin + strings.ReplaceAll(t.text, "-", " ")
	}
	return out
}

func (p *phrases) floor() float32 {
	if len(p.top) < p.k {
		return 0
	}
	return p.top[p.k-1].weight
}

// collect goes through the names that go on so, the most used first, until no other can improve on what is found.
func (p *phrases) collect(ctx context.Context) error {
	for d := descend(p.parts, p.typed); ; p.seen++ {
		if p.seen%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		from, place := d.next()
		if from == nil || place.weight < p.floor() || p.seen == maxSeen || len(p.common) == maxTried {
			return nil
		}
		at, _ := from.place(int(place.index))
		p.tail = from.tail(p.tail[:0], at)
		text := phraseOf(p.tail, len(p.typed))
		if text != nil && p.improves(text, place.weight) && p.isCommon(from, int(place.index), text) {
			p.offer(phrase{string(text), place.weight})
		}
	}
}

// phraseOf is the beginning of a tail up to the end of the word that stands at or after the n letters
// typed; nil when nothing follows them, or separators stand side by side.
func phraseOf(tail []byte, n int) []byte {
	end := n
	if end < len(tail) && tail[end] == '-' {
		end++
	}
	for end < len(tail) && tail[end] != '-' {
		end++
	}
	if end == n || tail[end-1] == '-' {
		return nil
	}
	return tail[:end]
}

// improves tells whether a phrase would be kept if it is common.
func (p *phrases) improves(text []byte, weight float32) bool {
	for _, o := range p.top {
		if o.text == string(text) {
			return weight > o.weight
		}
	}
	if len(p.top) < p.k {
		return true
	}
	last := p.top[p.k-1]
	return weight > last.weight || weight == last.weight && string(text) < last.text
}

func (p *phrases) offer(n phrase) {
	if old := slices.IndexFunc(p.top, func(o phrase) bool { return o.text == n.text }); old >= 0 {
		p.top = slices.Delete(p.top, old, old+1)
	}
	at, _ := slices.BinarySearchFunc(p.top, n, func(a, b phrase) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.text, b.text))
	})
	p.top = slices.Insert(p.top, at, n)
	p.top = p.top[:min(len(p.top), p.k)]
}

// isCommon tells whether enough names have a phrase, which stands at the i-th place of a part. It looks no further
// than it must.
func (p *phrases) isCommon(at *part, i int, text []byte) bool {
	common, known := p.common[string(text)]
	if known {
		return common
	}
	n, all := at.beside(i, text, phraseSupport)
	if !all {
		n = at.having(text, phraseSupport)
	}
	for j := range p.parts {
		if o := &p.parts[j]; o != at && n < phraseSupport {
			n += o.having(text, phraseSupport-n)
		}
	}
	p.common[string(text)] = n >= phraseSupport
	return n >= phraseSupport
}

// beside counts the names with a phrase that stands at the i-th place, up to a limit, while they stand side by side: all
// tells whether that is enough.
func (p *part) beside(i int, phrase []byte, limit int) (n int, all bool) {
	var docs [phraseSupport]uint32
	count := func(j int) (has bool, letter byte) {
		at, _ := p.place(j)
		letter = p.letter(int(at) + len(phrase))
		if has = letter == 0 || letter == '-'; has {
			if doc := p.doc(at); !p.isHidden(doc) && p.weight(doc) >= 0 && !slices.Contains(docs[:n], doc) {
				docs[n] = doc
				n++
			}
		}
		return has, letter
	}
	shares := func(j int) bool { return j > 0 && j < p.starts && p.shared(j) >= len(phrase) }
	for j := i; n < limit; j-- {
		if has, _ := count(j); !has {
			return n, false // in between
		}
		if !shares(j) {
			break
		}
	}
	for j := i + 1; n < limit && shares(j); j++ {
		if has, letter := count(j); !has {
			return n, letter > '-'
		}
	}
	return n, true
}

// having counts the names with a phrase, up to a limit.
func (p *part) having(phrase []byte, limit int) int {
	var docs []uint32
	for _, end := range []byte{0, '-'} {
		from, to := p.between(append(phrase[:len(phrase):len(phrase)], end))
		for i := from; i < to && len(docs) < limit; i++ {
			at, _ := p.place(i)
			if doc := p.doc(at); !p.isHidden(doc) && p.weight(doc) >= 0 && !slices.Contains(docs, doc) {
				docs = append(docs, doc)
			}
		}
	}
	return len(docs)
}
