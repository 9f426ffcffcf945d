package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/ingest/registrytest"
)

func spoolOf(t testing.TB, body string) *Spool {
	t.Helper()
	spool, err := spoolBody(t.Context(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return spool
}

func TestReadPage(t *testing.T) {
	for _, c := range []struct {
		name, list, body string
		want             []Change // without documents
		rows             int
		last             string
	}{
		{
			"couch", "results", `{"results":[
				{"seq":"3-g1AAA","id":"a","changes":[{"rev":"1-x"}]},
				{"seq":"4-g1AAB","id":"_design/app","changes":[{"rev":"9-x"}]},
				{"seq":"5-g1AAC","id":"b","changes":[{"rev":"2-y"},{"rev":"1-z"}],"deleted":true}
			],"last_seq":"5-g1AAC","pending":0}`,
			[]Change{{Name: "a", Rev: "1-x", Seq: "3-g1AAA"}, {Name: "b", Rev: "2-y", Seq: "5-g1AAC", Deleted: true}}, 3, "5-g1AAC",
		},
		{
			"numbers, and last_seq first", "results", `{"last_seq":122786079,"results":[{"seq":122786079,"id":"@s/é","changes":[{"rev":"7-q"}]}]}`,
			[]Change{{Name: "@s/é", Rev: "7-q", Seq: "122786079"}}, 1, "122786079",
		},
		{"empty", "results", `{"results":[],"last_seq":7}`, nil, 0, "7"},
		{
			"names", "rows", `{"total_rows":4250224,"offset":0,"rows":[{"id":"a","key":"a","value":{"rev":"3-r"}}]}`,
			[]Change{{Name: "a", Rev: "3-r"}}, 1, "a",
		},
		{
			"names that end with no package's", "rows", `{"rows":[{"id":"A","value":{"rev":"3-r"}},{"id":"_design/app","value":{"rev":"1-r"}}],"last_seq":9}`,
			[]Change{{Name: "A", Rev: "3-r"}}, 2, "_design/app",
		},
		{
			"what nobody reads", "results", `{"x":{"results":[1]},"results":[{"ID":"no","id":"a","other":[{}],"deleted":"yes","changes":[],"doc":null}],"last_seq":1}`,
			[]Change{{Name: "a"}}, 1, "1",
		},
	} {
		p, err := readPage(spoolOf(t, c.body), c.list)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, p.Changes); diff != "" || p.Rows != c.rows || p.lastSeq != c.last {
			t.Errorf("%s: %d rows, last %q (-want +got):\n%s", c.name, p.Rows, p.lastSeq, diff)
		}
	}
}

func TestReadPageRefuses(t *testing.T) {
	whole := `{"results":[{"seq":1,"id":"a","changes":[{"rev":"1-x"}],"doc":{"name":"a"}}],"last_seq":1}`
	bad := []string{`{"last_seq":1}`, `{"results":[]}`, `{"results":[],"last_seq":null}`, `{"results":{},"last_seq":1}`, whole + "x", whole + whole, `[]`, `null`, `<html>`}
	for n := range whole {
		bad = append(bad, whole[:n])
	}
	for _, body := range bad {
		if p, err := readPage(spoolOf(t, body), "results"); err == nil {
			t.Errorf("%s was read as %+v", body, p)
		}
	}
}

// Documents of one page may be read at the same time, and each only sees itself.
func TestDocumentsOfAPage(t *testing.T) {
	var body bytes.Buffer
	want := make([]string, 50)
	body.WriteString(`{"results":[`)
	for i := range want {
		want[i] = fmt.Sprintf(`{"name":"p%d","readme":%q}`, i, strings.Repeat("text ", i*i))
		fmt.Fprintf(&body, `%s{"id":"p%d","doc":  %s }`, strings.Repeat(",", min(i, 1)), i, want[i])
	}
	body.WriteString(`],"last_seq":1}`)
	p, err := readPage(spoolOf(t, body.String()), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	done := make(chan error)
	for i, c := range p.Changes {
		go func() {
			got, err := io.ReadAll(c.Doc)
			if err == nil && string(got) != want[i] {
				err = fmt.Errorf("document %d is %.40s", i, got)
			}
			done <- err
		}()
	}
	for range p.Changes {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add(`{"results":[{"seq":"1-a","id":"a","changes":[{"rev":"1-x"}],"deleted":true,"doc":{"name":"a"}}],"last_seq":"1-a"}`)
	f.Add(`{"results":[{"id":"a","doc":{}},{"id":"b","doc":[]}],"last_seq":12}`)
	f.Add(`{"results":[],"last_seq":0} `)
	f.Fuzz(func(t *testing.T, body string) {
		p, err := readPage(spoolOf(t, body), "results")
		if err != nil {
			return
		}
		defer p.Close()
		if !json.Valid(bytes.ToValidUTF8(bytes.TrimPrefix([]byte(body), []byte("\ufeff")), []byte("?"))) {
			t.Errorf("not JSON, but read as a page")
		}
		for _, c := range p.Changes {
			if c.Doc == nil {
				continue
			}
			doc, err := io.ReadAll(c.Doc)
			if err != nil || !strings.Contains(body, string(doc)) || doc[0] != '{' || doc[len(doc)-1] != '}' {
				t.Errorf("document %q, %v", doc, err)
			}
		}
	})
}

func TestProbe(t *testing.T) {
	for _, c := range []struct {
		name, path string
		routes     map[string]string
		want       Root
		db         string
		bad        string // what the error tells
	}{
		{
			"replication service by its root", "/", map[string]string{"/": `{"db_name":"registry","engine":"npm-replicate","update_seq":12}`},
			Root{Engine: engineReplicate, Head: "12"}, "/registry", "",
		},
		{
			"replication service by its database", "/registry", map[string]string{"/": `{"db_name":"registry","engine":"npm-replicate","update_seq":12}`},
			Root{Engine: engineReplicate, Head: "12"}, "/registry", "",
		},
		{
			"replication service that answers at the database", "/registry", map[string]string{"/registry/": `{"db_name":"registry","engine":"npm-replicate","update_seq":12,"uuid":"u"}`},
			Root{Engine: engineReplicate, DBID: "u", Head: "12"}, "/registry", "",
		},
		{
			"CouchDB 3", "/registry", map[string]string{"/registry/": `{"db_name":"registry","update_seq":"52232-g1AAAAWTeJzLYWBgYMlgTmGwSklKziwJSUk1NDfKysxNzTMwMNDLyU9OzMlILS5RMDI2NjYyMTY2tTA2AgBAcBAz","instance_start_time":"1700000000"}`},
			Root{Engine: engineCouch, DBID: "1700000000", Head: "52232-g1AAAAWTeJzLYWBgYMlgTmGwSklKziwJSUk1NDfKysxNzTMwMNDLyU9OzMlILS5RMDI2NjYyMTY2tTA2AgBAcBAz"}, "/registry", "",
		},
		{
			"CouchDB 1, whose start time is the server's", "/db", map[string]string{"/db/": `{"db_name":"registry","update_seq":5,"instance_start_time":"1700000000"}`},
			Root{Engine: engineCouch, Head: "5"}, "/db", "",
		},
		{"CouchDB server", "/", map[string]string{"/": `{"couchdb":"Welcome","version":"3.4"}`}, Root{}, "", "name one of its databases"},
		{"a registry", "/", map[string]string{"/": `{}`}, Root{}, "", "no update_seq"},
		{"an array", "/", map[string]string{"/": `[]`}, Root{}, "", "not JSON"},
		{"nothing there", "/registry", nil, Root{}, "", "404 Not Found"},
	} {
		u := serve(t, func(w http.ResponseWriter, r *http.Request) {
			body, ok := c.routes[r.URL.Path]
			w.Header().Set("Content-Type", "application/json")
			if !ok {
				w.WriteHeader(http.StatusNotFound)
				body = `{"error":"not_found"}`
			}
			io.WriteString(w, body)
		})
		feed, err := NewFeed(u.String()+c.path, NewClient(ClientOptions{}))
		if err != nil {
			t.Fatal(err)
		}
		root, err := feed.Probe(t.Context())
		if c.bad != "" {
			if !errors.Is(err, ErrNotFeed) || !strings.Contains(err.Error(), c.bad) {
				t.Errorf("%s: error %v, want one of %q", c.name, err, c.bad)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, root); diff != "" || feed.db.String() != u.String()+c.db {
			t.Errorf("%s: database at %s, root (-want +got):\n%s", c.name, feed.db, diff)
		}
	}
}

// The walk through the list of names gives each name once, whatever the size of a page.
func TestWalk(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 7, 100, 20000} {
		reg := registrytest.New(registrytest.Options{Dialect: registrytest.Replicate})
		var want []string
		for i := range 20 {
			name := fmt.Sprintf("@scope:x/p%02d", i) // a colon, too, goes through a cursor
			reg.Publish(name, "1.0.0", nil)
			want = append(want, name)
		}
		feed, err := NewFeed(reg.FeedURL(), NewClient(ClientOptions{Transport: reg.Transport(), Rate: 1e6}))
		if err != nil {
			t.Fatal(err)
		}
		root, err := feed.Probe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		cursor := feed.First(root.Head)
		for strings.HasPrefix(cursor, walkPrefix) {
			page, err := feed.Next(t.Context(), cursor, Ask{Limit: limit})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Changes {
				got = append(got, c.Name)
			}
			if page.End {
				t.Error("the end of the list is not that of the feed")
			}
			cursor = page.Last
		}
		if diff := cmp.Diff(want, got); diff != "" || cursor != "0" {
			t.Errorf("limit %d: then %q, names (-want +got):\n%s", limit, cursor, diff)
		}
	}
}

func TestWalkCursor(t *testing.T) {
	for _, w := range []walkCursor{{"122786079", ""}, {"5", "@a/b"}, {"5", "a:b@c"}, {"5-x", "n"}} {
		if got, ok := parseWalk(w.String()); !ok || got != w {
			t.Errorf("%s was read as %+v, %t", w, got, ok)
		}
	}
	for head, want := range map[string]string{"0": "0", "999": "0", "122786079": "122785079", "opaque": "opaque"} {
		if got := (walkCursor{head: head}).after(); got != want {
			t.Errorf("after %s: %s, want %s", head, got, want)
		}
	}
}

// A page that shows rows and does not move the cursor is the end: asking on would go round in circles.
func TestCursorThatStands(t *testing.T) {
	for _, d := range []dialect{&couch{}, replicate{}} {
		for last, end := range map[string]bool{"7": true, "8": false} {
			if got, stands := d.next("7", &Page{Rows: 1, lastSeq: last}); got != last || stands != end {
				t.Errorf("%T: after 7 to %s: cursor %s, end %t, want %t", d, last, got, stands, end)
			}
		}
	}
}
