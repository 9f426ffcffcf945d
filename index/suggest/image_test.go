package suggest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// imageOf is the table of some names, large enough to have every part.
func imageOf(t testing.TB, all map[string]known) []byte {
	t.Helper()
	b := NewBuilder()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := b.Add(name, Weigh(all[name].downloads, all[name].deprecated, all[name].held)); err != nil {
			t.Fatal(err)
		}
	}
	image, err := b.Image(t.Context(), "this store", 42)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func TestImageIsWhatWasAdded(t *testing.T) {
	all := someNames()
	table, err := Parse(imageOf(t, all))
	if err != nil {
		t.Fatal(err)
	}
	if table.ID != "this store" || table.LLN != 42 || table.Len() != len(all) || len(table.odd) == 0 || len(table.branches) == 0 {
		t.Errorf("table of store %q at change %d has %d names, %d odd ones, %d bytes of branches", table.ID, table.LLN, table.Len(), len(table.odd), len(table.branches))
	}
	for i, name := range slices.Sorted(maps.Keys(all)) {
		doc, ok := table.find(name)
		if got := table.name(doc); !ok || int(doc) != i || got != name {
			t.Fatalf("name %d is %q, want %q", doc, got, name)
		}
		at := uint32(table.begin(doc))
		if got := table.tail(nil, at); !bytes.Equal(got, asTyped(name)) || table.doc(at) != doc || !table.whole(at) {
			t.Fatalf("%q is folded to %q in document %d", name, got, table.doc(at))
		}
	}
}

// TestPlacesAreInOrder compares the list, what is shared and the blocks over it with their definitions.
func TestPlacesAreInOrder(t *testing.T) {
	table, err := Parse(imageOf(t, someNames()))
	if err != nil {
		t.Fatal(err)
	}
	tails := make([][]byte, table.starts)
	for i := range tails {
		at, _ := table.place(i)
		tails[i] = append(table.tail(nil, at), 0)
		if i > 0 {
			n := 0
			for n < min(len(tails[i]), len(tails[i-1])) && tails[i][n] == tails[i-1][n] {
				n++
			}
			if bytes.Compare(tails[i-1], tails[i]) > 0 || table.shared(i) != n {
				t.Fatalf("%q follows %q and shares %d letters, want %d", tails[i], tails[i-1], table.shared(i), n)
			}
		}
		weight, doc := readBest(table.best[0][bestSize*(i/fan):])
		if d := table.doc(at); heavier(table.weightAt(at, d), d, weight, doc) {
			t.Fatalf("%q is heavier than the best of its block", tails[i])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		i, n := rapid.IntRange(0, table.starts-1).Draw(t, "i"), rapid.IntRange(1, 60).Draw(t, "n")
		want := i + 1
		for want < table.starts && table.shared(want) >= n {
			want++
		}
		if got := table.after(i, n); got != want {
			t.Fatalf("after(%d, %d) is %d, want %d", i, n, got, want)
		}
		prefix := tails[i][:min(n, len(tails[i]))]
		if other := rapid.Bool().Draw(t, "other"); other && prefix[len(prefix)-1] != 0 {
			prefix = append(slices.Clone(prefix), 'q')
		}
		from, to := table.between(prefix)
		for j, tail := range tails {
			if begins := bytes.HasPrefix(tail, prefix); begins != (j >= from && j < to) {
				t.Fatalf("%q is in %d..%d for %q: place %d is %q", prefix, from, to, prefix, j, tail)
			}
		}
	})
}

func TestSameNamesSameImage(t *testing.T) {
	all := someNames()
	want := imageOf(t, all)
	for i, s := range setsOf(t, all) {
		b := NewBuilder()
		if err := s.Each(b.Add); err != nil {
			t.Fatal(err)
		}
		got, err := b.Image(t.Context(), "this store", 42)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("set %d gives another image", i)
		}
	}
}

func TestBuilderWantsOrder(t *testing.T) {
	b := NewBuilder()
	for _, name := range []string{"b", "c"} {
		if err := b.Add(name, 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"c", "a", ""} {
		if err := b.Add(name, 1); err == nil {
			t.Errorf("%q after c was taken", name)
		}
	}
}

func TestEmptyTable(t *testing.T) {
	table, err := Parse(imageOf(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"a", "abcdefgh", "a b"} {
		got, err := NewSet(table).Complete(t.Context(), text, 5)
		if err != nil || len(got) != 0 {
			t.Errorf("no names complete %q to %v (%v)", text, got, err)
		}
	}
}

// TestDamageIsNoticed cuts an image at every length and flips bits all over it.
func TestDamageIsNoticed(t *testing.T) {
	names := map[string]known{}
	for i := range 60 {
		names[fmt.Sprintf("Ａ-%d-name", i)] = known{downloads: uint64(i)}
	}
	image := imageOf(t, names)
	for n := range image {
		if _, err := Parse(image[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut at %d of %d: %v", n, len(image), err)
		}
	}
	if _, err := Parse(append(slices.Clone(image), 0)); !errors.Is(err, ErrDamaged) {
		t.Errorf("one byte too many: %v", err)
	}
	for at := range image {
		flipped := slices.Clone(image)
		flipped[at] ^= 1 << (at % 8)
		if _, err := Parse(flipped); !errors.Is(err, ErrDamaged) {
			t.Fatalf("bit %d of byte %d of %d flipped: %v", at%8, at, len(image), err)
		}
	}
	large, dice := imageOf(t, someNames()), rand.New(rand.NewPCG(1, 1))
	for range 300 {
		flipped := slices.Clone(large)
		for range 1 + dice.IntN(3) {
			flipped[dice.IntN(len(flipped))] ^= byte(1 + dice.IntN(255))
		}
		if _, err := Parse(flipped); !errors.Is(err, ErrDamaged) && !bytes.Equal(flipped, large) {
			t.Fatalf("flipped bits were not noticed: %v", err)
		}
	}
	if diff := cmp.Diff(nil, func() error { _, err := Parse(image); return err }()); diff != "" {
		t.Errorf("the image itself: %s", diff)
	}
}
