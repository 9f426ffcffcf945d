// Package index owns what is searchable: it turns package records into a Bleve index and keeps that
// index in step with the store.
//
// # On disk
//
//	DATA/store.db                    the truth (package store)
//	DATA/index/public/<generation>/  one Bleve index: derived, disposable, rebuilt from the store at any time
//	    store/                       Bleve's segments; beside it, of each large one:
//	    <segment>.facts, .ranks      the columns that filters and ranking read
//	    <segment>.lists              the posting lists (package postings)
//	    names                        what completes a text (package suggest)
//	DATA/index/public/associations   which words and packages go together: learned with the scores and by a rebuild
//	DATA/index/public/spelling       words and names that may have been meant by others (package spell): learned likewise
//
// "public" is a visibility domain. Nothing derived from one domain may be mixed with another.
//
// # Why a crash loses nothing
//
// There is one writer. It commits a batch to the store first: records, change log and feed position in one
// transaction. Then it writes one Bleve batch that holds, beside the documents, the log number that it
// brings the index to; scorch makes both durable together. Documents are re-read from the store by name,
// so writing one twice is the same as writing it once. Open compares the log number of the index with
// the store's and applies what is missing. An index that is damaged is set aside and rebuilt; one that
// another store or another schema made, or that is ahead of its store or far behind it, is replaced.
//
// # Reading
//
// A search works on a View: an immutable snapshot with, per segment, the names and query-independent
// scores of its documents. Writers replace the view; readers keep theirs until they release it.
package index
