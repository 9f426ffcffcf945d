package httpapi

import (
	"time"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// SearchReply is the reply of GET /api/v1/search.
type SearchReply struct {
	Hits       []Hit   `json:"hits"`
	Truncated  bool    `json:"truncated,omitempty"`  // there are fewer hits than asked for because the reply would be too large
	Total      int     `json:"total"`                // packages that match, exact
	DidYouMean string  `json:"didYouMean,omitempty"` // the text as it was probably meant; the hits count that in already
	From       int     `json:"from"`
	Size       int     `json:"size"`       // hits asked for, after the limits
	Took       float64 `json:"took"`       // milliseconds inside the searcher
	Generation string  `json:"generation"` // of the index that answered
	LLN        uint64  `json:"lln"`        // log number that the generation has reached

	Next   string                         `json:"next,omitempty"`   // cursor of the next page; left out at the end
	Facets map[string][]search.FacetCount `json:"facets,omitempty"` // those asked for; the most frequent values first
}

// Hit is one found package, best first.
type Hit struct {
	Package Summary       `json:"package"`
	Score   float64       `json:"score"`             // text relevance times prior; compares hits of one reply only
	Final   float64       `json:"final"`             // the three scores blended by the request's weights, 0 to 1
	Scores  Scores        `json:"scores"`            // each 0 to 1
	Explain []search.Part `json:"explain,omitempty"` // what made Score, with explain=1

	Lookalike  string             `json:"lookalike,omitempty"`  // the far more used package that this name is easily taken for
	Highlights *search.Highlights `json:"highlights,omitempty"` // with highlight=1
}

// Scores are the three query-independent judgements, each 0 to 1.
type Scores struct {
	Popularity  float32 `json:"popularity"`
	Quality     float32 `json:"quality"`
	Maintenance float32 `json:"maintenance"`
}

// Summary is what a list shows of a package. Unknown times and links are left out.
type Summary struct {
	Name              string             `json:"name"`
	Version           string             `json:"version"`
	Description       string             `json:"description"`
	Keywords          []string           `json:"keywords"`
	License           string             `json:"license,omitempty"`
	Author            *npmPerson         `json:"author,omitempty"`
	Publisher         *npmUser           `json:"publisher,omitempty"`
	Maintainers       []npmUser          `json:"maintainers"`
	Links             npmLinks           `json:"links"`
	Date              string             `json:"date,omitempty"` // publish of this version
	Created           string             `json:"created,omitempty"`
	Modified          string             `json:"modified,omitempty"`
	Downloads         uint64             `json:"downloads"`  // last month
	Dependents        uint64             `json:"dependents"` // packages here whose latest version depends on it
	Deprecated        bool               `json:"deprecated"`
	DeprecatedMessage string             `json:"deprecatedMessage,omitempty"`
	SecurityHeld      bool               `json:"securityHeld"` // a placeholder after an incident
	Unstable          bool               `json:"unstable"`     // below 1.0.0 or a prerelease
	Types             bool               `json:"types"`        // ships type declarations
	Module            store.ModuleFormat `json:"module,omitempty"`
	InstallScript     bool               `json:"installScript"`          // runs code on install
	Provenance        bool               `json:"provenance"`             // published with an attestation
	UnpackedSize      int64              `json:"unpackedSize,omitempty"` // bytes
}

// Document is the reply of GET /api/v1/packages/{name}: all that is known of one package.
type Document struct {
	Summary
	Status           store.Status      `json:"status"`
	VersionsCount    int               `json:"versionsCount"`
	DistTags         map[string]string `json:"distTags"`
	FirstPublished   string            `json:"firstPublished,omitempty"`
	LastPublished    string            `json:"lastPublished,omitempty"`
	Dependencies     map[string]string `json:"dependencies"` // name to range
	PeerDependencies map[string]string `json:"peerDependencies"`
	Engines          map[string]string `json:"engines"`
	Bin              []string          `json:"bin"` // commands it installs
	ReadmeBytes      int               `json:"readmeBytes"`
	Scores           ScoreParts        `json:"scores"`
}

// ScoreParts are the scores of a package as of now with the labelled parts that make them: a score is
// the mean of its parts' values by their weights.
type ScoreParts struct {
	Final       float64   `json:"final"` // the three blended by the default weights
	Popularity  ScorePart `json:"popularity"`
	Quality     ScorePart `json:"quality"`
	Maintenance ScorePart `json:"maintenance"`
}

// ScorePart is one of the three scores.
type ScorePart struct {
	Score float32      `json:"score"`
	Parts []score.Part `json:"parts"`
}

func hitShape(hit search.Hit, site string) Hit {
	s := hit.Package.Scores
	return Hit{
		Package: summaryOf(&hit.Package, site),
		Score:   hit.Score,
		Final:   hit.Final,
		Scores:  Scores{s.Popularity, s.Quality, s.Maintenance},
		Explain: hit.Explain,

		Lookalike:  hit.Lookalike,
		Highlights: hit.Highlights,
	}
}

func summaryOf(p *store.Package, site string) Summary {
	s := Summary{
		Name:              p.Name,
		Version:           p.Version,
		Description:       p.Description,
		Keywords:          list(p.Keywords),
		License:           p.License,
		Maintainers:       maintainers(p.Maintainers),
		Links:             npmLinks{p.Homepage, p.Repository, p.Bugs, pageOf(site, p.Name)},
		Date:              isoTime(p.Date),
		Created:           isoTime(p.Created),
		Modified:          isoTime(p.Modified),
		Downloads:         p.Downloads,
		Dependents:        p.Dependents,
		Deprecated:        p.Deprecated,
		DeprecatedMessage: p.DeprecatedMessage,
		SecurityHeld:      p.Status == store.SecurityHeld,
		Unstable:          unstable(p.Version),
		Types:             p.Types,
		Module:            p.Module,
		InstallScript:     p.InstallScript,
		Provenance:        p.Provenance,
		UnpackedSize:      p.UnpackedSize,
	}
	if p.Author != nil {
		s.Author = &npmPerson{p.Author.Name, p.Author.Email, p.Author.URL}
	}
	if p.Publisher != nil {
		s.Publisher = &npmUser{p.Publisher.Email, p.Publisher.Username}
	}
	return s
}

func documentOf(p *store.Package, site string, now time.Time) Document {
	scores, parts := score.Of(p.Signals(), now)
	return Document{
		Summary:          summaryOf(p, site),
		Status:           p.Status,
		VersionsCount:    p.VersionsCount,
		DistTags:         table(p.DistTags),
		FirstPublished:   isoTime(p.FirstPublished),
		LastPublished:    isoTime(p.LastPublished),
		Dependencies:     table(p.Dependencies),
		PeerDependencies: table(p.PeerDependencies),
		Engines:          table(p.Engines),
		Bin:              list(p.Bin),
		ReadmeBytes:      p.ReadmeBytes,
		Scores: ScoreParts{
			Final:       score.DefaultWeights().Blend(scores),
			Popularity:  ScorePart{scores.Popularity, scoreParts(parts.Popularity)},
			Quality:     ScorePart{scores.Quality, scoreParts(parts.Quality)},
			Maintenance: ScorePart{scores.Maintenance, scoreParts(parts.Maintenance)},
		},
	}
}

// scoreParts is never null in JSON.
func scoreParts(p []score.Part) []score.Part {
	if p == nil {
		return []score.Part{}
	}
	return p
}

// table is never null in JSON.
func table(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
