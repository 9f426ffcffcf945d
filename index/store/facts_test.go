package store

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFacts(t *testing.T) {
	full := Package{
		Name: "a", Status: Active, Version: "2.1.0-rc.1", License: "MIT", Repository: "https://code.example/a", Types: true, Provenance: true,
		Bin: []string{"a"}, Module: Dual, InstallScript: true, ReadmeBytes: 5, UnpackedSize: 1 << 40, Dependents: 1 << 40,
		Date: day(2), LastPublished: day(3), Created: day(1), FirstPublished: day(0), Engines: map[string]string{"node": ">=18", "npm": "1"},
		PeerDependencies: map[string]string{"b": "1"},
	}
	for _, c := range []struct {
		what string
		p    Package
		want Facts
	}{
		{"nothing known", Package{Name: "a", Status: Active}, Facts{}},
		{"everything", full, Facts{
			Created: uint32(day(1).Unix()), Updated: uint32(day(2).Unix()), Dependents: math.MaxUint32, Size: math.MaxUint32,
			Version: VersionOf(2, 1, 0), Node: "18.0.0-",
			Has: HasTypes | HasBin | HasDual | HasProvenance | HasInstallScript | HasReadme | HasLicense | HasRepository | HasPeers |
				HasEngines | HasVersion | HasPrerelease,
		}},
		{"fallbacks and bounds", Package{Name: "a", Version: "0.0.0", Module: ESM, UnpackedSize: -5, FirstPublished: time.Unix(-5, 0), LastPublished: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)},
			Facts{Created: 1, Updated: math.MaxUint32, Has: HasESM | HasVersion}},
	} {
		if diff := cmp.Diff(c.want, c.p.facts()); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
	}
}

func TestFactsAreStoredAsTheyAre(t *testing.T) {
	u := rapid.Uint32()
	rapid.Check(t, func(t *rapid.T) {
		f := Facts{Created: u.Draw(t, "created"), Updated: u.Draw(t, "updated"), Dependents: u.Draw(t, "dependents"), Size: u.Draw(t, "size"),
			Version: Version(rapid.Uint64().Draw(t, "version")), Has: Has(u.Draw(t, "has")), Node: NodeRange(rapid.SampledFrom([]string{"", "1.0.0-"}).Draw(t, "node"))}
		r := Rank{Flags: Flag(rapid.Byte().Draw(t, "flags")), Downloads: rapid.Uint64().Draw(t, "downloads")}
		b := r.bytes(f)
		rank, facts, err := parseRank(b)
		if err != nil || rank != r || facts != f {
			t.Fatalf("%v %v, %v", rank, facts, err)
		}
		cut := rapid.IntRange(0, len(b)-len(f.Node)-1).Draw(t, "cut")
		if _, _, err := parseRank(b[:cut]); err == nil {
			t.Fatalf("%d bytes: %v", cut, err)
		}
	})
}
