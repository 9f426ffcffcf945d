package cmd

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// slowFS opens nothing before it is let go.
type slowFS struct {
	fs.FS
	goOn chan struct{}
}

func (s slowFS) Open(name string) (fs.File, error) {
	<-s.goOn
	return s.FS.Open(name)
}

// TestServeAnswersWhileItsDataIsOpened: the process lives at once, is ready when the data is, and ends in order.
func TestServeAnswersWhileItsDataIsOpened(t *testing.T) {
	sample := slowFS{fstest.MapFS{
		sampleDownloads: {Data: []byte(`{"react":1}`)},
		sampleDump:      {Data: []byte(`{"name":"react","versions":{"1.0.0":{}}}`)},
	}, make(chan struct{})}
	address := freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"serve", "--sample", "--listen", address, "--admin-listen", ""}, nil, io.Discard, io.Discard, sample)
	}()
	await(t, address, "/healthz", 200, "ok")
	await(t, address, "/readyz", 503, `"starting"`)
	await(t, address, "/-/v1/search?text=react", 503, `"starting"`)
	close(sample.goOn)
	await(t, address, "/readyz", 200, "ready")
	await(t, address, "/-/v1/search?text=react", 200, `"name":"react"`)
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("ended with code %d", code)
	}
}

// TestServeStopsWhileItsDataIsOpened: an import of the sample that is interrupted is a good end.
func TestServeStopsWhileItsDataIsOpened(t *testing.T) {
	sample := slowFS{fstest.MapFS{sampleDownloads: {Data: []byte(`{}`)}, sampleDump: {}}, make(chan struct{})}
	address := freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"serve", "--sample", "--listen", address, "--admin-listen", ""}, nil, io.Discard, io.Discard, sample)
	}()
	await(t, address, "/healthz", 200, "ok")
	stop()
	close(sample.goOn)
	if code := <-ended; code != exitOK {
		t.Errorf("ended with code %d", code)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// await asks until the answer is as wanted.
func await(t *testing.T, address, path string, status int, text string) {
	t.Helper()
	tick, last := time.NewTicker(5*time.Millisecond), ""
	defer tick.Stop()
	for late := time.After(time.Minute); ; {
		resp, err := http.Get("http://" + address + path)
		if err != nil {
			last = err.Error()
		} else {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if last = resp.Status + " " + string(body); resp.StatusCode == status && strings.Contains(last, text) {
				return
			}
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s did not come to answer %d %s: %s", path, status, text, last)
		}
	}
}

// brokenPipe refuses the first write.
type brokenPipe struct{ writes int }

func (b *brokenPipe) Write(p []byte) (int, error) {
	if b.writes++; b.writes == 1 {
		return 0, errors.New("broken pipe")
	}
	return len(p), nil
}

func TestAnnounceTellsThatItWasNotHeard(t *testing.T) {
	a := newTestApp()
	a.stdout = &brokenPipe{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &server{app: a, data: openTestData(t, a), public: l, admin: l}
	if err := s.announce(t.Context(), serveOptions{}); err == nil {
		t.Error("no error")
	}
}

// newTestApp is an app that talks to nobody.
func newTestApp() *app {
	return &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, log: newLogger(io.Discard, "error", "text")}
}

// openTestData is an empty data directory until the test ends.
func openTestData(t *testing.T, a *app) *data {
	t.Helper()
	d, err := a.openData(t.Context(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}
