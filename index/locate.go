package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Located is a word and where it stood in the text: bytes From to To, both between characters.
type Located struct {
	Text     string
	From, To int
}

// LocateWords gives what Words gives, and where each word stood. Of a script without spaces they are pairs of
// characters, which overlap.
func LocateWords(text string) []Located {
	var words []Located
	for _, c := range locateChunks(text) {
		folded := Fold(c.text)
		if folded == "" {
			continue
		}
		parts := unspaced(folded)
		if len(parts) == 1 {
			words = append(words, Located{clip(parts[0]), c.from(), c.to()})
			continue
		}
		of, at := c.folded(folded), 0
		for i, part := range parts {
			if i > 0 && beginsSpaceless(part) && beginsSpaceless(parts[i-1]) { // pairs of one run
				_, width := utf8.DecodeLastRuneInString(folded[:at])
				at -= width
			}
			end := at + len(part)
			words = append(words, Located{clip(part), of[at].from, of[end-1].to})
			at = end
		}
	}
	return words
}

func beginsSpaceless(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return isSpaceless(r)
}

// LocateName gives the texts of what NameTokens gives, and where each stood. A part overlaps the compound.
func LocateName(name string) []Located {
	var tokens []Located
	for _, c := range locateChunks(name) {
		whole := clip(Fold(c.text))
		if whole == "" {
			continue
		}
		tokens = append(tokens, Located{whole, c.from(), c.to()})
		at := 0
		for _, part := range compounds(c.text) {
			end := at + len(part)
			if folded := clip(Fold(part)); folded != whole && folded != "" {
				tokens = append(tokens, Located{folded, c.origin[at], c.origin[end-1] + 1})
			}
			at = end
		}
	}
	return tokens
}

// chunk is one of chunks and where it comes from.
type chunk struct {
	text   string // without apostrophes
	origin []int  // of each byte of text, its place in the whole
}

func (c chunk) from() int { return c.origin[0] }
func (c chunk) to() int   { return c.origin[len(c.origin)-1] + 1 }

// locateChunks splits as chunks does.
func locateChunks(text string) []chunk {
	var all []chunk
	var kept strings.Builder
	var origin []int
	end := func() {
		if kept.Len() > 0 {
			all = append(all, chunk{kept.String(), origin})
			kept, origin = strings.Builder{}, nil
		}
	}
	for at, r := range text {
		switch {
		case r == '\'' || r == '’':
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			end()
		default:
			kept.WriteRune(r)
			for i := range utf8.RuneLen(r) {
				origin = append(origin, at+i)
			}
		}
	}
	end()
	return all
}

type span struct{ from, to int }

// folded gives for each byte of the folded chunk the characters of the whole that it comes from: those up to where
// composition cannot reach, or all of the chunk where folding them one by one gives something else.
func (c chunk) folded(folded string) []span {
	var of []span
	var again strings.Builder
	for at := 0; at < len(c.text); {
		end := at + max(1, norm.NFKC.NextBoundaryInString(c.text[at:], true))
		piece := Fold(c.text[at:end])
		again.WriteString(piece)
		for range len(piece) {
			of = append(of, span{c.origin[at], c.origin[end-1] + 1})
		}
		at = end
	}
	if again.String() == folded {
		return of
	}
	of = of[:0]
	for range len(folded) {
		of = append(of, span{c.from(), c.to()})
	}
	return of
}
