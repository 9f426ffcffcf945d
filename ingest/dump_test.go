package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gzipped(tb testing.TB, s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func zstded(tb testing.TB, s string, window int) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithWindowSize(window))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.WriteString(w, s); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// readDump gives "line: text" for each document.
func readDump(r io.Reader) ([]string, error) {
	docs := []string{}
	err := ReadDump(context.Background(), r, "dump", func(doc *Doc) error {
		text, err := io.ReadAll(doc)
		mark := ""
		if doc.Open {
			mark = "+"
		}
		docs = append(docs, fmt.Sprintf("%d%s: %s", doc.Line, mark, bytes.TrimSpace(text)))
		return err
	})
	return docs, err
}

func TestReadDump(t *testing.T) {
	long := `{"x":"` + strings.Repeat("y", 700_000) + `"}`
	cases := []struct {
		name, dump string
		want       []string
	}{
		{"nothing", "", []string{}},
		{"blank lines", "\n \r\n\n", []string{}},
		{"lines", "{}\n{\"a\":1}\n", []string{"1: {}", `2: {"a":1}`}},
		{"no newline at the end", "{}\n{}", []string{"1: {}", "2+: {}"}},
		{"blank lines between", "\n{}\r\n\n\n{}\n\n", []string{"2: {}", "5: {}"}},
		{"long lines", long + "\n" + long + "\n", []string{"1: " + long, "2: " + long}},
		{"one document over many lines", "{\n  \"a\": [\n{\"b\":1},\n{}]\n}\n\n", []string{"1+: {\n  \"a\": [\n{\"b\":1},\n{}]\n}"}},
		{"the same, brackets in texts", "{ \"}\\\"]\": 1,\n \"b\": 2 }", []string{"1+: { \"}\\\"]\": 1,\n \"b\": 2 }"}},
		{"a byte order mark first", "\ufeff{\n\"a\":1}", []string{"1+: \ufeff{\n\"a\":1}"}},
		{"a first line that is cut", "{\"a\":[\n{}\n", []string{`1: {"a":[`, "2: {}"}},
		{"a first line cut in a text", "{\"a\":\"b\n\"c\":1}\n", []string{`1: {"a":"b`, `2: "c":1}`}},
		{"a first line alone and cut", "{\"a\":[\n", []string{`1+: {"a":[`}},
		{"no JSON", "hello\nworld\n", []string{"1: hello", "2: world"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for form, data := range map[string][]byte{
				"plain":           []byte(c.dump),
				"gzip":            gzipped(t, c.dump),
				"two gzip pieces": append(gzipped(t, c.dump[:len(c.dump)/2]), gzipped(t, c.dump[len(c.dump)/2:])...),
				"zstd":            zstded(t, c.dump, 1<<20),
				"skippable zstd":  append([]byte("\x50\x2a\x4d\x18\x02\x00\x00\x00hi"), zstded(t, c.dump, 1<<20)...),
			} {
				got, err := readDump(iotest.HalfReader(bytes.NewReader(data)))
				if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
					t.Errorf("%s: %v (-want +got)\n%.1000s", form, err, diff)
				}
			}
		})
	}
}

func TestReadDumpCutShort(t *testing.T) {
	var lines strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&lines, "{\"n\":%d,\"x\":\"%x\"}\n", i, i*7919)
	}
	for form, data := range map[string][]byte{"gzip": gzipped(t, lines.String()), "zstd": zstded(t, lines.String(), 1<<20)} {
		docs, err := readDump(bytes.NewReader(data[:len(data)*3/4]))
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), fmt.Sprintf("read dump, line %d: the file is cut short", len(docs)+1)) {
			t.Errorf("%s: after %d lines: %v", form, len(docs), err)
		}
		if len(docs) < 1000 || !strings.HasPrefix(docs[999], `1000: {"n":999,`) || !strings.HasSuffix(docs[len(docs)-1], "}") {
			t.Errorf("%s: %d lines before the cut", form, len(docs))
		}
	}
}

func TestReadDumpUnreadable(t *testing.T) {
	lines := iotest.ErrReader(errDisk)
	docs, err := readDump(io.MultiReader(strings.NewReader("{}\n{}\n{\"a\":"), lines))
	if len(docs) != 2 || !errors.Is(err, errDisk) || !strings.Contains(err.Error(), "read dump, line 3") {
		t.Errorf("%v, %v", docs, err)
	}
	if _, err := readDump(lines); !errors.Is(err, errDisk) {
		t.Errorf("nothing to read: %v", err)
	}
	for _, data := range []string{"\x1f\x8bxxxxxxxxxxxxx", "\x28\xb5\x2f\xfdxxxxxxxxxx"} {
		if _, err := readDump(strings.NewReader(data)); err == nil {
			t.Errorf("%q was read", data)
		}
	}
}

// A document over the maximum does not end the dump.
func TestReadDumpGoesOnAfterTooLarge(t *testing.T) {
	d, err := openDump(strings.NewReader("{}\n{\"a\":\"too large\"}\n{}\n"), "dump")
	if err != nil {
		t.Fatal(err)
	}
	doc := Doc{Spool: NewSpool(0, "")}
	doc.Max = 10
	var got []bool
	for d.next(&doc) == nil {
		_, err := io.ReadAll(&doc)
		got = append(got, errors.Is(err, ErrTooLarge))
	}
	if diff := cmp.Diff([]bool{false, true, false}, got); diff != "" {
		t.Errorf("too large (-want +got)\n%s", diff)
	}
}

func TestReadDumpEnds(t *testing.T) {
	errStop := errors.New("enough")
	err := ReadDump(t.Context(), strings.NewReader("{}\n{}\n"), "dump", func(*Doc) error { return errStop })
	if !errors.Is(err, errStop) {
		t.Errorf("error of the function: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err = ReadDump(ctx, strings.NewReader("{}\n{}\n{}\n"), "dump", func(*Doc) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("after the end of ctx: %d documents, %v", n, err)
	}
}

// `zstd --long=27` makes windows of 128 MiB, which are read; larger ones are refused.
func TestReadDumpWindow(t *testing.T) {
	frame := func(log byte) []byte { // a frame with a window of 1<<log bytes and one raw block, "{}\n"
		return []byte("\x28\xb5\x2f\xfd\x00" + string([]byte{(log - 10) << 3}) + "\x19\x00\x00{}\n")
	}
	if docs, err := readDump(bytes.NewReader(frame(27))); err != nil || len(docs) != 1 {
		t.Errorf("window of 128 MiB: %v, %v", docs, err)
	}
	if _, err := readDump(bytes.NewReader(frame(28))); !errors.Is(err, zstd.ErrWindowSizeExceeded) {
		t.Errorf("window of 256 MiB: %v", err)
	}
}
