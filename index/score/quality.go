package score

import "strings"

// Weights are points of a hundred. The order follows npms.io, whose evaluators gave carefulness and
// tests the most; what a packument cannot tell (linters, coverage, badges) is left out.
const (
	licenseWeight       = 15 // without one nobody may use the package
	readmeWeight        = 18 // the first thing a user needs
	filesWeight         = 5  // publishing on purpose what is published
	descriptionWeight   = 10 // one sentence is the least an author owes a reader
	keywordsWeight      = 5  // cheap to add and easy to stuff, so worth little
	repositoryWeight    = 10 // source that can be read and corrected
	homepageWeight      = 3  // often generated from the repository
	bugsWeight          = 3  // often generated from the repository
	testsWeight         = 10 // a script is no proof of good tests, but its absence says a lot
	typesWeight         = 8  // own type declarations serve every editor
	provenanceWeight    = 4  // says where the archive was built; young, so few can be blamed for lacking it
	rangesWeight        = 6  // an open range breaks one day without any release of the package
	installScriptWeight = 3  // code run on install is a risk, yet some packages need it

	readmeFull = 400 // bytes; npms.io's measure of a README that explains something

	unstableCare   = 0.5 // npms.io: below 1.0.0 nothing is promised yet
	deprecatedCare = 0.0 // npms.io: the author has given up on it
)

// quality measures what the author has put in. License, README and files list are npms.io's
// carefulness: they count half below 1.0.0 and not at all when deprecated.
func quality(s Signals) []Part {
	care, note := carefulness(s)
	return []Part{
		{"license" + note, care * share(s.Has.License), licenseWeight},
		{"readme" + note, care * along(float64(s.ReadmeBytes), point{0, 0}, point{readmeFull, 1}), readmeWeight},
		{"files list" + note, care * share(s.Has.Files), filesWeight},
		{"description", share(s.Has.Description), descriptionWeight},
		{"keywords", share(s.Has.Keywords), keywordsWeight},
		{"repository", share(s.Has.Repository), repositoryWeight},
		{"homepage", share(s.Has.Homepage), homepageWeight},
		{"bug tracker", share(s.Has.Bugs), bugsWeight},
		{"test script", share(s.Has.Tests), testsWeight},
		{"types", share(s.Has.Types), typesWeight},
		{"provenance", share(s.Has.Provenance), provenanceWeight},
		{"bounded ranges", boundedRanges(s), rangesWeight},
		{"no install script", share(!s.Has.InstallScript), installScriptWeight},
	}
}

// carefulness is the factor on the careful parts and the note that their labels carry.
func carefulness(s Signals) (factor float64, note string) {
	switch {
	case s.Deprecated:
		return deprecatedCare, " (deprecated)"
	case !Stable(s.Version):
		return unstableCare, " (below 1.0.0)"
	}
	return 1, ""
}

// boundedRanges is npms.io's health: 1/(1+loose), and 1 without dependencies.
func boundedRanges(s Signals) float64 {
	loose := max(0, min(s.LooseRanges, s.Dependencies))
	return 1 / (1 + float64(loose))
}

// Stable tells whether a cleaned semver is a release from 1.0.0 on: not 0.x, not a prerelease, not "".
func Stable(version string) bool {
	version, _, _ = strings.Cut(version, "+")
	major, _, dotted := strings.Cut(version, ".")
	return dotted && major != "0" && !strings.Contains(version, "-")
}
