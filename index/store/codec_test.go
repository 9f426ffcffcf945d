package store

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"pkgsearch/index/score"
)

func testCodec(t testing.TB) *codec {
	t.Helper()
	c, err := newCodec(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// trainedCodec has a dictionary learnt from the sample series.
func trainedCodec(t testing.TB) *codec {
	t.Helper()
	c := testCodec(t)
	var raws [][]byte
	for _, p := range samples(0, 400) {
		raw, err := c.marshal(&p)
		if err != nil {
			t.Fatal(err)
		}
		raws = append(raws, raw)
	}
	trained, err := c.trainDictionary(raws)
	if err != nil {
		t.Fatal(err)
	}
	return trained
}

func genPackage(t *rapid.T, name string) Package {
	text := rapid.String()
	texts := rapid.SliceOfN(text, 0, 4)
	table := rapid.MapOfN(text, text, 0, 4)
	when := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "known") {
			return time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "ms")).UTC()
		}
		return time.Time{}
	})
	user := rapid.Custom(func(t *rapid.T) User { return User{text.Draw(t, "user"), text.Draw(t, "email")} })
	p := Package{
		Name: name, Status: rapid.SampledFrom([]Status{Active, Empty, Unpublished, Deleted, SecurityHeld}).Draw(t, "status"),
		Rev: text.Draw(t, "rev"), Version: text.Draw(t, "version"), VersionsCount: rapid.IntMin(0).Draw(t, "versions"), DistTags: table.Draw(t, "tags"),
		Description: text.Draw(t, "description"), Keywords: texts.Draw(t, "keywords"), License: text.Draw(t, "license"),
		Maintainers: rapid.SliceOfN(user, 0, 3).Draw(t, "maintainers"), Repository: text.Draw(t, "repository"), Homepage: text.Draw(t, "homepage"), Bugs: text.Draw(t, "bugs"),
		Date: when.Draw(t, "date"), Created: when.Draw(t, "created"), Modified: when.Draw(t, "modified"), FirstPublished: when.Draw(t, "first"), LastPublished: when.Draw(t, "last"),
		Deprecated: rapid.Bool().Draw(t, "deprecated"), DeprecatedMessage: text.Draw(t, "message"),
		Dependencies: table.Draw(t, "dependencies"), PeerDependencies: table.Draw(t, "peers"), Engines: table.Draw(t, "engines"), Bin: texts.Draw(t, "bin"),
		Types: rapid.Bool().Draw(t, "types"), Module: rapid.SampledFrom([]ModuleFormat{"", CommonJS, ESM, Dual}).Draw(t, "module"),
		InstallScript: rapid.Bool().Draw(t, "install"), Provenance: rapid.Bool().Draw(t, "provenance"), TestScript: rapid.Bool().Draw(t, "test"), FilesList: rapid.Bool().Draw(t, "files"),
		UnpackedSize: rapid.Int64().Draw(t, "size"), ReadmeBytes: rapid.Int().Draw(t, "readme"),
		Releases: rapid.SliceOfN(rapid.Map(rapid.Uint32(), func(v uint32) score.MonthCount {
			return score.MonthCount{Month: uint16(v), Count: uint16(v >> 16)}
		}), 0, 4).Draw(t, "releases"),
	}
	if rapid.Bool().Draw(t, "has author") {
		p.Author = &Person{text.Draw(t, "author"), text.Draw(t, "email"), text.Draw(t, "url")}
	}
	if rapid.Bool().Draw(t, "has publisher") {
		u := user.Draw(t, "publisher")
		p.Publisher = &u
	}
	return p
}

func TestCodecRoundTrip(t *testing.T) {
	plain, trained := testCodec(t), trainedCodec(t)
	rapid.Check(t, func(t *rapid.T) {
		want := genPackage(t, rapid.StringN(1, 30, -1).Draw(t, "name"))
		for _, c := range []*codec{plain, trained} {
			raw, err := c.marshal(&want)
			if err != nil {
				t.Fatal(err)
			}
			value := c.seal(raw)
			got, err := trained.decode(want.Name, value) // also reads what was written before it learnt
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
			again, err := c.marshal(&got)
			if err != nil || string(again) != string(raw) {
				t.Fatalf("encoding is not stable: %x, then %x (%v)", raw, again, err)
			}
		}
	})
}

// TestCodecGolden holds the bytes on disk still: the CBOR exactly, and the sealed value as it was once written.
func TestCodecGolden(t *testing.T) {
	c := testCodec(t)
	full := sample(3)
	full.Deprecated, full.DeprecatedMessage = true, "use another"
	full.PeerDependencies, full.Engines, full.Bin = map[string]string{"react": ">=18"}, map[string]string{"node": ">=20"}, []string{"three"}
	full.Types, full.InstallScript, full.Provenance, full.FilesList, full.ReadmeBytes = true, true, true, true, 1234
	for name, p := range map[string]Package{"full": full, "tombstone": {Name: "gone", Status: Deleted, Rev: "2-ab"}} {
		raw, err := c.marshal(&p)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "codec-"+name+".hex")
		if *update {
			text := hex.EncodeToString(raw) + "\n" + hex.EncodeToString(c.seal(raw)) + "\n"
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		golden, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Fields(string(golden))
		if got := hex.EncodeToString(raw); got != lines[0] {
			t.Errorf("%s: CBOR has changed:\n%s\n%s", name, got, lines[0])
		}
		sealed, err := hex.DecodeString(lines[1])
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.decode(p.Name, sealed)
		if diff := cmp.Diff(p, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	c := trainedCodec(t)
	p := sample(1)
	raw, err := c.marshal(&p)
	if err != nil {
		t.Fatal(err)
	}
	good := c.seal(raw)
	flipped := append([]byte{}, good...)
	flipped[len(flipped)-6] ^= 1
	bomb, err := newEncoder()
	if err != nil {
		t.Fatal(err)
	}
	for what, value := range map[string][]byte{
		"nothing":            {},
		"only a version":     {codecVersion},
		"version to come":    append([]byte{codecVersion + 1}, good[1:]...),
		"unknown dictionary": append([]byte{codecVersion, 9}, good[2:]...),
		"endless dictionary": {codecVersion, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"cut off":            good[:len(good)-1],
		"one bit flipped":    flipped,
		"not CBOR":           c.plain.EncodeAll([]byte("text"), []byte{codecVersion, 0}),
		"more than it may":   bomb.EncodeAll(make([]byte, maxReadme+1), []byte{codecVersion, 0}),
	} {
		_, err := c.decode("left-pad", value)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), `"left-pad"`) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	c := trainedCodec(f)
	for n := range 3 {
		p := sample(n)
		raw, err := c.marshal(&p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.seal(raw))
		f.Add(c.plain.EncodeAll(raw, []byte{codecVersion, 0}))
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		check := func(p Package, err error) {
			if err != nil {
				if !errors.Is(err, ErrDamaged) {
					t.Fatalf("%v", err)
				}
				return
			}
			if _, err := c.marshal(&p); err != nil {
				t.Fatalf("what was read cannot be written: %v", err)
			}
		}
		check(c.decode("name", value))
		check(c.unmarshal("name", value)) // past the checksum
	})
}
