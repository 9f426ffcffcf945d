package associate

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Limits of what is learned of packages.
const (
	maxPackages = 40_000 // the most used; learning takes time with the square, and a number has 16 bits
	maxPeers    = 24     // of one package
)

// Peer is a package that others speak of as of another.
type Peer struct {
	Name     string
	Likeness float32 // in (0,1], the surer the more is said of both
}

// Peers tells which packages can stand for one another; nil and the zero value know none. It is immutable
// and takes 4 bytes a pair.
type Peers struct {
	called []string // ascending: names as people say them
	names  []string // of the packages that are called so
	lists  [][]pair
}

// pair is one package beside another: its number, and the likeness in units of 1/likenessUnits.
type pair struct{ other, likeness uint16 }

const likenessUnits = math.MaxUint16

// Of gives the peers of what is called so, the likeliest first.
func (p *Peers) Of(called string) []Peer {
	if p == nil {
		return nil
	}
	i, found := slices.BinarySearch(p.called, called)
	if !found {
		return nil
	}
	var peers []Peer
	for _, o := range p.lists[i] {
		peers = append(peers, Peer{p.names[o.other], float32(o.likeness) / likenessUnits})
	}
	return peers
}

// Len is the number of packages known.
func (p *Peers) Len() int {
	if p == nil {
		return 0
	}
	return len(p.called)
}

// write adds a line a package: what it is called, its name, and the numbers of its peers with their likeness.
func (p *Peers) write(b *bytes.Buffer) {
	for i, called := range p.called {
		b.WriteString(called + "\t" + p.names[i])
		for _, o := range p.lists[i] {
			fmt.Fprintf(b, "\t%d\t%d", o.other, o.likeness)
		}
		b.WriteByte('\n')
	}
}

// parsePeers reads what write wrote.
func parsePeers(text string) (*Peers, error) {
	p := &Peers{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		n := len(p.called)
		if len(cells)%2 != 0 || len(cells) > 2+2*maxPeers || cells[0] == "" || n > 0 && p.called[n-1] >= cells[0] || n == maxPackages {
			return nil, fmt.Errorf("line %d of the peers has %d cells and begins with %.20q", n+1, len(cells), cells[0])
		}
		list := make([]pair, 0, len(cells)/2-1)
		for i := 2; i < len(cells); i += 2 {
			other, err1 := strconv.ParseUint(cells[i], 10, 16)
			likeness, err2 := strconv.ParseUint(cells[i+1], 10, 16)
			if err := cmp.Or(err1, err2); err != nil || likeness == 0 {
				return nil, fmt.Errorf("line %d of the peers has the pair %.20q %.20q", n+1, cells[i], cells[i+1])
			}
			list = append(list, pair{uint16(other), uint16(likeness)})
		}
		p.called = append(p.called, strings.Clone(cells[0])) // not to keep the whole text
		p.names, p.lists = append(p.names, strings.Clone(cells[1])), append(p.lists, list)
	}
	for i, list := range p.lists {
		for _, o := range list {
			if int(o.other) >= len(p.names) {
				return nil, fmt.Errorf("line %d of the peers has the peer %d of %d", i+1, o.other, len(p.names))
			}
		}
	}
	return p, nil
}
