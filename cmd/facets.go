package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"pkgsearch/search"
)

// printFacets shows counts as a table of their own, after an empty line.
func (a *app) printFacets(facets map[string][]search.FacetCount) error {
	if len(facets) == 0 {
		return nil
	}
	t := newTable(a.stdout, "FACET", ">PACKAGES", "VALUE")
	for _, facet := range slices.Sorted(maps.Keys(facets)) {
		for _, v := range facets[facet] {
			n := strconv.Itoa(v.Count)
			if t.width > 0 {
				n = humanize.Comma(int64(v.Count))
			}
			t.add(facet, n, v.Value)
		}
	}
	if _, err := fmt.Fprintln(a.stdout); err != nil {
		return err
	}
	return t.flush()
}

// names lists what a flag takes.
func names[T fmt.Stringer](all []T) string {
	var list []string
	for _, v := range all {
		list = append(list, v.String())
	}
	return strings.Join(list, ", ")
}
