package score

const (
	downloadsWeight = 0.75 // counted for every package, by the whole registry
	downloadsFull   = 1e8  // a month; about the top thousand packages reach it, and all of those are used everywhere
	downloadsNoise  = 500  // a month; mirrors and scanners alone give a package about that many

	dependentsWeight = 0.25 // known only as far as this store is complete, and tools for people have few
	dependentsFull   = 1e4  // a package that ten thousand others build on cannot be told from a standard
	dependentsNoise  = 1    // the first dependent already says something
)

// popularity measures use: downloads of the last month and packages that depend on this one, both on
// logarithmic scales. There is no momentum part: one month's count says nothing about a trend.
func popularity(s Signals) []Part {
	return []Part{
		{"downloads", logScale(s.Downloads, downloadsNoise, downloadsFull), downloadsWeight},
		{"dependents", logScale(s.Dependents, dependentsNoise, dependentsFull), dependentsWeight},
	}
}
