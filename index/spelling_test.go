package index

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/spell"
	"pkgsearch/index/store"
)

// openSpelled opens an index that learns words and names however few they are.
func openSpelled(t *testing.T, dir string, st *store.Store) *Index {
	t.Helper()
	opts := testOptions()
	opts.SpellFrom = 1
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return ix
}

func rescore(t *testing.T, ix *Index) {
	t.Helper()
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// nearPackages gives packages of few words, so that they are frequent and near each other.
func nearPackages(r *rand.Rand, n int) ([]store.Package, map[string]uint64) {
	word := func() string {
		w := []byte(fmt.Sprintf("%c%s", 'k'+rune(r.IntN(2)), []string{"antern", "amp", "ittens", "ight"}[r.IntN(4)]))
		if r.IntN(4) == 0 {
			w[1+r.IntN(len(w)-1)] = 'a' + byte(r.IntN(4))
		}
		return string(w)
	}
	downloads := map[string]uint64{}
	packages := make([]store.Package, n)
	for i := range packages {
		name := fmt.Sprintf("%s-%s-%d", word(), word(), r.IntN(4))
		if r.IntN(6) == 0 {
			name = "@" + word() + "/" + word()
		}
		packages[i] = pkg(name, word()+" "+word()+"s")
		downloads[name] = uint64(r.ExpFloat64() * 1000)
	}
	return packages, downloads
}

func learned(t *testing.T, ix *Index) []byte {
	t.Helper()
	v := ix.Acquire()
	defer v.Release()
	if v.spelling == nil {
		t.Fatal("nothing was learned")
	}
	return v.spelling.append(nil)
}

func TestWordsAndNamesAreCounted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 4 {
		dir := t.TempDir()
		st := openStore(t, dir)
		ix := openSpelled(t, dir, st)
		packages, downloads := nearPackages(r, 300)
		if err := ix.Apply(t.Context(), store.Batch{Downloads: downloads}); err != nil {
			t.Fatal(err)
		}
		for chunk := range slices.Chunk(packages, 10+90*round) {
			apply(t, ix, chunk...)
		}
		for _, p := range packages[:40] { // and some withdrawn
			p.Status = store.Unpublished
			apply(t, ix, p)
		}
		rescore(t, ix)
		v := ix.Acquire()
		defer v.Release()
		wantWords, wantNames := counted(t, v)
		if got := append(wantWords.Append(nil), wantNames.Append(nil)...); !bytes.Equal(got, learned(t, ix)) {
			t.Errorf("%d words and %d names are not what a count gives", wantWords.Len(), wantNames.Len())
		}
	}
}

// counted is what should be learned of a view, from the names and the counts that searches see.
func counted(t *testing.T, v *View) (words, names *spell.Table) {
	t.Helper()
	use := map[string]uint32{}
	best := map[string]Used{}
	for _, s := range v.segments {
		for doc := range uint32(s.Len()) {
			if s.Deleted(doc) {
				continue
			}
			name, rank := s.Name(doc), s.Rank(doc)
			if b := best[Joined(name)]; !b.Found || likelier(name, rank, b.Name, b.Rank) {
				best[Joined(name)] = Used{name, rank, true}
			}
			for _, token := range NameTokens(name) {
				inNames, inTexts := docFreq(t, v, FieldWords, token.Text), docFreq(t, v, FieldDescription, Stem(token.Text))
				if n := max(inNames, inTexts); n >= leastUse && len(token.Text) >= 3 {
					use[token.Text] = uint32(n)
				}
			}
		}
	}
	var allWords, allNames []spell.Word
	for text, n := range use {
		allWords = append(allWords, spell.Word{Text: text, Use: n})
	}
	for joined, u := range best {
		allNames = append(allNames, spell.Word{Text: joined, Use: uint32(u.Rank.Downloads)})
	}
	return spell.New(allWords), spell.New(allNames)
}

func TestALookupKnowsWhatTheViewKnows(t *testing.T) {
	dir := t.TempDir()
	ix := openSpelled(t, dir, openStore(t, dir))
	packages, downloads := nearPackages(rand.New(rand.NewPCG(5, 6)), 200)
	if err := ix.Apply(t.Context(), store.Batch{Packages: packages, Downloads: downloads}); err != nil {
		t.Fatal(err)
	}
	apply(t, ix, packages[:20]...)
	v := ix.Acquire()
	defer v.Release()
	for range 2 { // a lookup, and the same one again
		l := v.Lookup()
		for _, p := range packages {
			for _, term := range []string{p.Name, Joined(p.Name), strings.Fields(p.Description)[0], "nowhere"} {
				for _, field := range []string{FieldJoined, FieldWords, FieldName, FieldDescription} {
					want := docFreq(t, v, field, term)
					for range 2 {
						if got, err := l.DocFreq(field, term); err != nil || got != want {
							t.Errorf("%s:%s is in %d packages, want %d (%v)", field, term, got, want, err)
						}
					}
				}
				used, err := l.MostUsed(FieldJoined, term)
				if n, _ := l.DocFreq(FieldJoined, term); err != nil || used.Found != (n > 0) || used.Found && Joined(used.Name) != term {
					t.Errorf("%s is the name of %v (%v)", term, used, err)
				}
			}
		}
		l.Close()
	}
}

func TestSpellingIsKeptAndMended(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openSpelled(t, dir, st)
	packages, downloads := nearPackages(rand.New(rand.NewPCG(1, 2)), 300)
	if err := ix.Apply(t.Context(), store.Batch{Packages: packages, Downloads: downloads}); err != nil {
		t.Fatal(err)
	}
	rescore(t, ix)
	want := learned(t, ix)
	path := filepath.Join(dir, "index", Domain, spellingFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	foreign := bytes.Replace(good[9:], ix.spellingOwner(), []byte("1 another store\n"), 1)
	for what, content := range map[string][]byte{
		"good": good, "missing": nil, "empty": {}, "truncated": good[:len(good)/2],
		"flipped": append(slices.Clone(good[:len(good)-1]), good[len(good)-1]^1),
		"foreign": append([]byte(checksumLine(foreign)+"\n"), foreign...),
	} {
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
		if content == nil {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		ix = openSpelled(t, dir, st)
		if got := learned(t, ix); !bytes.Equal(got, want) {
			t.Errorf("%s: another table is in use", what)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, good) {
			t.Errorf("%s: another file is left (%v)", what, err)
		}
	}
}

func TestFewPackagesAreWalked(t *testing.T) {
	dir := t.TempDir()
	ix := openIndex(t, dir, openStore(t, dir))
	apply(t, ix, pkg("lantern", "Light"))
	rescore(t, ix)
	apply(t, ix, pkg("lanterns", "More light"))
	v := ix.Acquire()
	defer v.Release()
	l := v.Lookup()
	defer l.Close()
	near, err := l.Names("lantarn", 2, 1e6, 9)
	var got []string
	for _, n := range near {
		got = append(got, n.Text)
	}
	if diff := cmp.Diff([]string{"lantern", "lanterns"}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
