package registrytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

const maxLimit = 10000

// root is the document that tells what kind of feed this is and where it ends.
func (r *Registry) root(*http.Request, Fault) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	doc := map[string]any{"db_name": "registry", "uuid": digest("id", r.id), "doc_count": len(r.docs), "update_seq": r.stamp(r.seq)}
	if r.options.Dialect == Replicate {
		doc["engine"] = "npm-replicate"
	} else {
		doc["instance_start_time"] = "0"
	}
	return reply(http.StatusOK, marshal(doc))
}

// stamp is a sequence as the dialect writes it.
func (r *Registry) stamp(seq uint64) any {
	if r.options.Dialect == Replicate {
		return seq
	}
	return fmt.Sprintf("%d-g1AAAA%s", seq, digest(r.epoch, seq))
}

func (r *Registry) changes(req *http.Request, f Fault) answer {
	q := req.URL.Query()
	if bad := r.refuse(q); bad != "" {
		return problem(http.StatusBadRequest, "%s is not supported", bad)
	}
	if r.options.NoDocs && q.Get("include_docs") == "true" {
		return problem(http.StatusForbidden, "documents are not given")
	}
	number, _, _ := strings.Cut(q.Get("since"), "-")
	since, err := strconv.ParseUint(number, 10, 64)
	limit, lerr := strconv.Atoi(q.Get("limit"))
	if err != nil || lerr != nil || limit < 1 || limit > maxLimit {
		return problem(http.StatusBadRequest, "bad since or limit")
	}
	r.wait(req, since)
	r.mu.Lock()
	defer r.mu.Unlock()
	first := sort.Search(len(r.rows), func(i int) bool { return r.rows[i].seq > since })
	rows := r.rows[first:min(len(r.rows), first+limit)]
	page := map[string]any{"last_seq": json.RawMessage(strconv.Quote(q.Get("since")))}
	if r.options.Dialect == Replicate {
		page["last_seq"] = since // past the head, too: an echo of what was asked
	}
	if len(rows) > 0 {
		page["last_seq"] = r.stamp(rows[len(rows)-1].seq)
	}
	if f.Kind == Duplicate {
		again := slices.Clone(rows)
		slices.Reverse(again)
		rows = slices.Concat(rows, again)
	}
	results := make([]any, 0, len(rows))
	for _, row := range rows {
		results = append(results, r.entry(row, q.Get("include_docs") == "true"))
	}
	page["results"] = results
	return reply(http.StatusOK, marshal(page))
}

func (r *Registry) entry(row row, docs bool) map[string]any {
	out := map[string]any{"seq": r.stamp(row.seq), "id": row.name, "changes": []any{map[string]any{"rev": row.rev}}}
	if row.deleted {
		out["deleted"] = true
	}
	if !docs {
		return out
	}
	out["doc"] = nil
	if d, ok := r.docs[row.name]; ok && d.body != nil {
		out["doc"] = json.RawMessage(d.body)
	} else if row.deleted {
		out["doc"] = map[string]any{"_id": row.name, "_rev": row.rev, "_deleted": true}
	}
	return out
}

// refuse names a parameter that the dialect does not take.
func (r *Registry) refuse(q url.Values) string {
	known := []string{"since", "limit"}
	if r.options.Dialect == Couch {
		known = append(known, "feed", "timeout", "include_docs")
	}
	for key := range q {
		if !slices.Contains(known, key) {
			return key
		}
	}
	return ""
}

// wait is the long poll: until something is newer than since, the timeout has passed or the client is gone.
func (r *Registry) wait(req *http.Request, since uint64) {
	if req.URL.Query().Get("feed") != "longpoll" {
		return
	}
	ms, err := strconv.Atoi(req.URL.Query().Get("timeout"))
	if err != nil {
		ms = 60000
	}
	timer := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer timer.Stop()
	for {
		r.mu.Lock()
		changed, ready := r.changed, r.seq > since
		r.mu.Unlock()
		if ready {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			return
		case <-req.Context().Done():
			return
		}
	}
}

// list is _all_docs: names and revisions in byte order, from startkey on.
func (r *Registry) list(req *http.Request, _ Fault) answer {
	q := req.URL.Query()
	var start string
	limit, err := strconv.Atoi(q.Get("limit"))
	if key := q.Get("startkey"); err == nil && key != "" {
		err = json.Unmarshal([]byte(key), &start)
	}
	if err != nil || limit < 1 || limit > maxLimit {
		return problem(http.StatusBadRequest, "bad startkey or limit")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for name, d := range r.docs {
		if d.listed && name >= start {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	rows := []any{}
	for _, name := range names[:min(len(names), limit)] {
		rows = append(rows, map[string]any{"id": name, "key": name, "value": map[string]any{"rev": r.docs[name].rev}})
	}
	return reply(http.StatusOK, marshal(map[string]any{"total_rows": len(r.docs), "offset": 0, "rows": rows}))
}
