// Package eval measures how good answers are: it reads queries that somebody has judged, asks them, scores the
// ranked names against the judgements, compares two runs and tunes the numbers of the ranking. It promises that
// the same queries over the same answers give the same figures, intervals and tuned numbers, in any order of
// work; latencies alone differ from run to run.
package eval
