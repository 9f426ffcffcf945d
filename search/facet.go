package search

import (
	"fmt"
	"time"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// Facet is a property by whose values matches are counted and chosen.
type Facet int

const (
	FacetLicense     Facet = iota // each licence that is named, see index.LicenseTerms
	FacetKeyword                  // each keyword, whole and folded
	FacetScope                    // "@scope", or index.Unscoped
	FacetTypes                    // ships type declarations: "true" or "false"
	FacetModule                   // "esm", "cjs" or "dual"; not known of all packages
	FacetMaintenance              // the maintenance score: "high" from 2/3, "medium" from 1/3, else "low"
	FacetUpdated                  // the shown version's publish in the last "week", "month" or "year", or "older": a week is in a month, a month in a year
)

// Facets lists all of them.
func Facets() []Facet {
	return []Facet{FacetLicense, FacetKeyword, FacetScope, FacetTypes, FacetModule, FacetMaintenance, FacetUpdated}
}

// String is the name by which ParseFacet knows the facet.
func (f Facet) String() string {
	return [...]string{"license", "keyword", "scope", "types", "module", "maintenance", "updated"}[f]
}

// ParseFacet reads the name of a facet. Its error lists them all.
func ParseFacet(name string) (Facet, error) {
	for _, f := range Facets() {
		if f.String() == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("%w: facets are %s", ErrBadQuery, enumerate(Facets()))
}

// field is where the index keeps the values of a facet with any number of them; "" for those with few, which are kept
// in columns.
func (f Facet) field() string {
	switch f {
	case FacetLicense:
		return index.FieldLicense
	case FacetKeyword:
		return index.FieldKeyword
	case FacetScope:
		return index.FieldScope
	}
	return ""
}

// few lists the values of a facet that has few; nil for the others.
func (f Facet) few() []string {
	switch f {
	case FacetTypes:
		return []string{"true", "false"}
	case FacetModule:
		return []string{string(store.ESM), string(store.CommonJS), string(store.Dual)}
	case FacetMaintenance:
		return []string{"high", "medium", "low"}
	case FacetUpdated:
		return []string{"week", "month", "year", "older"}
	}
	return nil
}

// Least maintenance scores.
const (
	highMaintenance   = float32(2) / 3
	mediumMaintenance = float32(1) / 3
)

// valuesOf tells which of few a document has: bit i for the i-th. day is the present one, in UTC.
func (f Facet) valuesOf(s *index.Segment, day time.Time) func(doc uint32) uint8 {
	switch f {
	case FacetTypes:
		has := s.Columns().Has
		return func(doc uint32) uint8 {
			if has[doc]&store.HasTypes != 0 {
				return 1
			}
			return 2
		}
	case FacetModule:
		has := s.Columns().Has
		return func(doc uint32) uint8 {
			switch has[doc] & store.HasDual {
			case store.HasESM:
				return 1
			case store.HasCJS:
				return 2
			case store.HasDual:
				return 4
			}
			return 0
		}
	case FacetMaintenance:
		return func(doc uint32) uint8 {
			switch v := s.Rank(doc).Maintenance; {
			case v >= highMaintenance:
				return 1
			case v >= mediumMaintenance:
				return 2
			}
			return 4
		}
	default: // FacetUpdated
		updated := s.Columns().Updated
		week, month, year := daysBefore(day, 7), daysBefore(day, 30), daysBefore(day, 365)
		return func(doc uint32) uint8 {
			switch at := updated[doc]; {
			case at == 0:
				return 0
			case at >= week:
				return 1 | 2 | 4
			case at >= month:
				return 2 | 4
			case at >= year:
				return 4
			}
			return 8
		}
	}
}

// dayOf is the day that a moment belongs to, in UTC: bands of time move once a day.
func dayOf(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// daysBefore is the first second of the day so many days earlier, as facts keep it.
func daysBefore(day time.Time, n int) uint32 { return store.Seconds(day.AddDate(0, 0, -n)) }
