package cmd

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"pkgsearch/ingest"
)

// TestACancelAfterTheLastBatchIsTold: the packages are in but the scores were not taken, so the import is not done.
func TestACancelAfterTheLastBatchIsTold(t *testing.T) {
	a := newTestApp()
	d := openTestData(t, a)
	ctx, cancel := context.WithCancel(t.Context())
	dump := ingest.Source{Name: "dump", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(`{"name":"react","versions":{"1.0.0":{}}}`)), nil
	}}
	summary, err := a.load(ctx, d, &inputs{dumps: []ingest.Source{dump}, report: func(ingest.Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) || summary.Packages != 1 {
		t.Errorf("%+v, %v", summary, err)
	}
}

// TestAnOlderDump does not undo what a newer one, or the feed, has brought.
func TestAnOlderDump(t *testing.T) {
	var stderr strings.Builder
	a := newTestApp()
	a.stderr = &stderr
	d := openTestData(t, a)
	load := func(text string) ingest.Summary {
		dump := ingest.Source{Name: "dump", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
		summary, err := a.load(t.Context(), d, &inputs{dumps: []ingest.Source{dump}})
		if err != nil {
			t.Fatal(err)
		}
		return summary
	}
	load(`{"_rev":"2-b","name":"react","versions":{"2.0.0":{}}}`)
	summary := load(`{"_rev":"1-a","name":"react","versions":{"1.0.0":{}}}`)
	if p, err := d.store.Get(t.Context(), "react"); err != nil || p.Version != "2.0.0" {
		t.Errorf("react is %s, %v", p.Version, err)
	}
	a.printSummary(summary, 0, time.Second)
	if want := "left out 1 that are older"; !strings.Contains(stderr.String(), want) {
		t.Errorf("%q, want %q", stderr.String(), want)
	}
}
