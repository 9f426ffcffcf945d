package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"pkgsearch/index/score"
	"pkgsearch/search"
)

const defaultSize = 20 // hits a page, npm's own default

// params are the query parameters that a route knows, each sent once at most. Others are ignored:
// npm's clients send some that we have no use for.
type params map[string]string

// readParams reads the parameters that a route knows. A parameter sent twice is refused, since a proxy
// in front may have looked at the other one.
func readParams(r *http.Request, known ...string) (params, error) {
	sent, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_query_string", "the query string does not decode: escape '%%' and ';' in values")
	}
	p := params{}
	for _, name := range known {
		switch values := sent[name]; {
		case len(values) == 0:
		case len(values) > 1:
			return nil, bad("duplicate_parameter", 1, "%s is sent %d times: send it once", name, len(values))
		case !utf8.ValidString(values[0]):
			return nil, refuse(http.StatusBadRequest, "invalid_utf8", "%s is not UTF-8: escape its UTF-8 bytes", name)
		default:
			p[name] = values[0]
		}
	}
	return p, nil
}

// searchRequest reads text, size, from and the three weights.
func (p params) searchRequest() (search.Request, error) {
	var req search.Request
	var err error
	if req.Text, err = p.text(); err != nil {
		return req, err
	}
	if req.Size, err = p.size(defaultSize, search.MaxSize); err != nil {
		return req, err
	}
	if req.From, err = p.from(); err != nil {
		return req, err
	}
	req.Size = min(req.Size, search.MaxFrom-req.From) // the last page ends at the limit
	req.Weights, err = p.weights()
	return req, err
}

// text is the query. Its limit in code points keeps it under search.MaxTextBytes too.
func (p params) text() (string, error) {
	text := p["text"]
	if n := utf8.RuneCountInString(text); n > search.MaxText {
		return "", bad("text_too_long", search.MaxText, "text has %d characters: send at most %d", n, search.MaxText)
	}
	return text, nil
}

// size is the number of rows wanted. More than most is no error but means most: npm's clients send
// large numbers to get everything.
func (p params) size(def, most int) (int, error) {
	s, ok := p["size"]
	if !ok {
		return def, nil
	}
	n, ok := decimal(s, most)
	if !ok {
		return 0, bad("bad_size", most, "size=%s is not a whole number: send 0 to %d", word(s), most)
	}
	return n, nil
}

// from is the number of rows to skip. Deeper than the limit is an error: a clamp would show a page again.
func (p params) from() (int, error) {
	s, ok := p["from"]
	if !ok {
		return 0, nil
	}
	n, ok := decimal(s, search.MaxFrom+1)
	switch {
	case !ok:
		return 0, bad("bad_from", search.MaxFrom, "from=%s is not a whole number: send 0 to %d", word(s), search.MaxFrom)
	case n > search.MaxFrom:
		return 0, bad("from_too_large", search.MaxFrom, "from=%s is too deep: paging ends at %d, narrow the search instead", word(s), search.MaxFrom)
	}
	return n, nil
}

// decimal reads digits without sign, point or leading zero; what is larger than most is most.
func decimal(s string, most int) (int, bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int(s[i]-'0'), most)
	}
	return n, true
}

// weights are the shares of the three scores, each 0 to 1; one that is not sent has its default. nil is
// the default blend, which is also what three zeros mean.
func (p params) weights() (*score.Weights, error) {
	def := score.DefaultWeights()
	w := def
	for _, field := range []struct {
		name string
		to   *float64
	}{{"quality", &w.Quality}, {"popularity", &w.Popularity}, {"maintenance", &w.Maintenance}} {
		s, ok := p[field.name]
		if !ok {
			continue
		}
		v, ok := fraction(s)
		if !ok {
			return nil, bad("bad_weight", 1, "%s=%s is not a weight: send a number from 0 to 1", field.name, word(s))
		}
		*field.to = v
	}
	if w == def || w == (score.Weights{}) {
		return nil, nil
	}
	return &w, nil
}

// fraction reads a decimal number from 0 to 1, as JavaScript prints one.
func fraction(s string) (float64, bool) {
	if s == "" || len(s) > 32 || strings.Trim(s, "0123456789.e-") != "" || s[0] == '-' || s[0] == 'e' {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && v >= 0 && v <= 1
}

// flag reads a yes or no.
func (p params) flag(name string) (bool, error) {
	switch p[name] {
	case "", "0", "false":
		return false, nil
	case "1", "true":
		return true, nil
	}
	return false, refuse(http.StatusBadRequest, "bad_"+name, "%s=%s is neither yes nor no: send 1 or 0", name, word(p[name]))
}
