package registrytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// client asks a registry for JSON, by its handler.
type client struct {
	t   *testing.T
	reg *Registry
}

func (c client) get(path string, status int) map[string]any {
	c.t.Helper()
	resp, err := (&http.Client{Transport: c.reg.Transport()}).Get(c.reg.URL() + path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.StatusCode != status {
		c.t.Fatalf("%s: %s, want %d: %s", path, resp.Status, status, body)
	}
	var v map[string]any
	if err := json.Unmarshal(body, &v); err != nil {
		c.t.Fatalf("%s: %v: %s", path, err, body)
	}
	return v
}

// rows are the names in a page of changes, with + for live ones and - for deleted ones.
func (c client) rows(path string) string {
	c.t.Helper()
	var out []string
	for _, r := range c.get(path, http.StatusOK)["results"].([]any) {
		row := r.(map[string]any)
		mark := "+"
		if row["deleted"] == true {
			mark = "-"
		}
		out = append(out, mark+row["id"].(string))
	}
	return strings.Join(out, " ")
}

func run(t *testing.T, r *Registry, lines ...string) {
	t.Helper()
	if err := r.Run(strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
}

const (
	changesAll = feedPath + "/_changes?since=0&limit=100"
	listAll    = feedPath + "/_all_docs?limit=100"
)

func TestFeeds(t *testing.T) {
	script := []string{"publish a 1.0.0", "publish b 1.0.0 # comment", "", "publish a 1.1.0", "delete b", "late 1 publish c 1.0.0"}
	couch := client{t, New(Options{})}
	run(t, couch.reg, script...)
	if got, want := couch.rows(changesAll), "+_design/app +a +c -b"; got != want {
		t.Errorf("CouchDB: %s, want %s", got, want)
	}
	page := couch.get(changesAll+"&include_docs=true", 200)
	first := page["results"].([]any)[1].(map[string]any)
	if doc := first["doc"].(map[string]any); doc["_id"] != "a" || first["changes"].([]any)[0].(map[string]any)["rev"] != doc["_rev"] {
		t.Errorf("row %v", first)
	}
	if got := couch.rows(feedPath + "/_changes?limit=100&since=" + page["last_seq"].(string)); got != "" {
		t.Errorf("after the end: %s", got)
	}

	npm := client{t, New(Options{Dialect: Replicate})}
	run(t, npm.reg, script...)
	if got, want := npm.rows(changesAll), "+a +b +a +c -b"; got != want {
		t.Errorf("replication service: %s, want %s", got, want)
	}
	for _, extra := range []string{"&include_docs=true", "&feed=longpoll", "&timeout=1"} {
		npm.get(changesAll+extra, 400)
	}
	npm.get(feedPath+"/_changes?since=0&limit=20000", 400)
	if got := npm.get(feedPath+"/_changes?since=99999&limit=10", 200); got["last_seq"] != 99999. {
		t.Errorf("past the end: %v, want an echo", got)
	}
	if got := npm.get(listAll+"&startkey=%22b%22", 200)["rows"].([]any); len(got) != 1 {
		t.Errorf("names from b on: %v", got)
	}
}

func TestLifeOfAPackage(t *testing.T) {
	c := client{t, New(Options{})}
	revs := map[string]bool{}
	for _, step := range []struct {
		do     string
		status int
		want   Expected
	}{
		{`publish a 1.0.0 description="A \"b\" c" keywords=["x","y"] license=MIT`, 200, Expected{Status: "active", Version: "1.0.0", Description: `A "b" c`}},
		{"deprecate a use another", 200, Expected{Status: "active", Version: "1.0.0", Description: `A "b" c`, Deprecated: true}},
		{"deprecate a", 200, Expected{Status: "active", Version: "1.0.0", Description: `A "b" c`}},
		{"publish a 2.0.0", 200, Expected{Status: "active", Version: "2.0.0"}},
		{"unpublish a", 200, Expected{Status: "unpublished"}},
		{"publish a 3.0.0", 200, Expected{Status: "active", Version: "3.0.0"}},
		{"unpublish a 404", 404, Expected{Status: "unpublished"}},
		{"delete a", 404, Expected{Status: "deleted"}},
		{"publish a 4.0.0", 200, Expected{Status: "active", Version: "4.0.0"}},
		{"vanish a", 404, Expected{Status: "deleted"}},
	} {
		run(t, c.reg, step.do)
		got := c.reg.State()["a"]
		if revs[got.Rev] {
			t.Errorf("%s: revision %s was there before", step.do, got.Rev)
		}
		revs[got.Rev] = true
		got.Rev = ""
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.do, diff)
		}
		c.get("/a", step.status)
	}
	if got := c.get("/-/state", 200)["a"].(map[string]any)["status"]; got != "deleted" {
		t.Errorf("state by HTTP: %v", got)
	}
}

func TestResetMovesEverything(t *testing.T) {
	c := client{t, New(Options{Dialect: Replicate})}
	for i := range 10 {
		run(t, c.reg, fmt.Sprintf("publish p%d 1.0.0", i))
	}
	run(t, c.reg, "publish p0 2.0.0", "delete p1", "forget p2")
	before, root := c.rows(changesAll), c.get(feedRoot, 200)
	run(t, c.reg, "reset id revs")
	after, now := c.rows(changesAll), c.get(feedRoot, 200)
	if strings.Count(after, "+") != 8 || strings.Contains(after, "-") || strings.HasPrefix(before, after[:12]) {
		t.Errorf("rows %s, then %s", before, after)
	}
	if root["uuid"] == now["uuid"] || root["update_seq"].(float64) <= now["update_seq"].(float64) {
		t.Errorf("root %v, then %v", root, now)
	}
	if rev := c.reg.State()["p0"].Rev; !strings.HasPrefix(rev, "1-") {
		t.Errorf("revision %s after they began again", rev)
	}
}

func TestFaults(t *testing.T) {
	reg := New(Options{})
	reg.Start(t)
	run(t, reg, "publish a 1.0.0", "publish a 2.0.0",
		"fault status docs/a status=503 retry-after=7", "fault reset docs", "fault truncate any at=5", "fault html docs/a times=2", "fault stale docs/a", "fault bomb docs at=100000", "fault status root status=500")
	var got []string
	for range 8 {
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(reg.URL() + "/a")
		if err != nil {
			got = append(got, "no answer")
			continue
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			got = append(got, fmt.Sprint("cut at ", len(body)))
		case strings.HasPrefix(string(body), "<"):
			got = append(got, "page")
		case len(body) == 100000:
			got = append(got, "bomb")
		case strings.Contains(string(body), "2.0.0"):
			got = append(got, "new")
		case strings.Contains(string(body), "1.0.0"):
			got = append(got, "old")
		default:
			got = append(got, resp.Status+" "+resp.Header.Get("Retry-After"))
		}
	}
	want := []string{"503 Service Unavailable 7", "no answer", "cut at 5", "page", "page", "old", "bomb", "new"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client{t, New(Options{})}
		since := c.get(changesAll, 200)["last_seq"].(string)
		wait := feedPath + "/_changes?feed=longpoll&timeout=10000&limit=10&since=" + since
		began := time.Now()
		if got := c.rows(wait); got != "" || time.Since(began) != 10*time.Second {
			t.Errorf("%q after %s", got, time.Since(began))
		}
		began = time.Now()
		time.AfterFunc(4*time.Second, func() { c.reg.Publish("a", "1.0.0", nil) })
		if got := c.rows(wait); got != "+a" || time.Since(began) != 4*time.Second {
			t.Errorf("%q after %s", got, time.Since(began))
		}
	})
}

func TestDownloads(t *testing.T) {
	c := client{t, New(Options{})}
	run(t, c.reg, "downloads a 12", "downloads @s/b 3")
	const path = downPath + "/downloads/point/last-month/"
	if got := c.get(path+"a,c", 200); got["a"].(map[string]any)["downloads"] != 12. || got["c"] != nil {
		t.Errorf("bulk %v", got)
	}
	if got := c.get(path+"@s/b", 200); got["downloads"] != 3. {
		t.Errorf("scoped %v", got)
	}
	c.get(path+"a,@s/b", 400)
	c.get(path+strings.Repeat("a,", 128)+"a", 400)
	c.get(path+"c", 404)
}

func TestScriptsSayWhatIsWrong(t *testing.T) {
	for script, tells := range map[string]string{
		"publish a 1.0.0\nbake a cake": `line 2: unknown operation "bake"`,
		"publish a":                    "wants 2 words",
		"fault status docs size=3":     `unknown option "size"`,
		"fault status docs times=many": "many",
		"late x publish a 1.0.0":       "x",
		"downloads a lots":             "lots",
	} {
		if err := New(Options{}).Run(strings.NewReader(script)); err == nil || !strings.Contains(err.Error(), tells) {
			t.Errorf("%q: error %v, want one of %q", script, err, tells)
		}
	}
}

func TestLoadAndDriveByHTTP(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.json": `{"name":"a","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"a","version":"1.0.0","description":"of a file"}}}`,
		"b.txt":  "publish b 2.0.0\ndeprecate a old",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reg, err := Load(dir, Options{Dialect: Replicate})
	if err != nil {
		t.Fatal(err)
	}
	reg.Start(t)
	resp, err := http.Post(reg.URL()+"/-/exec", "text/plain", strings.NewReader("publish c 3.0.0\ndelete b"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	got := map[string]string{}
	for name, e := range reg.State() {
		got[name] = fmt.Sprint(e.Status, e.Version, e.Description, e.Deprecated)
	}
	want := map[string]string{"a": "active1.0.0of a filetrue", "b": "deletedfalse", "c": "active3.0.0false"}
	if diff := cmp.Diff(want, got); diff != "" || resp.StatusCode != 200 {
		t.Errorf("%s (-want +got):\n%s", resp.Status, diff)
	}
}
