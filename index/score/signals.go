package score

import "time"

// Signals are the facts a score is made of. The zero value is a package about which nothing is known.
type Signals struct {
	Downloads  uint64 // last month
	Dependents uint64 // packages in this store whose latest version depends on it

	First, Latest time.Time    // first and newest publish; zero when unknown
	Releases      []MonthCount // publishes by month, oldest first
	Version       string       // the chosen version, cleaned semver; "" when there is none
	ReadmeBytes   int          // length of the README
	Dependencies  int          // runtime dependencies of the chosen version
	LooseRanges   int          // of those, ranges without an upper bound ("*", ">=1", "latest")
	Has           Presence     // what the manifest declares
	Deprecated    bool         // the chosen version carries a deprecation
	SecurityHeld  bool         // a placeholder that the registry holds after an incident
}

// Presence says which parts of a manifest are there.
type Presence struct {
	Description, Keywords, License, Repository, Homepage, Bugs bool
	Tests, Types, Files, Provenance, InstallScript             bool
}

// MonthCount is the number of publishes in one month, counted from January 2009 (month 0), UTC.
type MonthCount struct {
	Month uint16 `cbor:"1,keyasint"`
	Count uint16 `cbor:"2,keyasint"` // saturates
}

// Month numbers the month of t from January 2009; a time before that is month 0.
func Month(t time.Time) uint16 {
	t = t.UTC()
	m := (t.Year()-2009)*12 + int(t.Month()) - 1
	return uint16(max(0, min(m, 65535)))
}

// Scores are the three query-independent judgements of a package, each in [0,1].
type Scores struct {
	Popularity, Quality, Maintenance float32
}
