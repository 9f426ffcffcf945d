// Package eval measures how well searches answer judged queries: it reads the judgements, asks, scores the
// answers, compares two runs, and tunes the ranking. It promises figures that depend on nothing but the
// judgements and the answers, and intervals that are the same in every run.
package eval

// Depth is how many answers of a query count.
const Depth = 10
