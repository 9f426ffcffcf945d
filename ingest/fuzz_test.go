package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pkgsearch/index/store"
)

// maxRecord is what a record may take as JSON, its README left out.
const maxRecord = 256 << 10

// Whatever comes in, a record is clean and small, says the name that came in, and normalising it again
// changes nothing; or the document is skipped for a known reason.
func FuzzNormalize(f *testing.F) {
	for _, c := range ownCases(f) {
		f.Add(c.document())
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := Normalize(bytes.NewReader(doc), testNow())
		if err != nil {
			var skip *Skip
			if !errors.As(err, &skip) || !slices.Contains(reasons(), skip.Reason) {
				t.Fatalf("neither a record nor a known reason: %v", err)
			}
			return
		}
		checkRecord(t, p)
	})
}

func reasons() []string {
	return []string{BadJSON, NotObject, TooDeep, TooLarge, TooManyVersions, NoName, BadName, NameMismatch, DuplicateName}
}

func checkRecord(t *testing.T, p store.Package) {
	t.Helper()
	record := RecordOf(p)
	text := encode(t, record)
	if !utf8.Valid(text) {
		t.Error("the record is not UTF-8")
	}
	bare := record
	bare.Readme = ""
	if n := len(encode(t, bare)); n > maxRecord {
		t.Errorf("the record takes %d bytes", n)
	}
	if len(record.Readme) > maxReadme {
		t.Errorf("the README takes %d bytes", len(record.Readme))
	}
	if !ValidName(record.Name) {
		t.Errorf("name %q", record.Name)
	}

	again, err := Normalize(bytes.NewReader(encode(t, packument(record))), testNow())
	if err != nil {
		t.Fatalf("normalise the record: %v", err)
	}
	// Only the chosen release and those with a tag are in a record.
	history := cmpopts.IgnoreFields(Record{}, "VersionsCount", "Releases", "FirstPublished", "LastPublished")
	if diff := cmp.Diff(record, RecordOf(again), history); diff != "" {
		t.Errorf("normalising the record changes it (-first +second)\n%s", diff)
	}
}

func encode(t *testing.T, v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packument makes the document of which r could be the record.
func packument(r Record) map[string]any {
	doc := map[string]any{"_id": r.Name, "name": r.Name, "_rev": r.Rev}
	when := map[string]any{"created": r.Created, "modified": r.Modified, r.Version: r.Date}
	switch r.Status {
	case store.Deleted:
		doc["_deleted"] = true
		return doc
	case store.Unpublished:
		when["unpublished"] = map[string]any{}
	}
	doc["time"] = when
	manifest := map[string]any{
		"description": r.Description, "keywords": r.Keywords, "license": r.License, "author": r.Author,
		"repository": r.Repository, "homepage": r.Homepage, "bugs": r.Bugs, "readme": r.Readme,
		"maintainers": people(r.Maintainers), "dependencies": r.Dependencies,
		"peerDependencies": r.PeerDependencies, "engines": r.Engines, "hasInstallScript": r.InstallScript,
	}
	if r.Version == "" {
		maps.Copy(doc, manifest)
		return doc
	}
	manifest["deprecated"] = r.DeprecatedMessage
	if r.Deprecated && r.DeprecatedMessage == "" {
		manifest["deprecated"] = true
	}
	if r.Publisher != nil {
		manifest["_npmUser"] = people([]store.User{*r.Publisher})[0]
	}
	commands := map[string]string{}
	for _, name := range r.Bin {
		commands[name] = "cli.js"
	}
	manifest["bin"] = commands
	if r.Types {
		manifest["types"] = "index.d.ts"
	}
	manifest["main"] = map[string]string{"cjs": "a.js", "esm": "a.mjs", "dual": "a.js"}[r.Module]
	if r.Module == "dual" {
		manifest["module"] = "a.mjs"
	}
	if r.TestScript {
		manifest["scripts"] = map[string]string{"test": "go"}
	}
	if r.FilesList {
		manifest["files"] = []string{"lib"}
	}
	dist := map[string]any{"unpackedSize": r.UnpackedSize}
	if r.Provenance {
		dist["attestations"] = map[string]any{}
	}
	manifest["dist"] = dist

	versions := map[string]any{}
	for _, v := range r.DistTags {
		versions[v] = map[string]any{}
	}
	versions[r.Version] = manifest
	doc["versions"], doc["dist-tags"] = versions, r.DistTags
	return doc
}

func people(users []store.User) []map[string]string {
	list := []map[string]string{}
	for _, u := range users {
		list = append(list, map[string]string{"name": u.Username, "email": u.Email})
	}
	return list
}

// The cases of the contract hold the same properties.
func TestRecordsAreStable(t *testing.T) {
	for _, c := range ownCases(t) {
		p, err := Normalize(bytes.NewReader(c.document()), testNow())
		if err != nil {
			continue
		}
		t.Run(c.ID, func(t *testing.T) { checkRecord(t, p) })
	}
}

// oneByte is a source that gives few bytes at a time.
type oneByte struct {
	io.Reader
	io.Seeker
}

// The scanner takes exactly what encoding/json takes, up to its own depth, and reads the same texts. The
// input stands in an array, since the scanner expects something after a number.
func FuzzScanner(f *testing.F) {
	for _, c := range ownCases(f) {
		if len(c.document()) < 2000 {
			f.Add(c.document())
		}
	}
	for _, s := range []string{`[1,-0.5e+7,"\ud83d\ude00\n",{"a":[true,false,null]}]`, `"\u12`, `[1e]`, "\"\x01\"", ` {"":{}} `} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		doc = append(append([]byte{'['}, doc...), ']')
		for name, src := range map[string]io.ReadSeeker{
			"whole":  bytes.NewReader(doc),
			"pieces": pieces(doc),
		} {
			var s scanner
			err := s.reset(src, int64(len(doc)))
			if err == nil {
				err = s.skip()
			}
			if err == nil {
				err = s.finish()
			}
			if errors.Is(err, errTooDeep) {
				continue
			}
			if want := json.Valid(doc); want != (err == nil) {
				t.Fatalf("%s: encoding/json says %v, the scanner %v", name, want, err)
			}
		}
		var want any
		if !utf8.Valid(doc) || json.Unmarshal(doc, &want) != nil {
			return
		}
		var s scanner
		if err := s.reset(pieces(doc), int64(len(doc))); err != nil {
			t.Fatal(err)
		}
		v, err := s.value(&budget{nodes: 1 << 30, each: 1 << 30, bytes: 1 << 30})
		if errors.Is(err, errTooDeep) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, want := v.texts(), texts(want); !longKeys(want) && !reflect.DeepEqual(got, want) {
			t.Errorf("encoding/json reads %v, the scanner %v", want, got)
		}
	})
}

func pieces(doc []byte) io.ReadSeeker {
	r := bytes.NewReader(doc)
	return oneByte{iotest.OneByteReader(r), r}
}

// texts keeps the shape of a JSON value and its texts.
func texts(v any) any {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, texts(item))
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for key, item := range v {
			m[key] = texts(item)
		}
		return m
	}
	return nil
}

func (v value) texts() any {
	switch v.kind {
	case text:
		return v.str
	case array:
		list := []any{}
		for _, item := range v.items {
			list = append(list, item.texts())
		}
		return list
	case object:
		m := map[string]any{}
		for i, item := range v.items {
			m[v.keys[i]] = item.texts()
		}
		return m
	}
	return nil
}

func longKeys(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, longKeys)
	case map[string]any:
		for key, item := range v {
			if len(key) > maxKey || longKeys(item) {
				return true
			}
		}
	}
	return false
}

// Texts are kept up to the limit, cut between characters, wherever the window ends.
func TestTextLimit(t *testing.T) {
	const s = "a\u00e9\u20ac\U0001f600\u20acz"
	quoted, _ := json.Marshal(s)
	escaped := `"a\u00e9\u20ac\ud83d\ude00\u20acz"`
	for _, doc := range []string{string(quoted), escaped} {
		for limit := range len(s) + 2 {
			var sc scanner
			if err := sc.reset(pieces([]byte(doc)), int64(len(doc))); err != nil {
				t.Fatal(err)
			}
			v, err := sc.value(&budget{nodes: 1, each: limit, bytes: 1 << 20})
			if err != nil {
				t.Fatal(err)
			}
			want := s[:edge(s, limit)]
			if v.str != want || v.cut != (limit < len(s)) {
				t.Errorf("%s with limit %d: %q, cut %v, want %q", doc, limit, v.str, v.cut, want)
			}
		}
	}
}

// A budget bounds what is kept of a value; the rest is passed over.
func TestValueBudget(t *testing.T) {
	doc := `{"list":[` + strings.Repeat(`"abc",`, 1000) + `"abc"],"after":"x"}`
	var s scanner
	if err := s.reset(strings.NewReader(doc), int64(len(doc))); err != nil {
		t.Fatal(err)
	}
	v, err := s.value(&budget{nodes: 10, each: 100, bytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.finish(); err != nil {
		t.Error(err)
	}
	if n := len(v.get("list").items); n != 8 {
		t.Errorf("%d items kept, want 8: the object, the list and these make 10", n)
	}
	if !reflect.DeepEqual(v.keys, []string{"list"}) {
		t.Errorf("keys %q", v.keys)
	}
}
