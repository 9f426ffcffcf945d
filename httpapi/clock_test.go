package httpapi

import (
	"strings"
	"testing"
	"time"
)

// TestETagOfAges: what is a month old today is older tomorrow, though the index stands still.
func TestETagOfAges(t *testing.T) {
	now := noon
	api, _ := newTestAPI(Options{Position: func() Position { return Position{} }, Now: func() time.Time { return now }})
	tag := func(target string) string { return get(api, target).Header().Get("ETag") }
	before := map[string]string{}
	for _, route := range []string{"/-/v1/search?text=", "/api/v1/search?text="} {
		for _, text := range []string{"a", "updated:30d", "-published:%3E2y%20b", "updated:2025", "updated:%3E2025-01", "30d", `%22updated:30d%22`} {
			before[route+text] = tag(route + text)
		}
	}
	now = now.Add(time.Hour)
	for target, old := range before {
		follows := strings.HasSuffix(target, "=updated:30d") || strings.Contains(target, "2y")
		if moved := tag(target) != old; moved != follows {
			t.Errorf("%s: an hour later the tag has changed: %t", target, moved)
		}
	}
}
