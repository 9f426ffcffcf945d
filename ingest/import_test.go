package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
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

// A panic costs one document.
func TestGuard(t *testing.T) {
	var n Normalizer
	_, err := n.guarded(Doc{}, time.Time{}) // without a spool there is nothing to read from
	var skip *Skip
	if !errors.As(err, &skip) || skip.Reason != Panicked {
		t.Errorf("%v", err)
	}
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
