package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
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
