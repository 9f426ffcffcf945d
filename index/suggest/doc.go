// Package suggest completes what is being typed: package names, and queries made of the words in names.
//
// A Table is a sorted list of all places where a word of a folded name begins: what begins with a prefix stands
// together, and all prefixes make a tree that can be walked. It is one run of bytes, the same on disk and in
// memory, that is read in place; each part has a checksum. A Set is a large table and some small ones of what has
// changed since, searched together. What a Set answers depends on its names and weights alone, never on how they
// are spread over tables.
package suggest
