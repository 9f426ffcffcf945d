package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"pkgsearch/index"
	"pkgsearch/index/store"
	"pkgsearch/ingest"
	"pkgsearch/ingest/registrytest"
)

// TestBlame: a registry's failure is told from one of the data directory.
func TestBlame(t *testing.T) {
	for want, err := range map[int]error{
		exitOK:      nil,
		exitRemote:  errors.New("500"),
		exitError:   fmt.Errorf("apply page: %w", mark(errors.New("disk on fire"), errWrite)),
		exitDamaged: fmt.Errorf("apply page: %w", store.ErrDamaged),
		exitStopped: context.Canceled,
	} {
		if got := exitCode(blame(err)); got != want {
			t.Errorf("%v ends with code %d, want %d", err, got, want)
		}
	}
}

// TestUpstream: address and token are looked for apart, so that npm's token serves a registry that we name.
func TestUpstream(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("HOME", t.TempDir())
	for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY"} {
		t.Setenv(name, "")
	}
	npmrc := "registry=https://a.example/\n//a.example/:_authToken=of-a\n//b.example/:_authToken=of-b\n"
	if err := os.WriteFile(".npmrc", []byte(npmrc), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ registry, token, wantAddress, wantToken string }{
		{"", "", "https://a.example/", "of-a"},
		{"", "ours", "https://a.example/", "ours"},
		{"https://b.example", "", "https://b.example", "of-b"},
		{"https://b.example", "ours", "https://b.example", "ours"},
		{"https://c.example", "", "https://c.example", ""},
	} {
		a := newTestApp()
		a.Registry, a.Token = c.registry, c.token
		if address, token, err := a.upstream(); address != c.wantAddress || token != c.wantToken || err != nil {
			t.Errorf("%+v: %q, %q, %v", c, address, token, err)
		}
	}
	if err := os.Remove(".npmrc"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := newTestApp().upstream(); !errors.Is(err, errNoRegistry) {
		t.Errorf("without any: %v", err)
	}
}

// TestAFollowerThatCannotWrite does not blame the registry.
func TestAFollowerThatCannotWrite(t *testing.T) {
	reg := registrytest.New(registrytest.Options{})
	end, err := reg.Serve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if err := reg.Exec("publish alpha 1.0.0"); err != nil {
		t.Fatal(err)
	}
	a := newTestApp()
	a.Feed, a.Registry, a.Fetches = reg.FeedURL(), reg.URL(), 1
	d := openTestData(t, a)
	f, err := a.newFollower(d, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.index.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.run(t.Context()); !errors.Is(err, index.ErrClosed) || exitCode(err) != exitError {
		t.Errorf("%v ends with code %d", err, exitCode(err))
	}
}

// TestDownloadsThatCannotBeStored are not the API's fault.
func TestDownloadsThatCannotBeStored(t *testing.T) {
	a := newTestApp()
	d := openTestData(t, a)
	if err := d.index.Apply(t.Context(), store.Batch{Packages: []store.Package{{Name: "react", Status: store.Active, Version: "1.0.0"}}}); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.index.Close() // what is asked for now cannot be written
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"downloads":1}`)
	}))
	defer api.Close()
	downloads, err := ingest.NewDownloadsClient(api.URL, ingest.NewClient(ingest.ClientOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	err = refresher{downloads: downloads, data: d, log: a.log}.now(t.Context())
	if !errors.Is(err, index.ErrClosed) || exitCode(err) != exitError {
		t.Errorf("%v ends with code %d", err, exitCode(err))
	}
}
