package search

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"pkgsearch/index/score"
)

// ErrBadCursor marks a cursor that is none, or that belongs to another question.
var ErrBadCursor = errors.New("bad cursor")

// A cursor says after which hit a walk goes on: its place in the order, not its number. So while the index stays as it
// is, a walk sees every match once. When packages change on the way, those whose place has moved across the cursor's
// are seen twice or not at all, and the rest are seen once.
//
// It is base64url, without padding, of: a version, the hash of the question, the key (8 bytes, big-endian, relevance
// with all its bits), a checksum, and the name. The checksum is no secret: a cursor that somebody has made up is just
// another place to go on from.
const (
	cursorVersion  = 1
	questionBytes  = 8
	checksumBytes  = 4
	cursorHead     = 1 + questionBytes + 8 + checksumBytes
	maxCursorName  = 1024 // bytes; more than a name may have
	maxCursorChars = (cursorHead + maxCursorName + 2) / 3 * 4
)

// encodeCursor writes the place after which to go on with a question.
func encodeCursor(question [questionBytes]byte, at place) string {
	b := make([]byte, 0, cursorHead+len(at.name))
	b = append(b, cursorVersion)
	b = append(b, question[:]...)
	b = binary.BigEndian.AppendUint64(b, at.key)
	b = append(b, cursorChecksum(b, at.name)...)
	b = append(b, at.name...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// cursorChecksum is that of what stands before it and of the name.
func cursorChecksum(before, name []byte) []byte {
	sum := sha256.Sum256(slices.Concat(before, name))
	return sum[:checksumBytes]
}

// decodeCursor reads what encodeCursor wrote for the same question.
func decodeCursor(cursor string, question [questionBytes]byte) (place, error) {
	const advice = "send one as it came, or none to begin anew"
	if len(cursor) > maxCursorChars {
		return place{}, fmt.Errorf("%w: it has %d characters, none has more than %d; %s", ErrBadCursor, len(cursor), maxCursorChars, advice)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) < cursorHead || b[0] != cursorVersion || base64.RawURLEncoding.EncodeToString(b) != cursor {
		return place{}, fmt.Errorf("%w: it is not one of this service; %s", ErrBadCursor, advice)
	}
	signed, name := b[:cursorHead-checksumBytes], b[cursorHead:]
	if string(b[cursorHead-checksumBytes:cursorHead]) != string(cursorChecksum(signed, name)) {
		return place{}, fmt.Errorf("%w: it is damaged; %s", ErrBadCursor, advice)
	}
	if [questionBytes]byte(signed[1:]) != question {
		return place{}, fmt.Errorf("%w: it belongs to another question; send it with the same text, filters, sort and weights, or send none to begin anew", ErrBadCursor)
	}
	return place{binary.BigEndian.Uint64(signed[1+questionBytes:]), name}, nil
}

// question identifies what decides which packages match and in which order.
func (r Request) question() [questionBytes]byte {
	weights := score.DefaultWeights()
	if r.Weights != nil {
		weights = *r.Weights
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %s %v", r.Text, r.Sort, weights)
	for _, c := range r.Choices {
		fmt.Fprintf(h, " %s %q", c.Facet, c.Values)
	}
	return [questionBytes]byte(h.Sum(nil))
}

// after gives the place from which a request goes on; nil is the start.
func (r Request) after() (*place, error) {
	if r.Cursor == "" {
		return nil, nil
	}
	if r.From != 0 {
		return nil, fmt.Errorf("%w: from is %d beside it; send one of the two", ErrBadCursor, r.From)
	}
	at, err := decodeCursor(r.Cursor, r.question())
	return &at, err
}

// setCursors tells of each hit of a page how to go on after it, and gives the cursor of the next page.
func (r Request) setCursors(a answer, hits []Hit) (next string) {
	question := r.question()
	at := make(map[string]candidate, len(a.page))
	for _, c := range a.page {
		at[c.name()] = c
	}
	for i := range hits {
		hits[i].Cursor = encodeCursor(question, r.Sort.placeOf(at[hits[i].Package.Name]))
	}
	if a.last == nil {
		return ""
	}
	return encodeCursor(question, r.Sort.placeOf(*a.last))
}
