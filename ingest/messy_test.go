package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// testNow is the day on which the cases are read.
func testNow() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

// messyCase is a line of a file of cases: a document and what must become of it.
type messyCase struct {
	ID     string          `json:"id"`
	Why    string          `json:"why"`
	Doc    string          `json:"doc"`
	Bytes  []byte          `json:"doc_b64"` // where text cannot carry the document
	Expect json.RawMessage `json:"expect"`  // "reject", "reject:reason" or the fields that must be so
}

func (c *messyCase) document() []byte {
	if c.Bytes != nil {
		return c.Bytes
	}
	return []byte(c.Doc)
}

func readCases(tb testing.TB, path string) []messyCase {
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var cases []messyCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c messyCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return cases
}

func ownCases(tb testing.TB) []messyCase {
	paths, err := filepath.Glob("testdata/messy/*.jsonl")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no cases found: %v", err)
	}
	var cases []messyCase
	for _, path := range paths {
		cases = append(cases, readCases(tb, path)...)
	}
	return cases
}

func TestMessyPackuments(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range ownCases(t) {
		if seen[c.ID] {
			t.Errorf("two cases are called %s", c.ID)
		}
		seen[c.ID] = true
		t.Run(c.ID, func(t *testing.T) { checkCase(t, c) })
	}
}

// The cases that other implementations of the contract are held to, where they lie beside this module.
func TestSharedMessyPackuments(t *testing.T) {
	const path = "../../shared/messy/packuments.jsonl"
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no " + path)
	}
	for _, c := range readCases(t, path) {
		t.Run(c.ID, func(t *testing.T) { checkCase(t, c) })
	}
}

func checkCase(t *testing.T, c messyCase) {
	p, err := Normalize(bytes.NewReader(c.document()), testNow())
	var want string
	if json.Unmarshal(c.Expect, &want) == nil {
		checkReject(t, c, want, err)
		return
	}
	if err != nil {
		t.Fatalf("%s: %v", c.Why, err)
	}
	got, err := json.Marshal(RecordOf(p))
	if err != nil {
		t.Fatal(err)
	}
	var record, fields map[string]any
	for into, from := range map[*map[string]any][]byte{&record: got, &fields: c.Expect} {
		if err := json.Unmarshal(from, into); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range fields {
		if field, ok := strings.CutSuffix(key, "#not"); ok {
			in := got
			if field != "*" {
				in, _ = json.Marshal(record[field])
			}
			if strings.Contains(string(in), want.(string)) {
				t.Errorf("%s: %q is in %s", c.Why, want, in)
			}
			continue
		}
		if field, ok := strings.CutSuffix(key, "#re"); ok {
			if s, _ := record[field].(string); !regexp.MustCompile(want.(string)).MatchString(s) {
				t.Errorf("%s: %s is %q, want a match of %s", c.Why, field, s, want)
			}
			continue
		}
		if !reflect.DeepEqual(record[key], want) {
			t.Errorf("%s: %s (-want +got)\n%s", c.Why, key, cmp.Diff(want, record[key]))
		}
	}
}

func checkReject(t *testing.T, c messyCase, want string, err error) {
	var skip *Skip
	if !errors.As(err, &skip) {
		t.Fatalf("%s: not rejected, error is %v", c.Why, err)
	}
	if reason, ok := strings.CutPrefix(want, "reject:"); ok && skip.Reason != reason {
		t.Errorf("%s: rejected for %s, want %s", c.Why, skip.Reason, reason)
	}
}
