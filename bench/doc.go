// Package bench measures what answers cost: it asks questions of a source, again and again and by several clients at
// once, and says how long they took, how many documents were scored, what was allocated and what is resident. It
// compares sources by speed and by answers, and makes up questions that are likely to be slow.
//
// It promises the same questions in the same order for the same seed; the times are the machine's.
package bench
