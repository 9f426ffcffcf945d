package associate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// shop is a package and what it says.
type shop struct {
	weight uint64
	name   string
	words  string
}

// shops are packages of two trades. What the tools say of themselves has no word in common; others name them.
func shops() []shop {
	all := []shop{{900, "hammer", "drives nails"}, {800, "mallet", "wooden thing"}, {700, "kettle", "hot water"}, {600, "tea-pot", "porcelain"}}
	for i := range 20 {
		all = append(all,
			shop{10, fmt.Sprint("joiner", i), fmt.Sprintf("workbench %s for carpenters%d", []string{"hammer", "mallet"}[i%2], i%3)},
			shop{10, fmt.Sprint("host", i), fmt.Sprintf("kitchen %s of guests%d", []string{"kettle", "tea pot"}[i%2], i%3)})
	}
	return all
}

func peersOf(t *testing.T, all []shop) *Peers {
	t.Helper()
	l := PeerLearner{Sense: func(w string) string {
		if w == "for" || w == "of" {
			return ""
		}
		return w
	}}
	for _, s := range all {
		l.Add(s.weight, s.name, strings.ReplaceAll(s.name, "-", ""), strings.Fields(s.words))
	}
	p, err := l.Learn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPackagesSpokenOfAlikeArePeers(t *testing.T) {
	p := peersOf(t, shops())
	for called, want := range map[string]string{"hammer": "mallet", "mallet": "hammer", "kettle": "tea-pot", "teapot": "kettle"} {
		peers := p.Of(called)
		of := func(name string) int { return slices.IndexFunc(peers, func(p Peer) bool { return p.Name == name }) }
		if of(want) < 0 || len(peers) > maxPeers {
			t.Errorf("%s: %s is not among %v", called, want, peers)
		}
		if wrong := map[bool]string{true: "kettle", false: "mallet"}[strings.HasPrefix(want, "mallet") || want == "hammer"]; of(wrong) >= 0 {
			t.Errorf("%s: %s is of another trade: %v", called, wrong, peers)
		}
		for i, o := range peers {
			if strings.ReplaceAll(o.Name, "-", "") == called || o.Likeness <= 0 || o.Likeness > 1 || i > 0 && o.Likeness > peers[i-1].Likeness {
				t.Errorf("%s: %v at %d of %v", called, o, i, peers)
			}
		}
	}
	if p.Of("for") != nil || p.Of("unheard") != nil || (*Peers)(nil).Of("hammer") != nil {
		t.Error("what is no package has peers")
	}
}

func TestOrderOfPackagesDoesNotMatter(t *testing.T) {
	all := shops()
	all = append(all, shop{5, "ham-mer", "another of the name"}) // the less used one does not have it
	want := (&Table{Peers: peersOf(t, all)}).Bytes()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := (&Table{Peers: peersOf(t, all)}).Bytes(); !bytes.Equal(got, want) {
			t.Fatalf("another order teaches\n%s\nnot\n%s", got, want)
		}
	}
}

func TestOfTooManyPackagesTheHeaviestStay(t *testing.T) {
	var l PeerLearner
	for i := range MaxTexts + 10 {
		l.Add(uint64(i/2), fmt.Sprintf("p%07d", i), "", nil)
	}
	least := l.said[0]
	if len(l.said) != MaxTexts || least.weight != 5 {
		t.Errorf("%d packages are kept, the lightest weighs %d", len(l.said), least.weight)
	}
}

func TestPeersAreWrittenAndRead(t *testing.T) {
	for _, words := range []map[string][]Neighbour{{}, {"nail": {{"screw", 0.75}}}} {
		want := &Table{words: words, Peers: peersOf(t, shops())}
		got, err := Parse(want.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) || got.Len() != len(words) || got.Peers.Len() != want.Peers.Len() {
			t.Errorf("wrote\n%s\nread\n%s", want.Bytes(), got.Bytes())
		}
	}
	for _, bad := range []string{"a\n", "\ta\n", "a\ta\t0\n", "a\ta\t1\t5\n", "a\ta\t0\t0\n", "a\ta\t0\t70000\n", "a\ta\t-1\t5\n", "a\ta\tx\t5\n",
		"b\tb\na\ta\n", "a\ta\na\tb\n", "a\ta" + strings.Repeat("\t0\t1", maxPeers+1) + "\n"} {
		if _, err := Parse([]byte("\n" + bad)); err == nil {
			t.Errorf("%.20q is read without complaint", bad)
		}
	}
}

func TestLearningPeersEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var l PeerLearner
	l.Add(1, "hammer", "hammer", []string{"nails"})
	if _, err := l.Learn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
