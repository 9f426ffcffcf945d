package zapfile

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	bindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
	"github.com/google/go-cmp/cmp"
)

// testFields are some, and one that stays empty.
func testFields() []Field {
	return []Field{
		{Name: "tags", Options: uint64(bindex.IndexField | bindex.SkipFreqNorm)},
		{Name: "words", Options: uint64(bindex.IndexField | bindex.SkipFreqNorm)},
		{Name: "prose", Options: uint64(bindex.IndexField | bindex.SkipFreqNorm)},
		{Name: "empty", Options: uint64(bindex.IndexField | bindex.SkipFreqNorm)},
	}
}

type testDoc struct {
	id     string
	tokens [3][]string // by field
}

// randomDocs have terms in many documents, in some, and in one.
func randomDocs(dice *rand.Rand, n int) []testDoc {
	docs := make([]testDoc, n)
	for i := range docs {
		docs[i].id = fmt.Sprintf("doc-%d", dice.IntN(1<<30)*n+i)
		for f := range docs[i].tokens {
			for range dice.IntN(6) {
				word := fmt.Sprintf("w%d", dice.IntN(1+dice.IntN(1+dice.IntN(3*n))))
				docs[i].tokens[f] = append(docs[i].tokens[f], word)
				if dice.IntN(3) == 0 {
					docs[i].tokens[f] = append(docs[i].tokens[f], word)
				}
			}
		}
	}
	return docs
}

func (d testDoc) add(p *Part) {
	p.Begin(d.id)
	for f, tokens := range d.tokens {
		for _, word := range tokens {
			p.Add(f, word)
		}
	}
}

// stream is an analyzer whose answer is known.
type stream []string

func (s stream) Analyze([]byte) analysis.TokenStream {
	var out analysis.TokenStream
	for i, word := range s {
		out = append(out, &analysis.Token{Term: []byte(word), Position: i + 1})
	}
	return out
}

func write(t *testing.T, docs []testDoc, partSize int) segment.Segment {
	t.Helper()
	var parts []*Part
	for run := range slices.Chunk(docs, partSize) {
		p := NewPart(testFields())
		for _, d := range run {
			d.add(p)
		}
		p.Seal()
		if len(parts)%2 == 1 {
			if err := p.Spill(filepath.Join(t.TempDir(), "part")); err != nil {
				t.Fatal(err)
			}
		}
		parts = append(parts, p)
	}
	path := filepath.Join(t.TempDir(), "ours.zap")
	if err := Write(t.Context(), path, testFields(), parts, 2); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

func open(t *testing.T, path string) segment.Segment {
	t.Helper()
	seg, err := (&zap.ZapPlugin{}).Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seg.Close() })
	return seg
}

// bleves is the segment that Bleve makes of the documents.
func bleves(t *testing.T, docs []testDoc) segment.Segment {
	t.Helper()
	var in []bindex.Document
	for _, d := range docs {
		doc := document.NewDocument(d.id)
		for f, tokens := range d.tokens {
			if len(tokens) > 0 {
				field := testFields()[f]
				doc.AddField(document.NewTextFieldCustom(field.Name, nil, nil, bindex.FieldIndexingOptions(field.Options), stream(tokens)))
			}
		}
		doc.AddIDField()
		doc.VisitFields(func(f bindex.Field) { f.Analyze() })
		in = append(in, doc)
	}
	seg, _, err := (&zap.ZapPlugin{}).New(in)
	if err != nil {
		t.Fatal(err)
	}
	return seg
}

// contents writes down all that a segment holds.
func contents(t *testing.T, seg segment.Segment) []string {
	t.Helper()
	var out []string
	for doc := range seg.Count() {
		id, err := seg.DocID(doc)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("document %d is %s", doc, id))
	}
	if file, ok := seg.(segment.PersistedSegment); ok {
		ids, err := OpenIDs(file.Path())
		if err != nil {
			t.Fatal(err)
		}
		if n := ids.Len(); n != int(seg.Count()) {
			t.Errorf("%d ids of %d documents", n, seg.Count())
		}
		for doc := range ids.Len() {
			if want := fmt.Sprintf("document %d is %s", doc, ids.At(uint32(doc))); want != out[doc] {
				t.Errorf("read in place, %s, but %s", want, out[doc])
			}
		}
	}
	for _, field := range slices.Sorted(slices.Values(seg.Fields())) {
		dict, err := seg.Dictionary(field)
		if err != nil {
			t.Fatal(err)
		}
		for words := dict.AutomatonIterator(nil, nil, nil); ; {
			entry, err := words.Next()
			if err != nil {
				t.Fatal(err)
			}
			if entry == nil {
				break
			}
			list, err := dict.PostingsList([]byte(entry.Term), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprintf("%s:%s in %d:", field, entry.Term, list.Count())
			for it := list.Iterator(false, false, false, nil); ; {
				p, err := it.Next()
				if err != nil {
					t.Fatal(err)
				}
				if p == nil {
					break
				}
				line += fmt.Sprintf(" %d", p.Number())
			}
			out = append(out, line)
		}
	}
	return out
}

func TestHoldsWhatBleveWouldWrite(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 50, 3000} {
		docs := randomDocs(dice, n)
		if diff := cmp.Diff(contents(t, bleves(t, docs)), contents(t, write(t, docs, 700))); diff != "" {
			t.Errorf("%d documents (-bleve's +ours):\n%s", n, diff)
		}
	}
}

func TestSizeOfPartsMakesNoDifference(t *testing.T) {
	docs := randomDocs(rand.New(rand.NewPCG(3, 4)), 500)
	want := contents(t, write(t, docs, 500))
	for _, size := range []int{1, 7, 499} {
		if diff := cmp.Diff(want, contents(t, write(t, docs, size))); diff != "" {
			t.Errorf("parts of %d (-whole +parts):\n%s", size, diff)
		}
	}
}

// TestMergesLikeBleves: what becomes of a base segment in the end is Bleve's to decide.
func TestMergesLikeBleves(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	first, second := randomDocs(dice, 2500), randomDocs(dice, 300)
	drop := roaring.BitmapOf(0, 17, 2499)
	merge := func(a segment.Segment) segment.Segment {
		path := filepath.Join(t.TempDir(), "merged.zap")
		_, _, err := (&zap.ZapPlugin{}).Merge([]segment.Segment{a, bleves(t, second)}, []*roaring.Bitmap{drop, nil}, path, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return open(t, path)
	}
	if diff := cmp.Diff(contents(t, merge(bleves(t, first))), contents(t, merge(write(t, first, 1000)))); diff != "" {
		t.Errorf("(-bleve's +ours):\n%s", diff)
	}
}

func TestFailureLeavesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.zap")
	if err := Write(t.Context(), path, testFields(), nil, 1); err == nil {
		t.Error("a segment without documents was written")
	}
	p := NewPart(testFields())
	testDoc{id: "a"}.add(p)
	p.Seal()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, path, testFields(), []*Part{p}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
}
