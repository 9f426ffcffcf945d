package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says which packages of this module each package may import: the arrows of ARCHITECTURE.md.
// A new package has to be given its place here.
func layers() map[string][]string {
	return map[string][]string{
		".":                   {"cmd", "testdata/sample"},
		"cmd":                 {"bench", "eval", "httpapi", "search", "ingest", "index", "index/store", "index/score"},
		"bench":               {},
		"eval":                {},
		"httpapi":             {"search", "index", "index/store", "index/score"},
		"search":              {"index", "index/associate", "index/postings", "index/slip", "index/store", "index/score"},
		"ingest":              {"index", "index/store", "index/score"},
		"ingest/registrytest": {},
		"index":               {"index/associate", "index/fold", "index/mapped", "index/postings", "index/slip", "index/spell", "index/store", "index/score", "index/suggest", "index/zapfile"},
		"index/associate":     {},
		"index/fold":          {},
		"index/postings":      {},
		"index/slip":          {},
		"index/spell":         {"index/slip"},
		"index/suggest":       {"index/fold", "index/slip"},
		"index/store":         {"index/score"},
		"index/score":         {},
		"index/mapped":        {},
		"index/zapfile":       {"index/mapped"},
		"testdata/sample":     {},
	}
}

// homes says which packages alone may import an outside library, by the prefix of its path.
func homes() map[string][]string {
	return map[string][]string{
		"github.com/gorilla/mux":                {"httpapi"},
		"github.com/rs/cors":                    {"httpapi"},
		"go.etcd.io/bbolt":                      {"index/store"},
		"github.com/fxamacker/cbor":             {"index/store"},
		"github.com/blevesearch":                {"index", "index/mapped", "index/postings", "index/zapfile"},
		"go.yaml.in/yaml":                       {"search"},
		"github.com/spf13":                      {"cmd"},
		"github.com/schollz/progressbar":        {"cmd"},
		"golang.org/x/sys":                      {"bench"},
		"github.com/hashicorp/go-retryablehttp": {"ingest"},
	}
}

// sourceFile is one Go file of the module.
type sourceFile struct {
	name    string // relative to the module, with slashes
	pkg     string // its directory
	imports []string
}

func (f sourceFile) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

func TestPackagesImportOnlyWhatTheirLayerAllows(t *testing.T) {
	allowed := layers()
	for _, f := range sourceFiles(t) {
		own, placed := allowed[f.pkg]
		if !placed {
			t.Errorf("%s: package %q has no place in layers", f.name, f.pkg)
			continue
		}
		if f.isTest() {
			continue // a test may start whatever it needs
		}
		for _, imp := range f.imports {
			if inner, ok := strings.CutPrefix(imp, "pkgsearch/"); ok && !slices.Contains(own, inner) {
				t.Errorf("%s imports %s, which its layer may not", f.name, imp)
			}
		}
	}
}

func TestEachOutsideLibraryHasOneHome(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range sourceFiles(t) {
		for _, imp := range f.imports {
			for lib, home := range homes() {
				if imp != lib && !strings.HasPrefix(imp, lib+"/") {
					continue
				}
				seen[lib] = true
				if !slices.Contains(home, f.pkg) {
					t.Errorf("%s imports %s, whose home is %s", f.name, imp, strings.Join(home, " and "))
				}
			}
		}
	}
	for _, lib := range slices.Sorted(maps.Keys(homes())) {
		if !seen[lib] {
			t.Logf("%s is used nowhere", lib)
		}
	}
}

func TestScoresNeedOnlyTheStandardLibrary(t *testing.T) {
	for _, f := range sourceFiles(t) {
		if f.pkg != "index/score" || f.isTest() {
			continue
		}
		for _, imp := range f.imports {
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", f.name, imp)
			}
		}
	}
}

func TestNothingNeedsCgo(t *testing.T) {
	for _, f := range sourceFiles(t) {
		if slices.Contains(f.imports, "C") {
			t.Errorf("%s imports C", f.name)
		}
	}
}

// sourceFiles parses the imports of every Go file of the module.
func sourceFiles(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() && name != "." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := sourceFile{name: name, pkg: path.Dir(name)}
		for _, spec := range parsed.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imp)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatalf("read the module's sources: %v", err)
	}
	if len(files) == 0 {
		t.Fatal("no Go files found")
	}
	return files
}
