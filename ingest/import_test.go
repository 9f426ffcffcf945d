package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
	"pkgsearch/ingest/registrytest"
)

// memorySink keeps what it is handed, as a store would.
type memorySink struct {
	packages map[string]store.Package
	dead     map[string]store.DeadLetter
	batches  []int
	before   func(b store.Batch) error // called before a batch is kept; may be nil
}

func newSink() *memorySink {
	return &memorySink{packages: map[string]store.Package{}, dead: map[string]store.DeadLetter{}}
}

func (m *memorySink) Apply(ctx context.Context, b store.Batch) error {
	if m.before != nil {
		if err := m.before(b); err != nil {
			return err
		}
	}
	m.batches = append(m.batches, len(b.Packages))
	for _, p := range b.Packages {
		m.packages[p.Name] = p
		delete(m.dead, p.Name)
	}
	for _, d := range b.Dead {
		m.dead[d.Name] = d
	}
	return ctx.Err()
}

func textSource(name, text string) Source {
	return Source{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"name":"p%04d","versions":{"1.0.%d":{"readme":"%s"}}}`+"\n", i, i, strings.Repeat("x", i%50*100))
	}
	return b.String()
}

func TestImport(t *testing.T) {
	sink := newSink()
	var last Progress
	im := NewImporter(sink, ImportOptions{
		BatchSize: 100, Workers: 4, Now: testNow, TempDir: t.TempDir(), Progress: func(p Progress) { last = p },
	})
	dump := numbered(1050)
	sum, err := im.Run(t.Context(), textSource("a", dump), textSource("b", "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Summary{Packages: 1050, Skipped: map[string]int{}}, sum); diff != "" {
		t.Errorf("summary (-want +got)\n%s", diff)
	}
	size := int64(len(dump) + 1)
	if diff := cmp.Diff(Progress{Done: 1050, Bytes: size, Total: size}, last); diff != "" {
		t.Errorf("progress (-want +got)\n%s", diff)
	}
	if want := append(slicesRepeat(100, 10), 50); cmp.Diff(want, sink.batches) != "" {
		t.Errorf("batches %v", sink.batches)
	}
	for i := range 1050 {
		if p := sink.packages[fmt.Sprintf("p%04d", i)]; p.Version != fmt.Sprintf("1.0.%d", i) {
			t.Fatalf("package %d is %q", i, p.Version)
		}
	}
}

func slicesRepeat(v, n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = v
	}
	return list
}

// Of two lines with the same name the later counts, within a batch and across, however many workers
// there are.
func TestImportKeepsTheLater(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, `{"name":"p%d","versions":{"1.0.%d":{"x":"%s"}}}`+"\n", i%7, i, strings.Repeat("x", (500-i)*20))
	}
	for _, size := range []int{1, 3, 1000} {
		sink := newSink()
		sum, err := NewImporter(sink, ImportOptions{BatchSize: size, Workers: 5}).Run(t.Context(), textSource("a", b.String()))
		if err != nil || sum.Packages != 500 {
			t.Fatalf("%+v, %v", sum, err)
		}
		for i := 493; i < 500; i++ {
			if p := sink.packages[fmt.Sprintf("p%d", i%7)]; p.Version != fmt.Sprintf("1.0.%d", i) {
				t.Errorf("batches of %d: %s has version %s, want 1.0.%d", size, p.Name, p.Version, i)
			}
		}
	}
}

func TestImportSkipsDirt(t *testing.T) {
	sink := newSink()
	dump := strings.Join([]string{
		`{"name":"good","versions":{"1.0.0":{}}}`,
		`{"name":"bad","x":NaN}`,
		`{"_id":"a","name":"differs"}`,
		`{"name":"../x"}`,
		`not JSON`,
		`[]`,
		`{"name":"fixed","x":NaN}`,
		`{"name":"fixed","versions":{"1.0.0":{}}}`,
		`{"name":"broken","versions":{"1.0.0":{}}}`,
		`{"name":"broken"`,
		"",
	}, "\n")
	sum, err := NewImporter(sink, ImportOptions{Now: testNow}).Run(t.Context(), textSource("a", dump))
	if err != nil {
		t.Fatal(err)
	}
	want := Summary{Packages: 3, Skipped: map[string]int{BadJSON: 4, NameMismatch: 1, BadName: 1, NotObject: 1}}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Errorf("summary (-want +got)\n%s", diff)
	}
	letter := func(name, reason string) store.DeadLetter {
		return store.DeadLetter{Name: name, Class: "reject", Reason: reason, First: testNow(), Last: testNow(), Attempts: 1}
	}
	dead := map[string]store.DeadLetter{
		"bad":     letter("bad", "invalid-json: unexpected character at byte 18"),
		"differs": letter("differs", "name-mismatch: a and differs"),
		"broken":  letter("broken", "invalid-json: unexpected end at byte 17"),
	}
	if diff := cmp.Diff(dead, sink.dead); diff != "" {
		t.Errorf("dead letters (-want +got)\n%s", diff)
	}
	if len(sink.packages) != 3 || sink.packages["broken"].Version != "1.0.0" {
		t.Errorf("packages %v", sink.packages)
	}
}

// What stands before a failure is kept.
func TestImportOfADamagedDump(t *testing.T) {
	whole := numbered(50)
	cut := gzipped(t, numbered(3000))
	broken := Source{Name: "b", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(whole), &failing{})), nil
	}}
	for name, c := range map[string]struct {
		src  Source
		want string
	}{
		"plain": {textSource("a", whole[:len(whole)-9]), "read a, line 50: the file is cut short: unexpected end at byte"},
		"gzip":  {textSource("z", string(cut[:len(cut)*3/4])), "the file is cut short: unexpected EOF"},
		"disk":  {broken, "read b, line 51: disk on fire"},
	} {
		sink := newSink()
		sum, err := NewImporter(sink, ImportOptions{BatchSize: 7}).Run(t.Context(), c.src)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if len(sink.packages) < 49 || sum.Packages != len(sink.packages) {
			t.Errorf("%s: %d packages kept, summary %+v", name, len(sink.packages), sum)
		}
	}
}

// A file in which nothing was JSON is something else than a dump that is cut short.
func TestImportOfSomethingElse(t *testing.T) {
	for text, want := range map[string]string{
		"Milk":                            "read a, line 1: the file is not a dump of packuments",
		"Milk, bread\nand eggs":           "read a, line 2: the file is not a dump of packuments",
		`{"name":"half`:                   "or is cut short in its first: unexpected end",
		`{"name":"../x"}` + "\n" + `{"na`: "read a, line 2: the file is cut short",

		// What looks like one document over many lines swallows none in silence.
		`{"name":"cut","versions":{` + "\n# junk\n" + numbered(9): "cut short in its first: expected a key at byte 27",
	} {
		_, err := NewImporter(newSink(), ImportOptions{}).Run(t.Context(), textSource("b", numbered(1)), textSource("a", text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// The same when it is too large to be looked into.
func TestImportOfSomethingElseThatIsLarge(t *testing.T) {
	large := &job{doc: Doc{Open: true}, err: &Skip{Reason: TooLarge}}
	im := NewImporter(newSink(), ImportOptions{})
	if err := im.take(large); err == nil {
		t.Error("a first document that took all of the file was skipped")
	}
	im.readable, im.summary.Skipped = true, map[string]int{}
	if err := im.take(large); err != nil {
		t.Errorf("a last line without an end was not skipped: %v", err)
	}
}

// The end of ctx ends an import at the batch at hand, which is finished.
func TestImportStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	sink := newSink()
	sink.before = func(store.Batch) error {
		if len(sink.batches) == 2 {
			cancel()
		}
		return nil
	}
	sum, err := NewImporter(sink, ImportOptions{BatchSize: 10}).Run(ctx, textSource("a", numbered(1000)), textSource("b", numbered(9)))
	if !errors.Is(err, context.Canceled) || sum.Packages != 30 || len(sink.packages) != 30 {
		t.Errorf("%+v and %d packages, %v", sum, len(sink.packages), err)
	}
}

func TestImportStopsWhenTheSinkFails(t *testing.T) {
	sink := newSink()
	sink.before = func(store.Batch) error { return errDisk }
	sum, err := NewImporter(sink, ImportOptions{BatchSize: 10}).Run(t.Context(), textSource("a", numbered(1000)))
	if !errors.Is(err, errDisk) || sum.Packages != 0 || !strings.HasPrefix(err.Error(), "apply batch: ") {
		t.Errorf("%+v, %v", sum, err)
	}
}

// Large packuments go through a file, and batches are bounded by their text too.
func TestImportOfLargePackuments(t *testing.T) {
	doc := func(name string) string {
		return `{"name":"` + name + `","versions":{"1.0.0":{}},"x":"` + strings.Repeat("x", 9<<20) + `","readme":"` + strings.Repeat("y", 70_000) + `"}` + "\n"
	}
	dir := t.TempDir()
	sink := newSink()
	sum, err := NewImporter(sink, ImportOptions{Workers: 2, TempDir: dir}).Run(t.Context(), textSource("a", doc("a")+doc("b")+doc("c")))
	if err != nil || sum.Packages != 3 || len(sink.packages["b"].Readme) != maxReadme {
		t.Errorf("%+v, %v", sum, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}

// A panic costs one document, which is named once it has told its name.
func TestGuard(t *testing.T) {
	var n Normalizer
	large := `{"name":"x","versions":{"1.0.0":{"description":"` + strings.Repeat("y", 1<<20) + `"}}}`
	var told []string
	for fuse := range 100 {
		if _, err := n.Normalize(strings.NewReader(`{"name":"before"}`), testNow()); err != nil {
			t.Fatal(err)
		}
		_, err := n.guarded(&explosive{strings.NewReader(large), fuse}, testNow())
		if err == nil {
			break
		}
		var skip *Skip
		if !errors.As(err, &skip) || skip.Reason != Panicked {
			t.Fatalf("fuse %d: %v", fuse, err)
		}
		told = append(told, skip.Name)
	}
	if told = slices.Compact(told); !slices.Equal(told, []string{"", "x"}) {
		t.Errorf("names told: %q", told)
	}
}

// explosive panics after so many calls.
type explosive struct {
	io.ReadSeeker
	fuse int
}

func (e *explosive) burn() {
	if e.fuse--; e.fuse < 0 {
		panic("bang")
	}
}

func (e *explosive) Read(p []byte) (int, error) {
	e.burn()
	return e.ReadSeeker.Read(p)
}

func (e *explosive) Seek(offset int64, whence int) (int64, error) {
	e.burn()
	return e.ReadSeeker.Seek(offset, whence)
}

func TestFileSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dump.ndjson")
	if err := os.WriteFile(path, []byte(numbered(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := FileSource(path)
	if err != nil {
		t.Fatal(err)
	}
	sink := newSink()
	if sum, err := NewImporter(sink, ImportOptions{}).Run(t.Context(), src); err != nil || sum.Packages != 3 {
		t.Errorf("%+v, %v", sum, err)
	}
	if _, err := FileSource(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := FileSource(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("directory: %v", err)
	}
}

// A dump is of yesterday: what the follower has learnt since stays, and so does what it has still to do.
func TestImportUndoesNothing(t *testing.T) {
	const (
		first  = `{"_id":"x","_rev":"1-a","versions":{"1.0.0":{}}}`
		second = `{"_id":"x","_rev":"2-b","versions":{"2.0.0":{}}}`
		third  = `{"_id":"x","_rev":"3-c","versions":{"3.0.0":{}}}`
		plain  = `{"_id":"x","versions":{"1.5.0":{}}}`
		broken = `{"_id":"x","versions":`
	)
	due := testNow().Add(time.Hour)
	for name, c := range map[string]struct {
		dump    string
		stored  string // revision of the record before; "" for none
		letter  string // revision of the letter with a next try before; "" for none
		version string // afterwards
		pending bool   // the letter is still there
		older   int
	}{
		"older than the record":            {dump: first, stored: "2-b", version: "stored", older: 1},
		"as new":                           {dump: second, stored: "2-b", version: "2.0.0"},
		"newer":                            {dump: third, stored: "2-b", version: "3.0.0"},
		"an older line after a newer":      {dump: third + "\n" + first, version: "3.0.0", older: 1},
		"without a revision":               {dump: plain, stored: "2-b", version: "1.5.0"},
		"older than record and letter":     {dump: first, stored: "2-b", letter: "3-c", version: "stored", pending: true, older: 1},
		"older than the letter":            {dump: second, stored: "2-b", letter: "3-c", version: "2.0.0", pending: true},
		"older than a letter alone":        {dump: second, letter: "3-c", version: "2.0.0", pending: true},
		"as new as the letter":             {dump: third, stored: "2-b", letter: "3-c", version: "3.0.0"},
		"without a revision, but a letter": {dump: plain, stored: "2-b", letter: "3-c", version: "1.5.0", pending: true},
		"a broken line and a letter":       {dump: broken + "\n{}", stored: "2-b", letter: "3-c", version: "stored", pending: true},
		"a good and a broken line":         {dump: second + "\n" + broken + "\n{}", letter: "3-c", version: "2.0.0", pending: true},
	} {
		t.Run(name, func(t *testing.T) {
			inDialect(t, registrytest.Options{}, func(t *testing.T, r *rig) {
				var before store.Batch
				if c.stored != "" {
					before.Packages = []store.Package{{Name: "x", Status: store.Active, Rev: c.stored, Version: "stored"}}
				}
				letter := store.DeadLetter{Name: "x", Class: classFetch, Rev: c.letter, First: testNow(), Last: testNow(), Attempts: 3, NextTry: due}
				if c.letter != "" {
					before.Dead = []store.DeadLetter{letter}
				}
				if err := r.Apply(t.Context(), before); err != nil {
					t.Fatal(err)
				}
				sum, err := NewImporter(r, ImportOptions{Stored: r.store}).Run(t.Context(), textSource("a", c.dump))
				if err != nil || sum.Older != c.older {
					t.Errorf("%+v, %v; want %d older", sum, err, c.older)
				}
				if got := r.get(t, "x").Version; got != c.version {
					t.Errorf("version %s, want %s", got, c.version)
				}
				got, err := r.store.DeadLetter("x")
				if c.pending {
					if diff := cmp.Diff(letter, got); diff != "" || err != nil {
						t.Errorf("letter: %v (-before +after)\n%s", err, diff)
					}
				} else if !errors.Is(err, store.ErrNotFound) {
					t.Errorf("letter %+v, %v", got, err)
				}
			})
		})
	}
}
