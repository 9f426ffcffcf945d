package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// npm is the real client, at home in an empty directory and knowing no registry but the one under test.
type npm struct {
	t        *testing.T
	home     string
	registry string
}

func newNPM(t *testing.T, registry string) npm {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	return npm{t, t.TempDir(), registry}
}

// search runs npm search and returns what it printed.
func (n npm) search(args ...string) string {
	n.t.Helper()
	out, err := n.try(args...)
	if err != nil {
		n.t.Fatalf("npm search %q: %v\n%s", args, err, out)
	}
	return out
}

func (n npm) try(args ...string) (string, error) {
	cmd := exec.Command("npm", append([]string{"search", "--registry", n.registry, "--no-update-notifier", "--no-color"}, args...)...)
	cmd.Dir = n.home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + n.home,
		"npm_config_cache=" + filepath.Join(n.home, "cache"),
		"npm_config_userconfig=" + filepath.Join(n.home, "npmrc"),
		"npm_config_globalconfig=" + filepath.Join(n.home, "global-npmrc"),
		"npm_config_fetch_retries=0",
	}
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			out = append(out, exit.Stderr...)
		}
	}
	return string(out), err
}

// found is what npm search --json prints of a package.
type found struct {
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	Description string   `json:"description"`
	Keywords    []string `json:"keywords"`
	Date        string   `json:"date"`
	Maintainers []struct {
		Username string `json:"username"`
	} `json:"maintainers"`
}

func (n npm) searchJSON(args ...string) []found {
	n.t.Helper()
	out := n.search(append([]string{"--json"}, args...)...)
	var all []found
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		n.t.Fatalf("npm search --json %q printed no JSON: %v\n%s", args, err, out)
	}
	return all
}

func names(all []found) []string {
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
	}
	return names
}

func TestNPMClient(t *testing.T) {
	t.Parallel()
	n := newNPM(t, sampleServer(t).url)

	t.Run("text", func(t *testing.T) {
		n.t = t
		out := n.search("react")
		if first, _, _ := strings.Cut(out, "\n"); first != "react" {
			t.Errorf("the first line is %q, not the package react:\n%s", first, out)
		}
		for _, want := range []string{"Version ", " published ", "Maintainers: "} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
		if strings.Contains(out, "undefined") {
			t.Errorf("npm found something missing in:\n%s", out)
		}
	})
	t.Run("json", func(t *testing.T) {
		n.t = t
		all := n.searchJSON("react")
		if len(all) == 0 || all[0].Name != "react" {
			t.Fatalf("found %q, want react first", names(all))
		}
		if r := all[0]; r.Version == "" || r.Description == "" || r.Date == "" || r.Maintainers == nil {
			t.Errorf("incomplete: %+v", r)
		}
	})
	t.Run("parseable", func(t *testing.T) {
		n.t = t
		out := n.search("--parseable", "react")
		for line := range strings.Lines(out) {
			if cells := strings.Split(line, "\t"); len(cells) < 4 {
				t.Errorf("%d fields in %q", len(cells), line)
			}
		}
		if !strings.HasPrefix(out, "react\t") {
			t.Errorf("react is not first:\n%s", out)
		}
	})
	t.Run("long", func(t *testing.T) {
		n.t = t
		if out := n.search("--long", "react"); !strings.HasPrefix(out, "react\n") {
			t.Errorf("react is not first:\n%s", out)
		}
	})
	t.Run("searchlimit", func(t *testing.T) {
		n.t = t
		if all := n.searchJSON("--searchlimit", "3", "react"); len(all) != 3 {
			t.Errorf("found %q, want three", names(all))
		}
	})
	t.Run("searchexclude", func(t *testing.T) {
		n.t = t
		all := names(n.searchJSON("--searchexclude", "dom", "react"))
		if !slices.Contains(all, "react") || slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, "dom") }) {
			t.Errorf("found %q, want react and nothing with dom", all)
		}
	})
	t.Run("scoped", func(t *testing.T) {
		n.t = t
		all := names(n.searchJSON("scope:babel"))
		if len(all) == 0 || slices.ContainsFunc(all, func(s string) bool { return !strings.HasPrefix(s, "@babel/") }) {
			t.Errorf("found %q, want packages of @babel only", all)
		}
		if all := names(n.searchJSON("@babel/core")); len(all) == 0 || all[0] != "@babel/core" {
			t.Errorf("found %q, want @babel/core first", all)
		}
	})
	t.Run("no matches", func(t *testing.T) {
		n.t = t
		if out := n.search("qqzzxxjj"); !strings.Contains(out, "No matches found") {
			t.Errorf("printed %q", out)
		}
		if all := n.searchJSON("qqzzxxjj"); len(all) != 0 {
			t.Errorf("found %q", names(all))
		}
	})
	t.Run("qualifiers", func(t *testing.T) {
		n.t = t
		all := n.searchJSON("keywords:react", "not:deprecated")
		if len(all) == 0 {
			t.Fatal("nothing has the keyword react")
		}
		for _, f := range all {
			if !slices.ContainsFunc(f.Keywords, func(k string) bool { return strings.EqualFold(k, "react") }) {
				t.Errorf("%s has keywords %q", f.Name, f.Keywords)
			}
		}
	})
	t.Run("too long", func(t *testing.T) {
		n.t = t
		out, err := n.try(strings.Repeat("x", 300))
		if err == nil || !strings.Contains(out, "E400") {
			t.Errorf("a query over the limit: %v\n%s", err, out)
		}
	})
}

// What the sample has nothing of: people, and packages with as little in them as a registry lets through.
func TestNPMClientOnUnevenPackages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dump := filepath.Join(dir, "packages.ndjson")
	const packages = `{"name":"full","dist-tags":{"latest":"1.2.3"},"versions":{"1.2.3":{"name":"full","version":"1.2.3","description":"All there is","keywords":["kind"],"author":"Ann <ann@mail.example>","_npmUser":{"name":"bob","email":"bob@mail.example"}}},"time":{"1.2.3":"2024-05-06T07:08:09.000Z"},"maintainers":[{"name":"ann","email":"ann@mail.example"},{"name":"bob"}]}
{"name":"bare","versions":{"0.0.1":{}}}
{"name":"@at/url","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"description":"more at https://registry.example","keywords":["or see https://registry.example"],"author":"Ann <ann@mail.example>","homepage":"https://registry.example","_npmUser":{"name":"bob","email":"bob@mail.example"}}}}
{"name":"@at/bare","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"description":"more at https://registry.example"}}}
{"name":"@Old/Odd_Name","versions":{"1.0.0":{"keywords":{"0":"kind"},"maintainers":"Ann","deprecated":"gone","description":"\u001b[31mred"}},"time":{"1.0.0":"not a date"}}
`
	if err := os.WriteFile(dump, []byte(packages), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if out, err := exec.Command("pkgsearch", "import", "--data", data, dump).CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	n := newNPM(t, startServer(t, "--data", data).url)
	out := n.search("full")
	for _, want := range []string{"full\nAll there is\n", "Version 1.2.3 published 2024-05-06 by bob\n", "Maintainers: ann bob\n", "Keywords: kind\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if out := n.search("bare"); !strings.Contains(out, "bare\nVersion 0.0.1 published prehistoric") {
		t.Errorf("printed %q", out)
	}
	for _, form := range []string{"--json", "--parseable", "--long"} {
		if out := n.search(form, "@Old/Odd_Name"); !strings.Contains(out, "@Old/Odd_Name") || strings.Contains(out, "\x1b") {
			t.Errorf("%s printed %q", form, out)
		}
	}
	// npm takes an "@" that follows a bare URL for the end of a password, which it removes.
	at := n.searchJSON("scope:at")
	if len(at) != 2 || at[0].Description != "more at https://registry.example" || at[1].Description != at[0].Description {
		t.Errorf("found %+v", at)
	}
	if all := n.searchJSON("keywords:kind"); len(all) != 2 {
		t.Errorf("found %q, want both of a kind", names(all))
	}
}

// pnpm sends text and size only, to the root of the host, and refuses fields of another type.
func TestPNPMRequest(t *testing.T) {
	t.Parallel()
	resp, err := http.Get(sampleServer(t).url + "/-/v1/search?text=react&size=20")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v: %s", resp.Status, err, body)
	}
	var reply struct {
		Objects []struct {
			Package struct {
				Name        *string `json:"name"`
				Version     *string `json:"version"`
				Description string  `json:"description"`
				Date        *string `json:"date"`
				Publisher   *struct {
					Username string `json:"username"`
				} `json:"publisher"`
				Maintainers []struct {
					Username string `json:"username"`
				} `json:"maintainers"`
			} `json:"package"`
		} `json:"objects"`
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if len(reply.Objects) == 0 || len(reply.Objects) > 20 {
		t.Fatalf("%d objects", len(reply.Objects))
	}
	for _, o := range reply.Objects {
		if p := o.Package; p.Name == nil || p.Version == nil || p.Maintainers == nil || p.Publisher == nil {
			t.Errorf("pnpm would miss something in %+v", p)
		}
	}
}
