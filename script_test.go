package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"pkgsearch/ingest/registrytest"
)

type serverKey struct{}

// exits CODE COMMAND... runs a command that must end with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	for i := range args {
		args[i] = long(args[i])
	}
	got, err := exitCodeOf(ts.Exec(args[1], args[2:]...))
	ts.Check(err)
	if want, err := strconv.Atoi(args[0]); err != nil || got != want {
		ts.Fatalf("%.200s ended with code %d, not %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// start ARG... runs "pkgsearch serve ARG..." beside the script and sets $URL and, where there is one, $ADMIN.
func start(ts *testscript.TestScript, neg bool, args []string) {
	env := []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GOCOVERDIR"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	p, err := serve(ts.MkAbs("."), env, args...)
	ts.Check(err)
	ts.Setenv("URL", p.url)
	ts.Setenv("HOSTPORT", strings.TrimPrefix(p.url, "http://"))
	if strings.Contains(strings.Join(args, " "), "--admin-listen=127") {
		p.admin, err = p.stdout.after("admin at ")
		ts.Check(err)
		ts.Setenv("ADMIN", p.admin)
	}
	*ts.Value(serverKey{}).(*process) = *p
	ts.Defer(p.kill)
}

// stop ends what start started; it must end well. Its output can be looked at afterwards.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	p := ts.Value(serverKey{}).(*process)
	err := p.stop()
	fmt.Fprint(ts.Stdout(), p.stdout.String())
	fmt.Fprint(ts.Stderr(), p.stderr.String())
	ts.Check(err)
}

// get [STATUS] URL asks by HTTP and prints the body; the status is 200 where none is given. Spaces in the URL's
// query are escaped.
func get(ts *testscript.TestScript, neg bool, args []string) {
	want := "200"
	if len(args) > 1 && !strings.Contains(args[0], "/") {
		want, args = args[0], args[1:]
	}
	if neg || len(args) == 0 {
		ts.Fatalf("usage: get [STATUS] URL")
	}
	address, query, _ := strings.Cut(long(strings.Join(args, " ")), "?")
	if query != "" {
		query = "?" + strings.ReplaceAll(query, " ", url.QueryEscape(" "))
	}
	resp, err := http.Get(address + query)
	ts.Check(err)
	defer resp.Body.Close()
	_, err = io.Copy(ts.Stdout(), resp.Body)
	ts.Check(err)
	if got := strconv.Itoa(resp.StatusCode); got != want {
		ts.Fatalf("%.200s answered %s, not %s", address+query, got, want)
	}
}

// post STATUS URL posts nothing.
func post(ts *testscript.TestScript, neg bool, args []string) {
	resp, err := http.Post(args[1], "application/json", nil)
	ts.Check(err)
	defer resp.Body.Close()
	if got := strconv.Itoa(resp.StatusCode); got != args[0] {
		ts.Fatalf("%s answered %s, not %s", args[1], got, args[0])
	}
}

// await URL TEXT asks again and again until the answer contains the text.
func await(ts *testscript.TestScript, neg bool, args []string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	last := ""
	for late := time.After(patience); ; {
		resp, err := http.Get(args[0])
		ts.Check(err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		ts.Check(err)
		if last = string(body); strings.Contains(last, args[1]) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("%s did not come to answer %s:\n%s", args[0], args[1], last)
		}
	}
}

// long replaces {N} in an argument by N letters, for what is too long to be written down.
func long(arg string) string {
	before, rest, opened := strings.Cut(arg, "{")
	count, after, closed := strings.Cut(rest, "}")
	if n, err := strconv.Atoi(count); opened && closed && err == nil {
		return before + strings.Repeat("x", n) + after
	}
	return arg
}

// cut FILE BYTES shortens a file; BYTES below zero are taken off its end.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	name := ts.MkAbs(args[0])
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	info, err := os.Stat(name)
	ts.Check(err)
	if n < 0 {
		n += info.Size()
	}
	ts.Check(os.Truncate(name, n))
}

// spoil DIR overwrites the middle of every file in a directory.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for i := len(b) / 4; i < len(b)*3/4; i++ {
			b[i] ^= 0x5a
		}
		return os.WriteFile(name, b, 0o600)
	}))
}

// compressed FROM TO writes a compressed copy of a file.
func compressed(with func(io.Writer) io.WriteCloser) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		var out bytes.Buffer
		w := with(&out)
		_, err := io.WriteString(w, ts.ReadFile(args[0]))
		ts.Check(errors.Join(err, w.Close()))
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o600))
	}
}

func newZstd(w io.Writer) io.WriteCloser {
	z, err := zstd.NewWriter(w)
	if err != nil {
		panic(err) // no options, no errors
	}
	return z
}

// readme TEXT runs the first command in README.md that begins with the text, with the addresses of the server that runs here.
// So a script runs what the README says, not what it said once.
func readme(ts *testscript.TestScript, neg bool, args []string) {
	for line := range strings.Lines(ts.ReadFile("README.md")) {
		if !strings.HasPrefix(line, args[0]) {
			continue
		}
		line = strings.ReplaceAll(line, readmeURL, ts.Getenv("URL"))
		words := strings.Fields(strings.TrimSpace(line))
		ts.Check(ts.Exec(words[0], words[1:]...))
		return
	}
	ts.Fatalf("README.md has no line with %q", args[0])
}

// inreadme FILE checks that README.md shows a file or the last output, with the default addresses for those here.
func inreadme(ts *testscript.TestScript, neg bool, args []string) {
	text := strings.NewReplacer(ts.Getenv("URL"), readmeURL, ts.Getenv("ADMIN"), readmeAdmin).Replace(ts.ReadFile(args[0]))
	if !strings.Contains(ts.ReadFile("README.md"), text) {
		ts.Fatalf("README.md does not show this:\n%s", text)
	}
}

// Addresses of a server in README.md.
const (
	readmeURL   = "http://127.0.0.1:8080"
	readmeAdmin = "http://127.0.0.1:8081"
)

// registry [DIALECT] starts a fake registry and sets $FEED, $REGISTRY and $DOWNLOADS.
func registry(ts *testscript.TestScript, neg bool, args []string) {
	reg := registrytest.New(registrytest.Options{Dialect: registrytest.Dialect(strings.Join(args, ""))})
	end, err := reg.Serve("127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = end() })
	*ts.Value(registryKey{}).(**registrytest.Registry) = reg
	ts.Setenv("FEED", reg.FeedURL())
	ts.Setenv("REGISTRY", reg.URL())
	ts.Setenv("DOWNLOADS", reg.DownloadsURL())
}

type registryKey struct{}

// upstream OPERATION... does something to the fake registry; package registrytest lists the operations.
func upstream(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check((*ts.Value(registryKey{}).(**registrytest.Registry)).Exec(strings.Join(args, " ")))
}
