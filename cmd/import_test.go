package cmd

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

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
	summary, err := a.load(ctx, d, inputs{dumps: []ingest.Source{dump}, report: func(ingest.Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) || summary.Packages != 1 {
		t.Errorf("%+v, %v", summary, err)
	}
}
