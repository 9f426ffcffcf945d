package registrytest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Dialect is the kind of change feed that a Registry speaks.
type Dialect string

const (
	Couch     Dialect = "couch"     // CouchDB: opaque sequences, documents in rows, long polling
	Replicate Dialect = "replicate" // npm's replication service: plain pages, no documents, a list of all names
)

// Options choose the kind of registry; the zero value is a CouchDB.
type Options struct {
	Dialect Dialect
	NoDocs  bool             // Couch: refuse include_docs, as some servers do
	Now     func() time.Time // dates of releases; default time.Now
}

// Registry is the fake. Its methods may be called at any time from any goroutine.
type Registry struct {
	options Options

	mu        sync.Mutex
	url       string
	docs      map[string]*document
	rows      []row // by seq
	seq       uint64
	late      int // places behind the newest row at which the next one appears
	epoch     int // resets so far
	id        int // database ids given so far
	changed   chan struct{}
	faults    []*Fault
	downloads map[string]uint64
	requests  []Request
}

// row is an entry of the change feed.
type row struct {
	seq       uint64
	name, rev string
	deleted   bool
}

// seqStep leaves room between two rows for others that appear later: sequences are sparse by design.
const seqStep = 16

// Expected is what a follower should know of one package in the end.
type Expected struct {
	Status      string `json:"status"` // active, unpublished or deleted
	Version     string `json:"version,omitempty"`
	Description string `json:"description,omitempty"`
	Rev         string `json:"rev"`
	Deprecated  bool   `json:"deprecated,omitempty"`
}

// Request is a request that was served.
type Request struct {
	At     time.Time
	Target string // as in Fault
	URI    string
	Header http.Header
}

// New makes an empty registry. It serves nothing yet: see Start, Serve and Transport.
func New(o Options) *Registry {
	o.Dialect = cmp.Or(o.Dialect, Couch)
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Registry{
		options:   o,
		url:       "http://127.0.0.1",
		docs:      map[string]*document{},
		changed:   make(chan struct{}),
		downloads: map[string]uint64{},
	}
	if o.Dialect == Couch {
		r.appendRow("_design/app", "1-"+digest("design"), false)
	}
	return r
}

// State tells of every package ever seen what there should be to know. The details of withdrawn ones are empty.
func (r *Registry) State() map[string]Expected {
	r.mu.Lock()
	defer r.mu.Unlock()
	state := make(map[string]Expected, len(r.docs))
	for name, d := range r.docs {
		state[name] = d.expected()
	}
	return state
}

// Requests are those served so far, oldest first.
func (r *Registry) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// Publish releases a version, which becomes latest. manifest holds more fields of package.json, or none.
func (r *Registry) Publish(name, version string, manifest map[string]any) {
	r.change(name, false, func(d *document) { d.publish(version, manifest, r.options.Now()) })
}

// Put stores a packument as it is, but for _id and _rev.
func (r *Registry) Put(name string, packument map[string]any) {
	r.change(name, false, func(d *document) { d.put(packument) })
}

// Deprecate marks all versions of a package; "" takes the mark away.
func (r *Registry) Deprecate(name, message string) {
	r.change(name, false, func(d *document) { d.deprecate(message) })
}

// Unpublish withdraws a package: its document keeps time.unpublished only and is answered with status, 200 or 404.
func (r *Registry) Unpublish(name string, status int) {
	r.change(name, false, func(d *document) { d.unpublish(status, r.options.Now()) })
}

// Delete removes a package; its row in the feed says deleted.
func (r *Registry) Delete(name string) {
	r.change(name, true, (*document).remove)
}

// Vanish removes a package while its row in the feed says only that it changed.
func (r *Registry) Vanish(name string) {
	r.change(name, false, (*document).remove)
}

// Forget removes a package and its rows, so that no feed tells of it.
func (r *Registry) Forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.document(name)
	d.content, d.body, d.listed = nil, nil, false
	r.rows = slices.DeleteFunc(r.rows, func(row row) bool { return row.name == name })
}

// Late makes the row of the next operation appear places rows behind the newest one, as a feed of many writers does.
func (r *Registry) Late(places int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.late = places
}

// Reset numbers the feed again from the start, in another order and without the rows of deletions. A new id is a
// new database; new revisions start again at 1.
func (r *Registry) Reset(newID, newRevs bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epoch++
	if newID {
		r.id++
	}
	r.rows, r.seq = nil, 0
	order := func(name string) string { return digest(r.epoch, name) }
	for _, name := range slices.SortedFunc(maps.Keys(r.docs), func(a, b string) int { return cmp.Compare(order(a), order(b)) }) {
		d := r.docs[name]
		if newRevs {
			d.generation = 0
		}
		if newRevs && d.listed {
			d.revise(r.epoch)
		}
		d.before = nil // caches know nothing of the feed as it is now
		if !d.listed {
			continue
		}
		r.appendRow(name, d.rev, false)
	}
	r.wake()
}

// SetDownloads sets the downloads of the last month.
func (r *Registry) SetDownloads(name string, n uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.downloads[name] = n
}

// change edits a document, gives it a new revision and adds its row.
func (r *Registry) change(name string, deleted bool, edit func(*document)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.document(name)
	d.listed = !deleted
	edit(d)
	d.revise(r.epoch)
	if r.options.Dialect == Couch { // keeps only the last change of a document
		r.rows = slices.DeleteFunc(r.rows, func(row row) bool { return row.name == name })
	}
	r.appendRow(name, d.rev, deleted)
	r.wake()
}

func (r *Registry) document(name string) *document {
	d, ok := r.docs[name]
	if !ok {
		d = &document{name: name}
		r.docs[name] = d
	}
	return d
}

func (r *Registry) appendRow(name, rev string, deleted bool) {
	places := min(r.late, len(r.rows)-1)
	r.late = 0
	at, seq := len(r.rows), r.seq+seqStep
	if places > 0 {
		at -= places
		seq = r.rows[at-1].seq + 1
		if seq == r.rows[at].seq { // no room: a plain row then
			at, seq = len(r.rows), r.seq+seqStep
		}
	}
	r.rows = slices.Insert(r.rows, at, row{seq: seq, name: name, rev: rev, deleted: deleted})
	r.seq = max(r.seq, seq)
}

// wake tells long polls that there is something new.
func (r *Registry) wake() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func digest(parts ...any) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprintf("%q", parts))))[:32]
}
