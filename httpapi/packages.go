package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"pkgsearch/index/store"
)

// ManyReply is the reply of POST /api/v1/packages.
type ManyReply struct {
	Packages []Document `json:"packages"` // in the order asked for, each once
	Missing  []string   `json:"missing"`  // names without a package to show
}

const maxNames = 250 // of one POST, as many as a page has hits

// onePackage answers GET /api/v1/packages/{name} with a Document.
func (a *API) onePackage(w http.ResponseWriter, r *http.Request) error {
	name, err := nameOf(r)
	if err != nil {
		return err
	}
	p, err := a.packages.Get(r.Context(), name)
	if err != nil {
		return err
	}
	if err := visible(&p); err != nil {
		return err
	}
	if a.fresh(w, r, "package "+name) {
		return nil
	}
	return a.reply(w, r, documentOf(&p, a.opts.SiteURL, a.opts.Now()))
}

// manyPackages answers POST /api/v1/packages, whose body is {"names":["a","@b/c"]}.
func (a *API) manyPackages(w http.ResponseWriter, r *http.Request) error {
	names, err := readNames(r.Body)
	if err != nil {
		return err
	}
	asked := make([]string, 0, len(names))
	for _, name := range names {
		if validName(name) { // no other has a record
			asked = append(asked, name)
		}
	}
	found, err := a.packages.GetMany(r.Context(), asked)
	if err != nil {
		return err
	}
	known := make(map[string]*store.Package, len(found))
	for i := range found {
		if visible(&found[i]) == nil {
			known[found[i].Name] = &found[i]
		}
	}
	out := ManyReply{Packages: make([]Document, 0, len(known)), Missing: []string{}}
	now := a.opts.Now()
	for _, name := range names {
		if p := known[name]; p != nil {
			out.Packages = append(out.Packages, documentOf(p, a.opts.SiteURL, now))
		} else {
			out.Missing = append(out.Missing, name)
		}
	}
	return a.reply(w, r, out)
}

// readNames reads {"names":[...]}, each name once, in order. Keys are matched exactly: a decoder that
// folds their case could read another list than a proxy did.
func readNames(body io.Reader) ([]string, error) {
	const form = `send {"names":["a","@b/c"]}`
	dec := json.NewDecoder(body)
	var fields map[string]json.RawMessage
	if err := dec.Decode(&fields); err != nil {
		return nil, bodyError(err, form)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, bodyError(err, form)
	}
	var sent []string
	if err := json.Unmarshal(fields["names"], &sent); err != nil || sent == nil {
		return nil, bodyError(err, form)
	}
	if len(sent) > maxNames {
		return nil, bad("too_many_names", maxNames, "%d names: send at most %d", len(sent), maxNames)
	}
	seen := make(map[string]bool, len(sent))
	names := sent[:0]
	for _, name := range sent {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, nil
}

// bodyError is a body that is too large, or one that does not parse.
func bodyError(err error, form string) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return err
	}
	return refuse(http.StatusBadRequest, "bad_body", "the body is not the JSON expected here: %s", form)
}

// visible is nil for a package to show, else why there is none.
func visible(p *store.Package) error {
	switch p.Status {
	case store.Unpublished:
		return refuse(http.StatusNotFound, "unpublished", "the package was unpublished by its owner")
	case store.Deleted:
		return refuse(http.StatusNotFound, "deleted", "the package was deleted from the registry")
	case store.Empty:
		return refuse(http.StatusNotFound, "no_versions", "the package has no usable version")
	}
	return nil
}
