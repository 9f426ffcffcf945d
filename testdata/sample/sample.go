// Package sample holds a few hundred well-known packages, so that search can be tried and measured
// without a registry. Its promise: true facts in the shape that a registry serves, descriptions in our
// own words, and nothing that needs a network. README.md says how it was made.
package sample

import "embed"

// FS holds packuments.ndjson, one packument a line in byte order of names, and downloads.json, an
// object of downloads in a month by name.
//
//go:embed packuments.ndjson downloads.json
var FS embed.FS
