package postings

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawDocument makes documents whose terms repeat, so that lists have many documents and documents many places.
func drawDocument(t *rapid.T) Document {
	tokens := func(label string, most int) []Token {
		var out []Token
		at := 0
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 6), 0, most).Draw(t, label) {
			at += rapid.SampledFrom([]int{0, 1, 1, 1, 3, 200}).Draw(t, "gap")
			out = append(out, Token{fmt.Sprintf("t%d", n), at})
		}
		return out
	}
	d := Document{Words: tokens("words", 4), Name: tokens("name", 3), Tags: tokens("tags", 5), Prose: tokens("prose", 8)}
	d.Lead = rapid.IntRange(0, 5).Draw(t, "lead")
	if rapid.Bool().Draw(t, "someone") {
		d.People = []string{"t1", "someone"}
	}
	return d
}

// drawDocuments makes many documents out of a few, so that lists of several blocks come up.
func drawDocuments(t *rapid.T) []Document {
	kinds := rapid.SliceOfN(rapid.Custom(drawDocument), 1, 8).Draw(t, "kinds")
	docs := make([]Document, rapid.IntRange(0, 900).Draw(t, "documents"))
	step := rapid.IntRange(1, 40).Draw(t, "step")
	for i := range docs {
		docs[i] = kinds[(i*i/step)%len(kinds)]
	}
	return docs
}

func listsOf(t rapid.TB, docs []Document) *Lists {
	var b Builder
	for _, d := range docs {
		b.Add(d)
	}
	raw, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	l, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// had is what a document has of a term, read from the document itself.
func had(d Document, kind Kind, term string) (h Hit, places [NumFields][]int, found bool) {
	read := func(f Field, tokens []Token, placed bool) {
		for _, tok := range tokens {
			if tok.Text == term {
				h.Freq[f]++
				h.Len[f] = uint32(len(tokens))
				found = true
				if placed {
					places[f] = append(places[f], tok.Position)
				}
			}
		}
	}
	switch kind {
	case Words:
		read(InName, d.Words, true)
	case Stems:
		read(InName, d.Name, false)
		read(InTags, d.Tags, true)
		read(InProse, d.Prose, true)
		for _, tok := range d.Prose[:min(d.Lead, len(d.Prose))] {
			h.Lead = h.Lead || tok.Text == term
		}
	case People:
		found = slices.Contains(d.People, term)
	}
	return h, places, found
}

func TestEveryListSaysWhatTheDocumentsHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocuments(t)
		l := listsOf(t, docs)
		for _, kind := range []Kind{Words, Stems, People} {
			for _, term := range []string{"t0", "t1", "t2", "t3", "t4", "t5", "t6", "someone", "nobody"} {
				c := l.Open(kind, term)
				count, df := 0, [NumFields]uint32{}
				for i, d := range docs {
					want, places, found := had(d, kind, term)
					if !found {
						continue
					}
					if c == nil || c.Doc != uint32(i) {
						t.Fatalf("%c %s: document %d is missing", kind, term, i)
					}
					if i%3 != 0 { // some are passed over unread
						if diff := cmp.Diff(want, *c.Hit()); diff != "" {
							t.Fatalf("%c %s in document %d (-want +got):\n%s", kind, term, i, diff)
						}
					}
					for f := range NumFields {
						if got := c.Places(f, nil); i%2 == 0 && !slices.Equal(got, places[f]) {
							t.Fatalf("%c %s in document %d stands at %v of field %d, want %v", kind, term, i, got, f, places[f])
						}
						if want.Freq[f] > 0 {
							df[f]++
						}
						if m := c.Most(); want.Freq[f] > m.Freq[f] || want.Freq[f] > 0 && want.Len[f] < m.Len[f] || want.Lead && !m.Lead {
							t.Fatalf("%c %s: %v is more than the most, %v", kind, term, want, m)
						}
					}
					count++
					c.Next()
				}
				if count == 0 {
					if c != nil {
						t.Fatalf("%c %s: a list of nothing", kind, term)
					}
					continue
				}
				if c.Doc != End || c.Len() != count || c.most.df != df {
					t.Fatalf("%c %s: at %d, %d documents, want the end and %d", kind, term, c.Doc, c.Len(), count)
				}
			}
		}
	})
}

func TestSeekFindsTheFirstDocumentNotBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocuments(t)
		l := listsOf(t, docs)
		c := l.Open(Stems, "t1")
		if c == nil {
			return
		}
		for doc := uint32(0); c.Doc != End; {
			doc = max(doc, c.Doc) + uint32(rapid.SampledFrom([]int{0, 1, 2, 7, 130, 400}).Draw(t, "on"))
			c.Seek(doc)
			want := uint32(End)
			for i := doc; int(i) < len(docs); i++ {
				if _, _, found := had(docs[i], Stems, "t1"); found {
					want = i
					break
				}
			}
			if c.Doc != want {
				t.Fatalf("sought %d, found %d, want %d", doc, c.Doc, want)
			}
			if c.Doc == End {
				return
			}
			hit, places, _ := had(docs[c.Doc], Stems, "t1")
			if diff := cmp.Diff(hit, *c.Hit()); diff != "" || !slices.Equal(c.Places(InProse, nil), places[InProse]) {
				t.Fatalf("document %d after seeking (-want +got):\n%s", c.Doc, diff)
			}
			if rapid.Bool().Draw(t, "next") {
				c.Next()
			}
		}
	})
}

func TestUntilPassesWhatIsBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocuments(t)
		l := listsOf(t, docs)
		c, one := l.Open(Stems, "t1"), l.Open(Stems, "t1")
		if c == nil {
			return
		}
		for c.Doc != End {
			to := c.Doc + uint32(rapid.SampledFrom([]int{0, 1, 2, 7, 130, 400}).Draw(t, "on"))
			var want []uint32
			for ; one.Doc < to; one.Next() {
				want = append(want, one.Doc)
			}
			if got := c.Until(to, nil); !slices.Equal(got, want) || c.Doc != one.Doc {
				t.Fatalf("until %d passed %v to %d, want %v to %d", to, got, c.Doc, want, one.Doc)
			}
			if c.Doc != End && *c.Hit() != *one.Hit() {
				t.Fatalf("document %d has %v, want %v", c.Doc, *c.Hit(), *one.Hit())
			}
			if c.Doc != End && rapid.Bool().Draw(t, "next") {
				c.Next()
				one.Next()
			}
		}
	})
}

func TestRunsJoinedAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocuments(t)
		var runs []*Lists
		for rest := docs; ; {
			n := rapid.IntRange(0, len(rest)).Draw(t, "run")
			runs = append(runs, listsOf(t, rest[:n]))
			if rest = rest[n:]; len(rest) == 0 {
				break
			}
		}
		joined, err := Join(runs)
		if err != nil {
			t.Fatal(err)
		}
		var b Builder
		for _, d := range docs {
			b.Add(d)
		}
		whole, err := b.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(joined, whole) {
			t.Fatal("the bytes differ")
		}
	})
}

func TestDamageIsFound(t *testing.T) {
	var b Builder
	for i := range 300 {
		b.Add(Document{Words: []Token{{"a", 1}, {fmt.Sprint("w", i), 2}}, Prose: []Token{{"a", 1}, {"a", 4}}, Lead: 1})
	}
	raw, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for n := range raw {
		if _, err := Parse(raw[:n]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	for at := range raw {
		flipped := bytes.Clone(raw)
		flipped[at] ^= 1 << (at % 8)
		if _, err := Parse(flipped); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("byte %d flipped: %v", at, err)
		}
	}
}

func TestTermsAreListedInOrder(t *testing.T) {
	l := listsOf(t, []Document{{Words: []Token{{"b", 1}, {"a", 2}, {"z", 3}}, People: []string{"x"}}})
	var got []string
	if err := l.Terms(Words, func(term string) bool { got = append(got, term); return term != "b" }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Fatalf("got %q", got)
	}
	if err := listsOf(t, nil).Terms(Stems, func(string) bool { return true }); err != nil {
		t.Fatal(err)
	}
}
