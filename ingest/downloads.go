package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// LoadDownloads reads a JSON object of package names and their downloads in a month, such as {"left-pad":2000000}. It is
// read as a stream. The error names the key whose value is not a whole number of 0 or more.
func LoadDownloads(r io.Reader) (map[string]uint64, error) {
	dec := json.NewDecoder(r)
	dec.UseNumber()
	counts, err := readDownloads(dec)
	if err != nil {
		return nil, fmt.Errorf("read downloads: %w", err)
	}
	return counts, nil
}

func readDownloads(dec *json.Decoder) (map[string]uint64, error) {
	if t, err := dec.Token(); err != nil {
		return nil, tooEarly(err)
	} else if t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	counts := map[string]uint64{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, tooEarly(err)
		}
		name, ok := key.(string)
		if !ok {
			return nil, fmt.Errorf("key %v is not a name", key)
		}
		t, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, tooEarly(err))
		}
		if counts[name], err = count(t); err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, tooEarly(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more text after the object")
	}
	return counts, nil
}

func count(t json.Token) (uint64, error) {
	number, ok := t.(json.Number)
	if !ok {
		return 0, fmt.Errorf("%v (%T) is not a number", t, t)
	}
	n, err := strconv.ParseUint(string(number), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is not a whole number from 0 on", number)
	}
	return n, nil
}

// tooEarly makes an end of input what it is here: too early.
func tooEarly(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
