package sample_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"pkgsearch/testdata/sample"
)

const (
	leastPackages = 520
	mostBytes     = 1_500_000 // the binary carries both files
	mostReleases  = 12        // of one package
)

// packument is the part of one that the sample promises.
type packument struct {
	ID          string                     `json:"_id"`
	Name        string                     `json:"name"`
	DistTags    map[string]string          `json:"dist-tags"`
	Versions    map[string]json.RawMessage `json:"versions"`
	Time        map[string]time.Time       `json:"time"`
	Maintainers []json.RawMessage          `json:"maintainers"`
}

type manifest struct {
	Name, Version, Description string
	License                    string
}

// packuments reads the sample, one packument a line.
func packuments(t *testing.T) []packument {
	t.Helper()
	f, err := sample.FS.Open("packuments.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []packument
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var p packument
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatalf("line %d: %v", len(all)+1, err)
		}
		all = append(all, p)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func decode[T any](t *testing.T, name string, raw []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := fs.ReadFile(sample.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestPackagesAreManySortedAndUnique(t *testing.T) {
	all := packuments(t)
	dated := 0
	for i, p := range all {
		if i > 0 && p.Name <= all[i-1].Name {
			t.Errorf("%q stands after %q", p.Name, all[i-1].Name)
		}
		if !p.Time[p.DistTags["latest"]].IsZero() {
			dated++
		}
	}
	if dated < leastPackages {
		t.Errorf("%d of %d packages are dated, want at least %d", dated, len(all), leastPackages)
	}
}

func TestEachPackageIsComplete(t *testing.T) {
	unlicensed := map[string]bool{"serverless": true} // its manifest names no license
	for _, p := range packuments(t) {
		latest := p.DistTags["latest"]
		m := decode[manifest](t, p.Name, p.Versions[latest])
		if p.ID != p.Name || m.Name != p.Name || m.Version != latest {
			t.Errorf("%q has _id %q and the manifest %s@%s under %q", p.Name, p.ID, m.Name, m.Version, latest)
		}
		if len(m.Description) < 10 || strings.TrimSpace(m.Description) != m.Description {
			t.Errorf("%q has the description %q", p.Name, m.Description)
		}
		if (m.License == "") != unlicensed[p.Name] {
			t.Errorf("%q has the license %q", p.Name, m.License)
		}
		if p.Maintainers == nil {
			t.Errorf("%q has no list of maintainers", p.Name)
		}
		if len(p.Versions) > mostReleases {
			t.Errorf("%q has %d releases", p.Name, len(p.Versions))
		}
	}
}

func TestDatesBelongToReleases(t *testing.T) {
	for _, p := range packuments(t) {
		newest := time.Time{}
		for version, at := range p.Time {
			if _, known := p.Versions[version]; !known && version != "modified" {
				t.Errorf("%q dates %s, which it does not have", p.Name, version)
			}
			if at.Year() < 2010 || at.Year() > 2026 {
				t.Errorf("%q dates %s at %v", p.Name, version, at)
			}
			if at.After(newest) {
				newest = at
			}
		}
		if len(p.Time) == 0 {
			continue
		}
		if got := p.Time["modified"]; !got.Equal(newest) || !got.Equal(p.Time[p.DistTags["latest"]]) {
			t.Errorf("%q was modified %v, its latest version and last date are of %v and %v",
				p.Name, got, p.Time[p.DistTags["latest"]], newest)
		}
	}
}

func TestDownloadsAreThoseOfThePackages(t *testing.T) {
	downloads := decode[map[string]uint64](t, "downloads.json", read(t, "downloads.json"))
	all := packuments(t)
	for _, p := range all {
		if downloads[p.Name] == 0 {
			t.Errorf("%q has no downloads", p.Name)
		}
	}
	if len(downloads) != len(all) {
		t.Errorf("downloads are given for %d names, packages are %d", len(downloads), len(all))
	}
}

func TestNothingPersonalAndNoRegistry(t *testing.T) {
	raw := read(t, "packuments.ndjson")
	for what, pattern := range map[string]string{
		"an e-mail address":    `\w@[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}`,
		"a registry's address": `(?i)//([a-z0-9-]+\.)*(npm|registry)[a-z]*\.`,
		"an archive":           `"tarball"\s*:`,
		"a README":             `"readme"\s*:`,
	} {
		if found := regexp.MustCompile(pattern).Find(raw); found != nil {
			t.Errorf("%s: %q", what, found)
		}
	}
}

func TestSizeIsBounded(t *testing.T) {
	packuments, downloads := read(t, "packuments.ndjson"), read(t, "downloads.json")
	if size := len(packuments) + len(downloads); size > mostBytes {
		t.Errorf("the sample is %d bytes, want at most %d", size, mostBytes)
	}
	if !bytes.HasSuffix(packuments, []byte("}\n")) {
		t.Error("the last line is not ended")
	}
}
