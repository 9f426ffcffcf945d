package search

import (
	"fmt"
	"slices"
	"testing"

	"pkgsearch/index/store"
)

// TestShells: the holder of a known name that says nothing of itself stands tenth; one that does keeps its place.
func TestShells(t *testing.T) {
	downloads := map[string]uint64{"lathe": 1e3, "chisel": 1e3, "mallet": 1e5, "node-saw": 100, "saw": 1e6}
	packages := []store.Package{pkg("lathe", ""), pkg("chisel", "Cuts wood"), pkg("mallet", ""), pkg("node-saw", ""), pkg("saw", "Saws wood")}
	for i := range 12 {
		for _, scope := range []string{"lathe", "chisel", "mallet"} {
			name := fmt.Sprintf("@%s/part-%c", scope, 'a'+i)
			downloads[name] = uint64(1e6 * (i + 1))
			packages = append(packages, pkg(name, "A part of a "+scope))
		}
		name := fmt.Sprintf("saw-%c", 'a'+i)
		downloads[name] = 1e3 << i
		packages = append(packages, pkg(name, "A blade for a saw in node"))
	}
	s := catalog(t, 50, downloads, packages...)
	for text, want := range map[string]struct {
		name string
		at   int
	}{
		"lathe":    {"lathe", 9},
		"chisel":   {"chisel", 0}, // says what it is
		"mallet":   {"mallet", 0}, // is used itself
		"node-saw": {"node-saw", 9},
		"saw":      {"saw", 0},
	} {
		if got := found(t, s, text); slices.Index(got, want.name) != want.at {
			t.Errorf("%q: %s is not at %d: %v", text, want.name, want.at, got)
		}
	}
}

// TestAShellIsPagedOnce: its place is the same whatever part of the answer is asked for.
func TestAShellIsPagedOnce(t *testing.T) {
	downloads, packages := map[string]uint64{"lathe": 1e3}, []store.Package{pkg("lathe", "")}
	for i := range 25 {
		name := fmt.Sprintf("@lathe/part-%c", 'a'+i)
		downloads[name] = uint64(1e6 * (i + 1))
		packages = append(packages, pkg(name, "A part of a lathe"))
	}
	s := catalog(t, 7, downloads, packages...)
	var all []string
	for cursor := ""; ; {
		r, err := s.Search(t.Context(), Request{Text: "lathe", Size: 4, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			all = append(all, h.Package.Name)
		}
		if cursor = r.Next; cursor == "" {
			break
		}
	}
	if len(all) != 26 || slices.Index(all, "lathe") != 9 {
		t.Errorf("%d packages, lathe at %d: %v", len(all), slices.Index(all, "lathe"), all)
	}
}
