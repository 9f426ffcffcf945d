package ingest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// failing is a source whose reading fails after some bytes.
type failing struct {
	*bytes.Reader
	left int
}

var errDisk = errors.New("disk on fire")

func (f *failing) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return 0, errDisk
	}
	n, err := f.Reader.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

// Wherever reading fails, in the first pass or the second, that is no reason to skip a package.
func TestReadErrorIsNoSkip(t *testing.T) {
	doc := []byte(`{"name":"p","readme":"` + strings.Repeat("x", 3*scanBuffer) + `","versions":{"1.0.0":{"description":"d"}}}`)
	passed := 0
	for left := 0; passed == 0; left += 10_000 {
		_, err := Normalize(&failing{bytes.NewReader(doc), left}, testNow())
		var skip *Skip
		switch {
		case err == nil:
			passed++
			if left < len(doc) {
				t.Errorf("read with %d of %d bytes", left, len(doc))
			}
		case errors.As(err, &skip) || !errors.Is(err, errDisk):
			t.Errorf("after %d bytes: %v", left, err)
		}
	}
}

// A truncated document is rejected wherever it is cut.
func TestEveryCutIsRejected(t *testing.T) {
	doc := `{"_id":"p","name":"p","x":[1.5e3,true,null,"\ud83d\ude00"],"versions":{"1.0.0":{"a":{}}}}`
	for n := range len(doc) {
		_, err := Normalize(strings.NewReader(doc[:n]), testNow())
		var skip *Skip
		if !errors.As(err, &skip) || skip.Reason != BadJSON {
			t.Errorf("cut to %q: %v", doc[:n], err)
		}
	}
	if _, err := Normalize(strings.NewReader(doc), testNow()); err != nil {
		t.Error(err)
	}
}

// A Normalizer that is used again gives what a new one gives.
func TestNormalizerIsReusable(t *testing.T) {
	var n Normalizer
	for _, c := range ownCases(t) {
		want, wantErr := Normalize(bytes.NewReader(c.document()), testNow())
		got, err := n.Normalize(bytes.NewReader(c.document()), testNow())
		if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (wantErr == nil) {
			t.Errorf("%s: error %v and %v (-new +used)\n%s", c.ID, wantErr, err, diff)
		}
	}
}

// The source may stand anywhere.
func TestNormalizeReadsFromTheStart(t *testing.T) {
	src := strings.NewReader(`{"name":"p","versions":{"1.0.0":{}}}`)
	if _, err := src.Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	p, err := Normalize(src, testNow())
	if err != nil || p.Version != "1.0.0" {
		t.Errorf("%v, %v", p, err)
	}
}

func TestSkipNamesThePackage(t *testing.T) {
	for doc, want := range map[string]string{
		`{"name":"left-pad","x":NaN}`:      `skip "left-pad": invalid-json: unexpected character at byte 23`,
		`{"name":"../x"}`:                  `skip document: bad-name: ../x`,
		`{"_id":"a","name":"b"}`:           `skip "b": name-mismatch: a and b`,
		`{"name":"a","versions":{}} extra`: `skip "a": invalid-json: text after the document at byte 27`,
	} {
		if _, err := Normalize(strings.NewReader(doc), testNow()); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", doc, err, want)
		}
	}
}
