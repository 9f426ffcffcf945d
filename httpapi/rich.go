package httpapi

import (
	"net/http"
	"strings"

	"pkgsearch/search"
)

// richParams are the parameters of GET /api/v1/search: npm's, those that shape the answer, and a filter for each facet.
func richParams() []string {
	known := []string{"text", "size", "from", "quality", "popularity", "maintenance",
		"sort", "cursor", "facets", "facetSize", "highlight", "explain"}
	for _, f := range search.Facets() {
		known = append(known, filterParam(f))
	}
	return known
}

// filterParam names the parameter that chooses values of a facet: the facet's own name, but npm has taken one of them
// for a weight.
func filterParam(f search.Facet) string {
	if f == search.FacetMaintenance {
		return "maintained"
	}
	return f.String()
}

// richRequest reads all parameters of GET /api/v1/search. An empty one is as good as none.
func (p params) richRequest() (search.Request, error) {
	req, err := p.searchRequest()
	if err != nil {
		return req, err
	}
	if req.Explain, err = p.flag("explain"); err != nil {
		return req, err
	}
	if req.Highlight, err = p.flag("highlight"); err != nil {
		return req, err
	}
	if s := p["sort"]; s != "" {
		if req.Sort, err = search.ParseSort(s); err != nil {
			return req, refuse(http.StatusBadRequest, "bad_sort", "sort=%s: %s", word(s), reason(err))
		}
	}
	if err := p.walk(&req); err != nil {
		return req, err
	}
	if err := p.facets(&req); err != nil {
		return req, err
	}
	return req, p.filters(&req)
}

// walk reads the cursor, which takes the place of from: beyond it pages are as large as asked for.
func (p params) walk(req *search.Request) (err error) {
	if req.Cursor = p["cursor"]; req.Cursor == "" {
		return nil
	}
	if p["from"] != "" && req.From != 0 {
		return refuse(http.StatusBadRequest, "bad_cursor", "cursor and from are both sent: send one of them")
	}
	req.Size, err = p.size(defaultSize, search.MaxSize)
	return err
}

func (p params) facets(req *search.Request) error {
	for name := range strings.SplitSeq(p["facets"], ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		f, err := search.ParseFacet(name)
		if err != nil {
			return refuse(http.StatusBadRequest, "bad_facets", "facets=%s: %s", word(name), reason(err))
		}
		req.Facets = append(req.Facets, f)
	}
	s, ok := p["facetSize"]
	if !ok {
		return nil
	}
	n, ok := decimal(s, search.MaxFacetSize)
	if !ok || n == 0 {
		return bad("bad_facet_size", search.MaxFacetSize, "facetSize=%s is not a whole number: send 1 to %d", word(s), search.MaxFacetSize)
	}
	req.FacetSize = n
	return nil
}

func (p params) filters(req *search.Request) error {
	for _, f := range search.Facets() {
		name := filterParam(f)
		c, err := search.ParseChoice(f, p[name])
		if err != nil {
			return refuse(http.StatusBadRequest, "bad_"+name, "%s=%s: %s", name, word(p[name]), reason(err))
		}
		if len(c.Values) > 0 {
			req.Choices = append(req.Choices, c)
		}
	}
	return nil
}

// day is the date, where an answer depends on it.
func (a *API) day(req search.Request) string {
	dated := false
	for _, f := range req.Facets {
		dated = dated || f == search.FacetUpdated
	}
	for _, c := range req.Choices {
		dated = dated || c.Facet == search.FacetUpdated
	}
	if !dated {
		return ""
	}
	return a.opts.Now().UTC().Format(" 2006-01-02")
}
