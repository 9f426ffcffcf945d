package ingest

import (
	"time"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// Record is a package as `pkgsearch normalize` prints it. Missing text is "", a missing list [], a
// missing map {}; an author or publisher that is not known is null. Dates are RFC 3339 in UTC with
// milliseconds, "" when unknown.
type Record struct {
	Indexed           bool              `json:"indexed"`
	Status            store.Status      `json:"status"`
	Name              string            `json:"name"`
	Rev               string            `json:"rev"`
	Version           string            `json:"version"`
	VersionsCount     int               `json:"versions_count"`
	DistTags          map[string]string `json:"dist_tags"`
	Description       string            `json:"description"`
	Keywords          []string          `json:"keywords"`
	License           string            `json:"license"`
	Author            *store.Person     `json:"author"`
	Publisher         *store.User       `json:"publisher"`
	Maintainers       []store.User      `json:"maintainers"`
	Repository        string            `json:"repository"`
	Homepage          string            `json:"homepage"`
	Bugs              string            `json:"bugs"`
	Date              string            `json:"date"` // publish of the chosen version
	Created           string            `json:"created"`
	Modified          string            `json:"modified"`
	FirstPublished    string            `json:"first_published"`
	LastPublished     string            `json:"last_published"`
	Releases          []MonthlyReleases `json:"releases"` // by month, oldest first
	Deprecated        bool              `json:"deprecated"`
	DeprecatedMessage string            `json:"deprecated_message"`
	Dependencies      map[string]string `json:"dependencies"`
	PeerDependencies  map[string]string `json:"peer_dependencies"`
	Engines           map[string]string `json:"engines"`
	Bin               []string          `json:"bin"`
	Types             bool              `json:"types"`
	Module            string            `json:"module"` // cjs, esm, dual or ""
	InstallScript     bool              `json:"install_script"`
	Provenance        bool              `json:"provenance"`
	TestScript        bool              `json:"test_script"`
	FilesList         bool              `json:"files_list"`
	UnpackedSize      int64             `json:"unpacked_size"` // bytes, 0 when unknown
	Readme            string            `json:"readme"`
}

// MonthlyReleases is how many versions came out in a month.
type MonthlyReleases struct {
	Month string `json:"month"` // as in 2024-05
	Count int    `json:"count"`
}

// RecordOf gives the record of p.
func RecordOf(p store.Package) Record {
	r := Record{
		Indexed: p.Indexed(), Status: p.Status, Name: p.Name, Rev: p.Rev,
		Version: p.Version, VersionsCount: p.VersionsCount, DistTags: filledMap(p.DistTags),
		Description: p.Description, Keywords: filledList(p.Keywords), License: p.License,
		Author: p.Author, Publisher: p.Publisher, Maintainers: filledList(p.Maintainers),
		Repository: p.Repository, Homepage: p.Homepage, Bugs: p.Bugs,
		Date: dateText(p.Date), Created: dateText(p.Created), Modified: dateText(p.Modified),
		FirstPublished: dateText(p.FirstPublished), LastPublished: dateText(p.LastPublished),
		Releases:   make([]MonthlyReleases, 0, len(p.Releases)),
		Deprecated: p.Deprecated, DeprecatedMessage: p.DeprecatedMessage,
		Dependencies: filledMap(p.Dependencies), PeerDependencies: filledMap(p.PeerDependencies),
		Engines: filledMap(p.Engines), Bin: filledList(p.Bin),
		Types: p.Types, Module: string(p.Module), InstallScript: p.InstallScript, Provenance: p.Provenance,
		TestScript: p.TestScript, FilesList: p.FilesList, UnpackedSize: p.UnpackedSize, Readme: p.Readme,
	}
	for _, m := range p.Releases {
		r.Releases = append(r.Releases, monthly(m))
	}
	return r
}

func monthly(m score.MonthCount) MonthlyReleases {
	return MonthlyReleases{time.Date(firstYear, 1+time.Month(m.Month), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"), int(m.Count)}
}

func filledMap(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func filledList[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
