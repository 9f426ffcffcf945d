package cmd

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/bench"
)

func TestBenchListsWhatDiffersAndFails(t *testing.T) {
	r := &benchReport{Verified: 3, Differences: []bench.Difference{
		{Question: bench.Question{Family: "names", Text: "react\x1b[31m"}, Rank: 2, Got: "a 1", Want: "b 2"}}}
	var out, talk bytes.Buffer
	a := &app{stdout: &out, stderr: &talk}
	if err := a.printBench(r, benchOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("names\t2\treact [31m\n  got:    a 1\n  wanted: b 2\n", out.String()); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("compared with scoring every match: 3 queries, 1 differ\n", talk.String()); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	if err := r.verdict(); exitCode(err) != exitBelow {
		t.Errorf("ends with %v, code %d", err, exitCode(err))
	}
	if err := (&benchReport{Verified: 3}).verdict(); err != nil {
		t.Errorf("nothing differs, and yet: %v", err)
	}
}

// TestBenchJSONLeavesOutWhatWasNotMeasured keeps the keys that programs may rely on.
func TestBenchJSONLeavesOutWhatWasNotMeasured(t *testing.T) {
	var out bytes.Buffer
	a := &app{stdout: &out, stderr: io.Discard}
	run := &bench.Run{Engine: ownEngine, Way: overHTTP, State: warm, Clients: 2, Questions: 1, Families: []bench.Family{{Name: "f", Questions: 1}}}
	if err := a.printBench(&benchReport{Runs: []*bench.Run{run}, Worst: []bench.Slow{{Question: bench.Question{Family: "w", Text: "q"}, Scored: 5}}}, benchOptions{asJSON: true}); err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"version": "", "system": "", "processors": 0.0, "questions": 0.0, "size": 0.0, "repeat": 0.0, "seed": 0.0,
		"runs": []any{map[string]any{
			"engine": "pkgsearch", "way": "http", "state": "warm", "clients": 2.0, "n": 1.0, "seconds": 0.0, "per_second": 0.0,
			"families": []any{map[string]any{"family": "f", "n": 1.0, "errors": 0.0, "per_second": 0.0}},
		}},
		"worst": []any{map[string]any{"family": "w", "query": "q", "ms": 0.0, "scored": 5.0}},
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
