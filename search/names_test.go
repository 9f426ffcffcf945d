package search

import (
	"fmt"
	"strings"
	"testing"

	"pkgsearch/index/store"
)

// firstOf gives the first hit, "" for none.
func firstOf(t *testing.T, s *Searcher, text string) Hit {
	t.Helper()
	r, err := s.Search(t.Context(), Request{Text: text, Size: 10})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if len(r.Hits) == 0 {
		return Hit{}
	}
	return r.Hits[0]
}

func TestNamesAsPeopleTypeThem(t *testing.T) {
	s := catalog(t, 50, map[string]uint64{"lamp": 1e7, "lamp.io": 1e6, "@quill/core": 1e6, "lamp-dom": 1e6, "big-lamp4": 1e5, "node-kettle": 1e6, "kettle-mat": 1e6},
		pkg("lamp", "Light for all rooms"), pkg("lamp.io", "Light over the wire"), pkg("lamp-dom", "Light for pages"),
		pkg("@quill/core", "Writing"), pkg("@quill/ink", "Ink for writing"), pkg("big-lamp4", "A large one"), pkg("node-kettle", "Boils water"),
		pkg("kettle-mat", "Under it"), pkg("@vases/lamp", "Not a lamp"))
	for text, want := range map[string]string{
		"lamp": "lamp", "Lamp": "lamp", "lamp.js": "lamp", "lampjs": "lamp", "LampJS": "lamp", "Lamp.IO": "lamp.io", "lampio": "lamp.io",
		"lamp io": "lamp.io", "lamp dom": "lamp-dom", "lampDom": "lamp-dom", "dom lamp": "lamp-dom", "big lamp 4": "big-lamp4",
		"quill": "@quill/core", "Quill.js": "@quill/core", "quill ink": "@quill/ink", "@quill/ink": "@quill/ink", "quill/ink": "@quill/ink",
		"someone/lamp": "lamp", "kettle": "node-kettle", "lamp 3": "lamp",
	} {
		if got := firstOf(t, s, text).Package.Name; got != want {
			t.Errorf("%q finds %s first, want %s", text, got, want)
		}
	}
}

// TestWhatIsPastedForAName: commands, versions and addresses stand for the name in them.
func TestWhatIsPastedForAName(t *testing.T) {
	for text, want := range map[string]string{
		"npm install lamp": "lamp", "npm i -D @quill/core@2.0.1": "@quill/core", "yarn add lamp": "lamp", "lamp@1.2.3": "lamp", "@quill/core@latest": "@quill/core",
		"https://registry.example/package/@quill/core": "@quill/core", "http://registry.example/package/lamp/v/1.0.0": "lamp",
		"npm install": "npm install", "lamp @quill": "lamp @quill", "someone@mail.example oak": "someone@mail.example oak", "npm add a b": "npm add a b",
		"@quill/core": "@quill/core", "https://registry.example/lamp": "https://registry.example/lamp", "": "",
	} {
		if got := unpasted(text); got != want {
			t.Errorf("%q stands for %q, want %q", text, got, want)
		}
	}
}

// TestNamesThatSoundLikeAQuestion: a package is found by its name whatever words are in it.
func TestNamesThatSoundLikeAQuestion(t *testing.T) {
	s := catalog(t, 50, nil, pkg("lamp-like", "Shines"), pkg("like-lamp", "Shines too"), pkg("lamp", "Shines brightest"), pkg("lamp-alternative", "Does not shine"))
	for _, name := range []string{"lamp-like", "like-lamp", "lamp-alternative", "lamp alternative"} {
		if got, want := firstOf(t, s, name).Package.Name, strings.ReplaceAll(name, " ", "-"); got != want {
			t.Errorf("%q finds %s first", name, got)
		}
	}
}

// TestLookalikes: a package of the exact name gives way only to one that is used a thousand times more, or
// ten times more when it is dead itself; it stays second and is warned of.
func TestLookalikes(t *testing.T) {
	dead := pkg("grape-press", "")
	dead.Deprecated = true
	held := pkg("corkscrew", "")
	held.Status = store.SecurityHeld
	s := catalog(t, 50, map[string]uint64{
		"cask-valve": 5e7, "caskvalve": 1e3, "caskvalves": 4e6, "barrel": 1e8, "barrels": 2e5, "grapepress": 1e5, "grape-press": 5e3,
		"cork-screw": 1e6, "corkscrew": 1e4, "@tannin/core": 5e6, "tannin": 1e3, "bareel": 1e3,
	}, pkg("cask-valve", "A valve"), pkg("caskvalve", ""), pkg("caskvalves", "Many"), pkg("barrel", "Holds wine"), pkg("barrels", "Hold wine"), dead,
		pkg("grapepress", "Presses"), held, pkg("cork-screw", "Opens"), pkg("@tannin/core", "Taste"), pkg("tannin", ""), pkg("bareel", ""))
	for text, want := range map[string]struct{ first, lookalike string }{
		"caskvalve":   {"cask-valve", "caskvalve"},   // the same letters
		"cask-valve":  {"cask-valve", ""},            // is the original
		"caskvalves":  {"caskvalves", ""},            // used too much to be a mistake
		"bareel":      {"barrel", "bareel"},          // a slip away
		"barrels":     {"barrels", ""},               // a package of its own
		"grape-press": {"grapepress", "grape-press"}, // deprecated: ten times are enough
		"corkscrew":   {"cork-screw", "corkscrew"},   // held
		"tannin":      {"@tannin/core", "tannin"},    // a project with a scope
	} {
		r, err := s.Search(t.Context(), Request{Text: text, Size: 10})
		if err != nil || len(r.Hits) == 0 {
			t.Fatalf("%q: %v, %d hits", text, err, len(r.Hits))
		}
		if got := r.Hits[0].Package.Name; got != want.first {
			t.Errorf("%q finds %s first, want %s", text, got, want.first)
		}
		warned := ""
		for i, h := range r.Hits {
			if h.Lookalike != "" {
				warned = h.Package.Name
				if h.Lookalike != want.first {
					t.Errorf("%q: %s is said to look like %s", text, warned, h.Lookalike)
				}
				if i > 9 {
					t.Errorf("%q: the package of that name is at %d", text, i+1)
				}
			}
		}
		if warned != want.lookalike {
			t.Errorf("%q warns of %q, want %q", text, warned, want.lookalike)
		}
	}
}

func TestManyNamesOneSlipAwayAreAllFound(t *testing.T) {
	var packages []store.Package
	for i := range 26 {
		packages = append(packages, pkg(fmt.Sprintf("velvet%c", 'a'+i), ""))
	}
	s := catalog(t, 5, nil, packages...)
	r, err := s.Search(t.Context(), Request{Text: "velvet", Size: 50})
	if err != nil || r.Total != 26 {
		t.Errorf("%d packages, %v", r.Total, err)
	}
}
