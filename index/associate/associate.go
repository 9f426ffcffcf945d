// Package associate learns which words go together from the texts of a corpus: "winston", "bunyan" and
// "pino" are all found beside "logger" and "transport", so each is a hint at the others, though no text
// may hold two of them; and which packages are spoken of alike. It promises the same table for the same texts, on any machine.
package associate

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Limits of what is learned; they bound memory and time whatever the size of the corpus.
const (
	MaxTexts     = 400_000 // beyond them texts are left out
	maxWords     = 12_000  // the most frequent ones
	minTexts     = 8       // a word in fewer has no company to be known by
	commonShare  = 0.18    // a word in more texts than this goes with everything
	wordsOfText  = 30      // of one text, so that a list of everything teaches nothing
	maxCompany   = 2_000   // words whose company one word keeps
	minTogether  = 2       // texts that must share two words before they count as company
	minNeighbour = 0.6     // cosine of the least association kept
	maxNeighbour = 8       // associations kept of a word
)

// Neighbour is a word associated with another.
type Neighbour struct {
	Word     string
	Likeness float32 // cosine of the two words' vectors, in (0,1]
}

// Table holds the associations learned; the zero value knows none. It is immutable.
type Table struct {
	words map[string][]Neighbour
	Peers *Peers // of packages
}

// Of gives a word's associations, the closest first.
func (t *Table) Of(word string) []Neighbour {
	if t == nil {
		return nil
	}
	return t.words[word]
}

// Len is the number of words that have associations.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return len(t.words)
}

// Bytes writes a table as text: a line a word, with its associations and their likeness, then an empty line
// and a line a package.
func (t *Table) Bytes() []byte {
	var b bytes.Buffer
	for _, word := range sortedKeys(t.words) {
		b.WriteString(word)
		for _, n := range t.words[word] {
			fmt.Fprintf(&b, "\t%s\t%s", n.Word, strconv.FormatFloat(float64(n.Likeness), 'g', -1, 32))
		}
		b.WriteByte('\n')
	}
	if t.Peers.Len() > 0 {
		b.WriteByte('\n')
		t.Peers.write(&b)
	}
	return b.Bytes()
}

// Parse reads what Bytes wrote.
func Parse(text []byte) (*Table, error) {
	t := &Table{words: map[string][]Neighbour{}}
	words, packages := string(text), ""
	if rest, found := strings.CutPrefix(words, "\n"); found {
		words, packages = "", rest
	} else if head, rest, found := strings.Cut(words, "\n\n"); found {
		words, packages = head, rest
	}
	var err error
	if t.Peers, err = parsePeers(packages); err != nil {
		return nil, err
	}
	n := 0
	for line := range strings.Lines(words) {
		n++
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[0] == "" || len(cells)%2 == 0 || len(cells) > 1+2*maxNeighbour {
			return nil, fmt.Errorf("line %d of the associations has %d cells", n, len(cells))
		}
		var list []Neighbour
		for i := 1; i < len(cells); i += 2 {
			v, err := strconv.ParseFloat(cells[i+1], 32)
			if err != nil || !(v > 0 && v < 1.001) || math.IsNaN(v) {
				return nil, fmt.Errorf("line %d of the associations has the likeness %.20q", n, cells[i+1])
			}
			list = append(list, Neighbour{strings.Clone(cells[i]), float32(v)})
		}
		t.words[strings.Clone(cells[0])] = list
	}
	return t, nil
}
