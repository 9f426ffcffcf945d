package store

import (
	"math"
	"strings"
	"time"
)

// Facts are what filters, facets and sorts ask of a package besides its text: small, and kept beside its Rank.
//
// All but Dependents are of the record and as exact as it. Dependents is the count at the time when the package was
// last written or rescored, as in its Rank: the exact counter, Package.Dependents, moves when other packages are
// written, and rewriting the rank of each of their dependencies then would cost more than it tells.
type Facts struct {
	Created    uint32 // seconds since 1970, 0 when unknown; what is out of range is kept as the nearest in it
	Updated    uint32 // publish of the chosen version, else the newest; as Created
	Dependents uint32 // saturates
	Size       uint32 // unpacked, bytes; saturates just below 4 GiB; 0 when unknown
	Version    Version
	Has        Has
	Node       NodeRange
}

// Has is a set of things that a package has, or says of itself.
type Has uint32

const (
	HasTypes Has = 1 << iota
	HasBin
	HasESM // import finds an ES module; also of dual packages
	HasCJS // require finds CommonJS; also of dual packages
	HasProvenance
	HasInstallScript
	HasReadme
	HasLicense
	HasRepository
	HasHomepage
	HasBugs
	HasKeywords
	HasDescription
	HasTests
	HasDependencies
	HasPeers
	HasEngines // says on which Node it runs
	HasVersion // Facts.Version is known
	HasPrerelease
)

// HasDual is what a package has that is both an ES module and CommonJS.
const HasDual = HasESM | HasCJS

// facts needs Dependents joined in.
func (p *Package) facts() Facts {
	f := Facts{
		Created:    Seconds(firstKnown(p.Created, p.FirstPublished)),
		Updated:    Seconds(firstKnown(p.Date, p.LastPublished)),
		Dependents: uint32(min(p.Dependents, math.MaxUint32)),
		Size:       uint32(max(0, min(p.UnpackedSize, math.MaxUint32))),
		Has:        p.has(),
		Node:       ParseNodeRange(p.Engines["node"]),
	}
	if from, _, ok := ParseVersion(p.Version); ok {
		f.Version = from
		f.Has |= HasVersion
		if release, _, _ := strings.Cut(p.Version, "+"); strings.Contains(release, "-") {
			f.Has |= HasPrerelease
		}
	}
	return f
}

func (p *Package) has() Has {
	var set Has
	for _, part := range []struct {
		has  Has
		true bool
	}{
		{HasTypes, p.Types}, {HasBin, len(p.Bin) > 0},
		{HasESM, p.Module == ESM || p.Module == Dual}, {HasCJS, p.Module == CommonJS || p.Module == Dual},
		{HasProvenance, p.Provenance}, {HasInstallScript, p.InstallScript},
		{HasReadme, p.ReadmeBytes > 0}, {HasLicense, p.License != ""},
		{HasRepository, p.Repository != ""}, {HasHomepage, p.Homepage != ""}, {HasBugs, p.Bugs != ""},
		{HasKeywords, len(p.Keywords) > 0}, {HasDescription, p.Description != ""}, {HasTests, p.TestScript},
		{HasDependencies, len(p.Dependencies) > 0}, {HasPeers, len(p.PeerDependencies) > 0},
		{HasEngines, p.Engines["node"] != ""},
	} {
		if part.true {
			set |= part.has
		}
	}
	return set
}

// Seconds is a time as Facts keep it: whole seconds since 1970, 0 for no time, else 1 to 2^32-1 (in the year 2106).
func Seconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	return uint32(max(1, min(t.Unix(), math.MaxUint32)))
}
