package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pkgsearch/index/store"
)

// sighting is what the upstream shows of a package when it is looked at.
type sighting struct {
	pkg     store.Package
	missing bool  // there is no such package
	err     error // why there is no pkg
}

var errOtherName = errors.New("the document is that of another package")

// take does one task. Its error is that of the context, of the disk or of the store; all else is an outcome.
func (f *Follower) take(ctx context.Context, t task) (outcome, error) {
	if t.Deleted {
		return outcome{pkg: tombstone(t)}, nil
	}
	if !ValidName(t.Name) {
		return f.postpone(ctx, t, outcome{}, classReject, "not a name that a package can have")
	}
	seen, err := f.look(ctx, t, t.due != nil)
	if err == nil && t.due == nil && (seen.missing || seen.stale(t)) {
		t.Doc = nil
		seen, err = f.look(ctx, t, true) // past the caches on the way
	}
	if err != nil {
		return outcome{}, err
	}
	return f.decide(ctx, t, seen)
}

// look fetches and normalises; fresh asks caches to stand aside. Its error is that of the context or of the disk.
func (f *Follower) look(ctx context.Context, t task, fresh bool) (seen sighting, err error) {
	if t.Doc != nil {
		seen.pkg, seen.err = f.normalize(t.Doc)
		return seen.checked(t.Name)
	}
	if err := f.bytes.Acquire(ctx, spoolBytes); err != nil {
		return sighting{}, err
	}
	defer f.bytes.Release(spoolBytes)
	doc, err := f.registry.Packument(ctx, t.Name, fresh)
	if err != nil {
		return sighting{err: err}.checked(t.Name)
	}
	defer doc.Close()
	seen.pkg, seen.err = f.normalize(doc)
	if doc.Missing && (seen.err != nil || seen.pkg.Status != store.Unpublished) {
		return sighting{missing: true}, nil
	}
	return seen.checked(t.Name)
}

// checked splits errors that are ours, which end the run, from those of the package.
func (s sighting) checked(name string) (sighting, error) {
	if s.err == nil {
		if s.pkg.Name != name {
			s.err = errOtherName
		}
		return s, nil
	}
	if classify(s.err) == "" {
		return s, fmt.Errorf("take in package %q: %w", name, s.err)
	}
	return s, nil
}

// normalize turns a panic, which would be a mistake of ours, into a reason to skip one document.
func (f *Follower) normalize(doc io.ReadSeeker) (pkg store.Package, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Skip{Reason: Panicked, Detail: fmt.Sprint(r)}
		}
	}()
	return f.o.Normalize(doc, time.Now())
}

// stale tells whether the document is older than the change. One without a revision cannot be told.
func (s sighting) stale(t task) bool {
	return s.err == nil && !s.missing && s.pkg.Rev != "" && generation(s.pkg.Rev) < generation(t.Rev)
}

// decide makes an outcome of what was seen.
func (f *Follower) decide(ctx context.Context, t task, seen sighting) (outcome, error) {
	o := outcome{answered: t.Doc == nil}
	switch {
	case isUpstream(seen.err):
		o = outcome{failed: seen.err}
		return f.postpone(ctx, t, o, classFetch, seen.err.Error())
	case seen.err != nil:
		return f.postpone(ctx, t, o, classify(seen.err), seen.err.Error())
	case seen.missing:
		o = outcome{pkg: tombstone(t), failed: &upstreamError{status: 404, err: fmt.Errorf("fetch packument %q: 404 Not Found", t.Name)}}
		if t.outOfPatience() {
			o.pkg.Rev = "" // so that the row is looked into when it is read again
			return o, nil
		}
		// A registry may be behind its feed, so look again later. Until then the package is hidden.
		return f.postpone(ctx, t, o, classStale, "404 Not Found, though the feed does not say deleted")
	case seen.stale(t) && !t.outOfPatience():
		if f.verify == nil && generation(seen.pkg.Rev) > generation(t.stored.Rev) {
			o.pkg = &seen.pkg // not the newest, but newer than what is stored
		}
		return f.postpone(ctx, t, o, classStale, fmt.Sprintf("the registry still has revision %s, the feed %s", seen.pkg.Rev, t.Rev))
	}
	// A document may be ahead of its change; but after a reset its generation says nothing.
	if t.Rev != "" && (f.verify != nil || generation(seen.pkg.Rev) <= generation(t.Rev)) {
		seen.pkg.Rev = t.Rev
	}
	o.pkg = &seen.pkg
	return o, nil
}

func tombstone(t task) *store.Package {
	return &store.Package{Name: t.Name, Status: store.Deleted, Rev: t.Rev}
}
