//go:build race

package ingest

// slowdown is how many times larger a document may be without the race detector.
const slowdown = 8
