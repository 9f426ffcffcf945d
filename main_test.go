package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pkgsearch/ingest/registrytest"
)

// The test binary is pkgsearch too: whoever runs "pkgsearch" in a test gets this very code.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pkgsearch": main})
}

var updateScripts = flag.Bool("update", false, "rewrite the wanted output in testdata/script")

// TestScripts runs the stories in testdata/script; its README explains the commands beside testscript's own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *updateScripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}] = &process{}
			env.Values[registryKey{}] = new(*registrytest.Registry)
			readme, err := os.ReadFile("README.md")
			if err != nil {
				return err
			}
			sample, err := filepath.Abs(filepath.Join("testdata", "sample"))
			if err != nil {
				return err
			}
			env.Setenv("SAMPLE", sample)
			return errors.Join(
				os.WriteFile(filepath.Join(env.WorkDir, "README.md"), readme, 0o600),
				os.WriteFile(filepath.Join(env.WorkDir, "readme.yaml"), yamlIn(readme), 0o600),
				manyPackages(filepath.Join(env.WorkDir, "packages.ndjson")),
			)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"start":    start,
			"stop":     stop,
			"get":      get,
			"cut":      cut,
			"readme":   readme,
			"inreadme": inreadme,
			"registry": registry,
			"upstream": upstream,
			"await":    await,
			"post":     post,
			"gzip":     compressed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
			"zstd":     compressed(newZstd),
			"spoil":    spoil,
		},
	})
}

// manyPackages writes a dump of 300 packages, unless the script brings its own.
func manyPackages(name string) error {
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	var b bytes.Buffer
	for i := range 300 {
		fmt.Fprintf(&b, `{"name":"package-%d","dist-tags":{"latest":"1.0.%d"},"versions":{"1.0.%d":{"name":"package-%d","version":"1.0.%d","description":"the package of number %d","keywords":["k%d","%x"]}}}`+"\n",
			i, i, i, i, i, i, i%7, sha256.Sum256([]byte{byte(i), byte(i >> 8)}))
	}
	return os.WriteFile(name, b.Bytes(), 0o600)
}

// yamlIn is the first block of YAML in a Markdown text.
func yamlIn(markdown []byte) []byte {
	_, rest, _ := bytes.Cut(markdown, []byte("```yaml\n"))
	block, _, _ := bytes.Cut(rest, []byte("```"))
	return block
}
