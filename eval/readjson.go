package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// record is a judged query as a line of JSON. Kind, source and note are for people.
type record struct {
	ID       string         `json:"id"`
	Family   string         `json:"family"`
	Query    string         `json:"query"`
	Relevant map[string]int `json:"relevant"`
	Negative []string       `json:"negative"`
	Prefixes []string       `json:"prefixes"`
	Group    string         `json:"group"`

	Kind   any `json:"kind"`
	Source any `json:"source"`
	Note   any `json:"note"`
}

// parseJSON reads one line. A field of another name is refused: it would be a slip that changes the figures.
func parseJSON(line []byte, family string) (Query, bool, error) {
	var r record
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Query{}, false, plainJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Query{}, false, errors.New("there is more than one JSON value on the line")
	}
	if r.Family == "" {
		r.Family = family
	}
	return Query{ID: r.ID, Family: r.Family, Text: r.Query, Relevant: r.Relevant,
		Negative: r.Negative, Prefixes: r.Prefixes, Group: r.Group}, true, nil
}

// plainJSON says what is wrong without Go's names for it.
func plainJSON(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%q cannot be a JSON %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return fmt.Errorf("a line must be a JSON object, not a %s", kind.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON object does not end on its line")
	}
	return fmt.Errorf("read JSON: %w", err)
}
