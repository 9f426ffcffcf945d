// Package ingest brings packages into the store: from dumps once, and from a registry's change feed for ever.
//
// It owns the packument: Normalize turns one, however dirty or large, into a store.Package or says why not. It owns
// the outbound side of the network: a Client with limits on time, size, rate and on where a token may go. And it owns
// the Follower, which reads a Feed page by page, fetches what has changed from a Registry and hands batches to a Sink.
//
// # What the follower promises
//
// A page's records, its dead letters and the feed's new cursor are one store.Batch and so one transaction; every step
// may run twice. A package is never given up: what could not be taken in is a dead letter with a time for its next try.
// What is known of a package only moves forward: a revision that the store covers is not applied again, and a document
// older than its change does not count as that change until the registry has had 23 minutes to show a newer one. That
// rests on the generations of a package's revisions growing through deletions too, as CouchDB's do, up to a reset.
//
// # Dialects
//
// Probe tells them apart by the feed's root document. CouchDB is read from sequence 0, with documents in the rows where
// the server gives them, and by long polling once there is nothing more. npm's replication service ("engine":
// "npm-replicate") takes since and limit and nothing else; an empty store begins with a walk through the list of all
// names.
//
// # Cursors
//
// A cursor is opaque to everyone but its dialect. It is what the feed called last_seq, as text, or all@SEQ:NAME while
// the list of names is walked: the names up to NAME are done, and SEQ was the end of the feed when the walk began. The
// follower puts verify: in front while it compares the whole feed with the store after a reset; such a comparison
// starts over when it is interrupted. Sequences are compared as numbers only to notice a reset, and to end a re-read.
//
// # When the upstream is down
//
// A request is repeated by the Client, with growing pauses. If after that more fetches of a page have failed than not, for
// reasons of the upstream (connection, 5xx, 429, an answer cut short, a web page instead of JSON, or a 404 for what the
// feed says is there), the follower asks for witnesses: the package that it fetched last and some of the store, others
// each time, none of them on the page; with none known it sends a ping. If no witness is given, the upstream is down: the
// page is dropped, and read again after a pause. Else the packages that failed become dead letters and the feed goes on.
//
// Dead letters over FollowerOptions.MaxDead halt the feed, with an alarm in Status; they are tried again meanwhile, and the
// feed goes on when there is room. The way out of what does not heal is a larger MaxDead.
//
// # A store that has packages already
//
// A feed that was never followed is compared with a store that is not empty as after a reset: the revisions there are a
// dump's or another feed's, and what the feed does not list is asked for before it is removed.
package ingest
