// Package httpapi owns what the service says over HTTP: the npm wire format under /-/v1, the richer
// shape under /api/v1, health, and the operator's routes on a listener of their own.
//
// It promises three things. Whatever arrives, the answer is JSON with a status, and an error carries a
// code and the limit that was hit. A reply under /-/v1/search holds every field that a known client
// dereferences, with the type it expects. And no request costs more than the limits in Limits allow:
// searches pass a gate, run under a budget, and keep their place in the gate until they really end.
//
// It decides nothing about relevance: handlers parse, call a Searcher or a Packages, and render.
// It is the only importer of gorilla/mux, used for matching paths and nothing else.
package httpapi
