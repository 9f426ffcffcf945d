package search

import (
	"slices"
	"strings"
)

// spellings lists what an attribute may hold for a value: the value alone, but for licences, of which a version may
// be that or later, and a family is all of its versions.
func (a Attribute) spellings(value string) []string {
	if a != License {
		return []string{value}
	}
	all := []string{value}
	for _, version := range licenseVersions(value) {
		all = append(all, value+"-"+version)
	}
	for _, id := range slices.Clone(all) {
		if family, _, _ := strings.Cut(id, "-"); id != family && isGPL(family) {
			all = append(all, id+"+", id+"-only", id+"-or-later")
		}
	}
	return all
}

func isGPL(family string) bool { return family == "gpl" || family == "lgpl" || family == "agpl" }

// licenseVersions lists what SPDX knows behind the name of a family; nothing for what is none.
func licenseVersions(family string) []string {
	switch family {
	case "gpl":
		return []string{"1.0", "2.0", "3.0"}
	case "lgpl":
		return []string{"2.0", "2.1", "3.0"}
	case "agpl":
		return []string{"1.0", "3.0"}
	case "apache":
		return []string{"1.0", "1.1", "2.0"}
	case "bsd":
		return []string{"1-clause", "2-clause", "3-clause", "4-clause", "2-clause-patent", "2-clause-views", "3-clause-clear"}
	case "mpl":
		return []string{"1.0", "1.1", "2.0", "2.0-no-copyleft-exception"}
	case "epl", "eupl":
		return []string{"1.0", "1.1", "1.2", "2.0"}
	}
	return nil
}
