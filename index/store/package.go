package store

import (
	"time"

	"pkgsearch/index/score"
)

// Status is the life stage of a package.
type Status string

const (
	Active       Status = "active"
	Empty        Status = "empty"         // a document without any usable version
	Unpublished  Status = "unpublished"   // withdrawn by its owner
	Deleted      Status = "deleted"       // tombstone of the feed
	SecurityHeld Status = "security-held" // a placeholder that the registry holds after an incident
)

// Package is what is kept of one package: the normalised facts of its packument and, joined in on
// reading, the signals that come from elsewhere. Text is clean UTF-8 (NFC); missing text is "",
// a missing list is empty, an unknown time is zero.
type Package struct {
	Name   string `cbor:"1,keyasint"`
	Status Status `cbor:"2,keyasint"`
	Rev    string `cbor:"3,keyasint,omitempty"` // newest upstream revision known to be covered

	Version       string            `cbor:"4,keyasint,omitempty"` // the chosen version, cleaned semver
	VersionsCount int               `cbor:"5,keyasint,omitempty"`
	DistTags      map[string]string `cbor:"6,keyasint,omitempty"`

	Description string   `cbor:"7,keyasint,omitempty"`
	Keywords    []string `cbor:"8,keyasint,omitempty"`
	License     string   `cbor:"9,keyasint,omitempty"`
	Author      *Person  `cbor:"10,keyasint,omitempty"`
	Publisher   *User    `cbor:"11,keyasint,omitempty"`
	Maintainers []User   `cbor:"12,keyasint,omitempty"`
	Repository  string   `cbor:"13,keyasint,omitempty"` // https web address
	Homepage    string   `cbor:"14,keyasint,omitempty"`
	Bugs        string   `cbor:"15,keyasint,omitempty"`

	Date     time.Time `cbor:"16,keyasint,omitzero"` // publish of the chosen version
	Created  time.Time `cbor:"17,keyasint,omitzero"`
	Modified time.Time `cbor:"18,keyasint,omitzero"`

	Deprecated        bool   `cbor:"19,keyasint,omitempty"`
	DeprecatedMessage string `cbor:"20,keyasint,omitempty"`

	Dependencies     map[string]string `cbor:"21,keyasint,omitempty"` // name -> range
	PeerDependencies map[string]string `cbor:"22,keyasint,omitempty"`
	Engines          map[string]string `cbor:"23,keyasint,omitempty"`
	Bin              []string          `cbor:"24,keyasint,omitempty"` // command names, sorted
	Types            bool              `cbor:"25,keyasint,omitempty"` // ships its own type declarations
	Module           ModuleFormat      `cbor:"26,keyasint,omitempty"`
	InstallScript    bool              `cbor:"27,keyasint,omitempty"` // runs code on install
	Provenance       bool              `cbor:"28,keyasint,omitempty"` // published with an attestation
	TestScript       bool              `cbor:"29,keyasint,omitempty"` // a test script other than npm's placeholder
	FilesList        bool              `cbor:"30,keyasint,omitempty"` // says what it publishes
	UnpackedSize     int64             `cbor:"31,keyasint,omitempty"` // bytes; 0 when unknown

	FirstPublished time.Time          `cbor:"32,keyasint,omitzero"`
	LastPublished  time.Time          `cbor:"33,keyasint,omitzero"`
	Releases       []score.MonthCount `cbor:"34,keyasint,omitempty"`
	ReadmeBytes    int                `cbor:"35,keyasint,omitempty"`

	// Readme is kept apart from the record: Get and Iterate leave it empty, Store.Readme reads it.
	Readme string `cbor:"-"`

	// Joined in from the store on reading; ignored on writing.
	Downloads  uint64       `cbor:"-"` // last month
	Dependents uint64       `cbor:"-"`
	Scores     score.Scores `cbor:"-"`
}

// ModuleFormat is how a package's entry point is written.
type ModuleFormat string

const (
	CommonJS ModuleFormat = "cjs"
	ESM      ModuleFormat = "esm"
	Dual     ModuleFormat = "dual"
)

// Person is an author as a manifest names one.
type Person struct {
	Name  string `cbor:"1,keyasint,omitempty" json:"name"`
	Email string `cbor:"2,keyasint,omitempty" json:"email"`
	URL   string `cbor:"3,keyasint,omitempty" json:"url"`
}

// User is a registry account.
type User struct {
	Username string `cbor:"1,keyasint,omitempty" json:"username"`
	Email    string `cbor:"2,keyasint,omitempty" json:"email"`
}

// Indexed tells whether the package belongs into search indexes.
func (p *Package) Indexed() bool { return p.Status == Active || p.Status == SecurityHeld }
