package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Position is where the live index stands. Replies made at the same position to the same question are
// the same, which is what makes an ETag.
type Position struct {
	Database   string // random id of the store, made once
	Generation string // of the index
	LLN        uint64 // log number that the generation has reached
	Revision   uint64 // moved by what changes answers without a log entry: a rescore, a load of downloads
}

// reply answers 200 with v as JSON.
func (f *front) reply(w http.ResponseWriter, r *http.Request, v any) error {
	return f.replyStatus(w, r, http.StatusOK, v)
}

// replyStatus answers with v as JSON.
func (f *front) replyStatus(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	if len(body) > f.limits.ReplyBytes {
		return bad("reply_too_large", f.limits.ReplyBytes, "the reply is over %d bytes: ask for fewer names at once", f.limits.ReplyBytes)
	}
	write(w, r, status, body)
	return nil
}

// replyPage answers with a page of rows. A page over the reply limit loses rows from its end and says so: a
// client that pages by the number of rows it got misses none.
func replyPage[T any](f *front, w http.ResponseWriter, r *http.Request, rows []T, page func(rows []T, truncated bool) any) error {
	for truncated := false; ; truncated = true {
		body, err := encode(page(rows, truncated))
		if err != nil {
			return err
		}
		if len(body) <= f.limits.ReplyBytes || len(rows) <= 1 {
			if truncated {
				w.Header().Set("X-Truncated", "true")
			}
			write(w, r, http.StatusOK, body)
			return nil
		}
		rows = rows[:len(rows)/2]
	}
}

// encode is v as JSON and a newline. Markup is not escaped: replies are never text/html, and nosniff
// keeps browsers to that.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode reply: %w", err)
	}
	return b.Bytes(), nil
}

// write sends a whole JSON body; to HEAD it sends the headers alone.
func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// A failed write means that the client left; the access log shows the bytes that went out.
		_, _ = w.Write(body)
	}
}

// fresh marks the reply to a canonical question with its ETag and tells whether the client has it
// already, in which case it has answered 304. The position is read before the search, so a reply can
// carry the tag of an older state but never that of a newer one.
func (a *API) fresh(w http.ResponseWriter, r *http.Request, question string) bool {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if a.opts.Position == nil {
		return false
	}
	p := a.opts.Position()
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d %d %s", a.opts.Version, p.Database, p.Generation, p.LLN, p.Revision, question))
	// Weak, since compression changes the bytes and the reply carries the time.
	tag := `W/"` + hex.EncodeToString(sum[:16]) + `"`
	h.Set("ETag", tag)
	if !listsTag(r.Header.Values("If-None-Match"), tag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// listsTag tells whether If-None-Match names a tag, compared weakly. "*" is no match: it asks whether
// anything is there, which only answering can tell.
func listsTag(lists []string, tag string) bool {
	bare := strings.TrimPrefix(tag, "W/")
	for _, list := range lists {
		for item := range strings.SplitSeq(list, ",") {
			if strings.TrimPrefix(strings.TrimSpace(item), "W/") == bare {
				return true
			}
		}
	}
	return false
}
