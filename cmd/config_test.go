package cmd

import (
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

// TestAdminRoutesAreGuarded: what others can reach has a token, and none that can be guessed.
func TestAdminRoutesAreGuarded(t *testing.T) {
	long := strings.Repeat("t", 32)
	for _, c := range []struct {
		listen, token string
		code          int
		says          string
	}{
		{"127.0.0.1:8081", "", exitOK, ""},
		{"localhost:8081", long, exitOK, ""},
		{"0.0.0.0:8081", long, exitOK, ""},
		{"", "", exitOK, ""},
		{"0.0.0.0:8081", "", exitUsage, "outside"},
		{"0.0.0.0:8081", "guessed", exitUsage, "32"},
		{"127.0.0.1:8081", "guessed", exitUsage, "32"},
		{"nonsense", long, exitUsage, "nonsense"},
	} {
		t.Setenv("PKGSEARCH_ADMIN_TOKEN", c.token)
		var said strings.Builder
		code := Run(t.Context(), []string{"config", "--admin-listen", c.listen}, nil, io.Discard, &said, fstest.MapFS{})
		if code != c.code || !strings.Contains(said.String(), c.says) {
			t.Errorf("%q with token %q: code %d, want %d; said %q", c.listen, c.token, code, c.code, said.String())
		}
		if c.token != "" && strings.Contains(said.String(), c.token) {
			t.Errorf("the token is shown: %q", said.String())
		}
	}
}
