package httpapi

import (
	"net/http"
	"unicode/utf8"
)

// LettersReply is the reply of GET /admin/dead-letters, by name.
type LettersReply struct {
	DeadLetters []Letter `json:"deadLetters"`
	Next        string   `json:"next,omitempty"` // after= of the next page; left out on the last
}

// Letter is one package that could not be taken in.
type Letter struct {
	Name     string `json:"name"`
	Class    string `json:"class"`
	Reason   string `json:"reason"`
	Rev      string `json:"rev,omitempty"`
	First    string `json:"first,omitempty"`
	Last     string `json:"last,omitempty"`
	NextTry  string `json:"nextTry,omitempty"`
	Attempts int    `json:"attempts"`
}

const (
	defaultLetters = 50
	maxLetters     = 250
)

func (a *Admin) deadLetters(w http.ResponseWriter, r *http.Request) error {
	if a.letters == nil {
		return notOffered()
	}
	p, err := readParams(r, "after", "size")
	if err != nil {
		return err
	}
	// The feed's own spelling of a name is kept in dead letters, whatever the grammar says of it.
	if n := utf8.RuneCountInString(p["after"]); n > maxName {
		return bad("bad_name", maxName, "after has %d characters: send at most %d", n, maxName)
	}
	size, err := p.size(defaultLetters, maxLetters)
	if err != nil {
		return err
	}
	size = max(size, 1)
	found, err := a.letters.DeadLetters(r.Context(), p["after"], size)
	if err != nil {
		return err
	}
	out := LettersReply{DeadLetters: make([]Letter, len(found))}
	for i, d := range found {
		out.DeadLetters[i] = Letter{d.Name, d.Class, d.Reason, d.Rev, isoTime(d.First), isoTime(d.Last), isoTime(d.NextTry), d.Attempts}
	}
	if len(found) == size {
		out.Next = found[size-1].Name
	}
	return a.reply(w, r, out)
}

type retried struct {
	Name  string `json:"name"`
	State string `json:"state"`
}

func (a *Admin) retry(w http.ResponseWriter, r *http.Request) error {
	if a.letters == nil {
		return notOffered()
	}
	name, err := nameOf(r)
	if err != nil {
		return err
	}
	if err := a.letters.Retry(r.Context(), name); err != nil {
		return err
	}
	return a.replyStatus(w, r, http.StatusAccepted, retried{name, "queued"})
}
