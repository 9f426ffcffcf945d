package ingest

import (
	"errors"
	"fmt"
	"io"
	"time"

	"pkgsearch/index/store"
)

// The reasons of a Skip.
const (
	BadJSON         = "invalid-json"
	NotObject       = "not-an-object"
	TooDeep         = "nested-too-deep"
	TooLarge        = "too-large"
	TooManyVersions = "too-many-versions"
	NoName          = "no-name"
	BadName         = "bad-name"
	NameMismatch    = "name-mismatch"  // _id and name differ
	DuplicateName   = "duplicate-name" // _id or name is given twice, with different values
	Panicked        = "panic"          // a mistake of ours; Normalize itself never gives it
)

// Skip is why a document is not stored as a package. It is dirt in the data, not a failure.
type Skip struct {
	Reason string // one of the constants above
	Detail string // for a person; may be empty
	Name   string // the package, where the document got as far as telling a valid name
}

func (s *Skip) Error() string {
	text := "skip document"
	if s.Name != "" {
		text = fmt.Sprintf("skip %q", s.Name)
	}
	text += ": " + s.Reason
	if s.Detail != "" {
		text += ": " + s.Detail
	}
	return text
}

// Normalize reads one packument from the start of src and gives the record of its package, as of now.
// The error is a *Skip where the document is no package's; any other error comes from reading src.
//
// Memory stays bounded whatever the size of the document: it is read once to find where the fields
// and manifests lie, then only the wanted ones are read again. What is kept has limits of its own, so
// that a record without its README stays below 256 KiB.
func Normalize(src io.ReadSeeker, now time.Time) (store.Package, error) {
	var n Normalizer
	return n.Normalize(src, now)
}

// Normalizer is Normalize with buffers that are used again. It serves one goroutine at a time; its
// zero value is ready.
type Normalizer struct {
	scan scanner
	doc  document
}

// Normalize is as the function of that name.
func (n *Normalizer) Normalize(src io.ReadSeeker, now time.Time) (store.Package, error) {
	size, err := src.Seek(0, io.SeekEnd)
	if err == nil {
		err = n.scan.reset(src, size)
	}
	d := &n.doc
	*d = document{scan: &n.scan, top: d.top[:0], manifest: d.manifest[:0], versions: d.versions}
	d.versions.reset()
	if err == nil {
		err = d.survey()
	}
	if err == nil {
		var p store.Package
		if p, err = d.record(now); err == nil {
			return p, nil
		}
	}
	return store.Package{}, skipFor(err, d.name())
}

// skipFor makes a Skip of an error that the document is to blame for, and leaves any other.
func skipFor(err error, name string) error {
	if !ValidName(name) {
		name = ""
	}
	var skip *Skip
	var syntax *syntaxError
	switch {
	case errors.As(err, &skip):
		skip.Name = name
		return skip
	case errors.As(err, &syntax):
		return &Skip{Reason: BadJSON, Detail: syntax.Error(), Name: name}
	case errors.Is(err, errTooDeep):
		return &Skip{Reason: TooDeep, Detail: fmt.Sprintf("over %d levels", maxDepth), Name: name}
	case errors.Is(err, ErrTooLarge):
		return &Skip{Reason: TooLarge, Detail: err.Error(), Name: name}
	}
	return fmt.Errorf("read packument: %w", err)
}

// record makes the record of a document that has been surveyed.
func (d *document) record(now time.Time) (store.Package, error) {
	p := store.Package{Name: d.name(), Status: store.Deleted, Rev: d.revision()}
	if d.value(d.top, "_deleted", small).isTrue() {
		return p, d.err
	}
	d.versions.settle(p.Name)
	tags := d.distTags()
	chosen := d.versions.choose(tags["latest"])
	d.dates(&p, chosen, now)
	switch {
	case chosen != nil:
		p.Status = store.Active
		p.Version = chosen.clean
		p.VersionsCount = len(d.versions.list)
		p.DistTags = tags
		d.readManifest(chosen.at)
	case d.unpublished:
		p.Status = store.Unpublished
		return p, d.err // what its owner withdrew is not kept
	default:
		p.Status = store.Empty
	}
	d.facts(&p)
	d.technical(&p)
	if p.Version == heldVersion && p.Repository == heldRepository {
		p.Status = store.SecurityHeld
	}
	return p, d.err
}

// What the registry puts in place of a package that it took down.
const (
	heldVersion    = "0.0.1-security"
	heldRepository = "https://github.com/npm/security-holder"
)
