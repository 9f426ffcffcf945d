package ingest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/ingest/registrytest"
)

func TestLoadDownloads(t *testing.T) {
	got, err := LoadDownloads(strings.NewReader(`{"left-pad": 12, "@a/b":0,"big":18446744073709551615}` + "\n"))
	want := map[string]uint64{"left-pad": 12, "@a/b": 0, "big": 18446744073709551615}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for body, tells := range map[string]string{
		``:                                 "EOF",
		`[]`:                               "not a JSON object",
		`{"a":1`:                           "EOF",
		`{"a":1}{}`:                        "more text",
		`{"ok":1,"a":-1}`:                  `"a"`,
		`{"a":1.5}`:                        `"a"`,
		`{"a":1e3}`:                        `"a"`,
		`{"a":"12"}`:                       `"a"`,
		`{"a":null}`:                       `"a"`,
		`{"ok":1,"a":{"n":1}}`:             `"a"`,
		`{"a":[1]}`:                        `"a"`,
		`{"a":18446744073709551616}`:       `"a"`,
		`{"a":true,"b":1}`:                 `"a"`,
		"\x00":                             "invalid character",
		`{"a":1,"package":"x","extra":12}`: `"package"`,
	} {
		if _, err := LoadDownloads(strings.NewReader(body)); err == nil || !strings.Contains(err.Error(), tells) {
			t.Errorf("%s: error %v, want one of %s", body, err, tells)
		}
	}
	broken := errors.New("cable pulled")
	if _, err := LoadDownloads(io.MultiReader(strings.NewReader(`{"a":1,`), errReader{broken})); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestRefreshDownloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := registrytest.New(registrytest.Options{})
		want := map[string]uint64{"unknown": 0, "@scope/unknown": 0}
		for i := range 1500 {
			name := fmt.Sprintf("p%d", i)
			if i%300 == 0 {
				name = "@scope/" + name
			}
			want[name] = uint64(i + 1)
			reg.SetDownloads(name, want[name])
		}
		reg.Inject(registrytest.Fault{Kind: registrytest.Status, On: "downloads", Status: 429, Times: 5})
		client, err := NewDownloadsClient(reg.DownloadsURL(), NewClient(ClientOptions{Transport: reg.Transport(), Rate: DownloadsRate}))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]uint64{}
		calls := 0
		err = client.Refresh(t.Context(), slices.Values(slices.Sorted(maps.Keys(want))), func(counts map[string]uint64) error {
			calls++
			for name, n := range counts {
				if _, twice := got[name]; twice {
					t.Errorf("%s was told twice", name)
				}
				got[name] = n
			}
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if calls != 2 {
			t.Errorf("applied in %d steps, want 2", calls)
		}
		requests := reg.Requests()
		if at := requests[4].At.Sub(requests[3].At); at < time.Minute {
			t.Errorf("asked again %s after the last 429", at)
		}
		for i := 10; i+DownloadsRate < len(requests); i++ {
			if d := requests[i+DownloadsRate].At.Sub(requests[i].At); d < 900*time.Millisecond {
				t.Errorf("%d requests within %s", DownloadsRate, d)
			}
		}
	})
}

func TestRefreshDownloadsFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := registrytest.New(registrytest.Options{})
		client, err := NewDownloadsClient(reg.DownloadsURL(), NewClient(ClientOptions{Transport: reg.Transport()}))
		if err != nil {
			t.Fatal(err)
		}
		reg.SetDownloads("a", 1)
		reg.SetDownloads("b", 1)
		names := slices.Values([]string{"a", "b"})
		apply := func(map[string]uint64) error { t.Error("applied"); return nil }
		for _, kind := range []registrytest.Kind{registrytest.HTML, registrytest.Truncate, registrytest.ResetConn} {
			reg.Inject(registrytest.Fault{Kind: kind, On: "downloads", Times: -1, At: 3})
			if err := client.Refresh(t.Context(), names, apply); err == nil || !strings.Contains(err.Error(), "downloads of a") {
				t.Errorf("%s: error %v", kind, err)
			}
			reg.Heal()
		}
		full := errors.New("disk full")
		if err := client.Refresh(t.Context(), names, func(map[string]uint64) error { return full }); !errors.Is(err, full) {
			t.Errorf("error %v, want %v", err, full)
		}
	})
}

// A name that the API cannot answer for costs its own count and no other; an API that is down ends the round, and what
// was told before is kept.
func TestRefreshDownloadsSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bad func(names []string) (status int, body string) // 0 for a good answer
		api := tripFunc(func(req *http.Request) (*http.Response, error) {
			_, asked, _ := strings.Cut(req.URL.Path, "/last-month/")
			names := strings.Split(asked, ",")
			status, body := bad(names)
			if status == 0 {
				status, body = 200, `{"downloads":7}`
				if len(names) > 1 {
					body = `{"` + strings.Join(names, `":{"downloads":7},"`) + `":{"downloads":7}}`
				}
			}
			return &http.Response{
				StatusCode: status, Request: req, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{"Content-Type": {http.DetectContentType([]byte(body))}},
			}, nil
		})
		var many []string
		for i := range 3000 {
			many = append(many, fmt.Sprintf("@s/p%04d", i))
		}
		for what, c := range map[string]struct {
			names []string
			bad   func(names []string) (int, string)
			told  int
			fails bool
		}{
			"one of a bulk":       {[]string{"a", "b", "c"}, func(n []string) (int, string) { return badIf(slices.Contains(n, "b"), 400, "{}") }, 2, false},
			"an empty bulk":       {[]string{"a", "b", "c"}, func(n []string) (int, string) { return badIf(len(n) > 1, 200, "{}") }, 3, false},
			"a bulk that is null": {[]string{"a", "b", "c"}, func(n []string) (int, string) { return badIf(len(n) > 1, 200, "null") }, 3, false},
			"null for a name":     {[]string{"a", "b"}, func(n []string) (int, string) { return badIf(len(n) > 1, 200, `{"a":null,"b":{"downloads":1}}`) }, 1, false},
			"a number is missing": {[]string{"@s/a", "@s/b"}, func(n []string) (int, string) { return badIf(n[0] == "@s/a", 200, "{}") }, 1, false},
			"a scoped name":       {many, func(n []string) (int, string) { return badIf(n[0] == "@s/p0002", 500, "{}") }, 2999, false},
			"down in the middle":  {many, func(n []string) (int, string) { return badIf(n[0] >= "@s/p2900", 500, "{}") }, 2900, true},
			"no more, please":     {many, func(n []string) (int, string) { return badIf(n[0] == "@s/p2900", 429, "{}") }, 2900, true},
			"a page that is lost": {[]string{"@s/a", "@s/b"}, func(n []string) (int, string) { return badIf(n[0] == "@s/a", 404, "<html>") }, 1, false},
			"down":                {[]string{"a", "b"}, func(n []string) (int, string) { return 500, "{}" }, 0, true},
		} {
			bad = c.bad
			client, err := NewDownloadsClient("http://downloads.example", NewClient(ClientOptions{Transport: api}))
			if err != nil {
				t.Fatal(err)
			}
			told, most := 0, 0
			err = client.Refresh(t.Context(), slices.Values(c.names), func(counts map[string]uint64) error {
				most = max(most, len(counts))
				for _, n := range counts {
					told += min(int(n), 1)
				}
				return nil
			})
			if told != c.told || (err != nil) != c.fails || most > downloadsBatch+downloadsBulk {
				t.Errorf("%s: %d names have downloads, told %d at a time, %v; want %d", what, told, most, err, c.told)
			}
		}
	})
}

func badIf(bad bool, status int, body string) (int, string) {
	if !bad {
		return 0, ""
	}
	return status, body
}
