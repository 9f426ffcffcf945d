package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// item is one blank-separated piece of the text.
type item struct {
	minus  bool
	of     *qualifier // nil for text
	value  string     // without its quotes
	quoted bool
}

// split cuts a text into items at blanks outside quotes. A quote that is never closed is text.
func split(text string, language []qualifier) []item {
	var items []item
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return items
		}
		it, n := next(text, language)
		items = append(items, it)
		text = text[n:]
	}
}

// next reads one item and tells how many bytes it takes.
func next(text string, language []qualifier) (item, int) {
	var it item
	at := 0
	if rest := text[1:]; text[0] == '-' && rest != "" && startsItem(rest) {
		it.minus = true
		at = 1
	}
	if name, value, found := strings.Cut(word(text[at:]), ":"); found && !strings.HasPrefix(value, "//") {
		if q := named(language, name); q != nil && !q.isText(value) {
			it.of = q
			at += len(name) + 1
		}
	}
	if value, n, ok := quoted(text[at:]); ok {
		it.value, it.quoted = value, true
		return it, at + n
	}
	it.value = word(text[at:])
	return it, at + len(it.value)
}

// startsItem tells whether what follows a minus can be refused: a word or a quote.
func startsItem(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '"' || r == '@' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// word is the text up to the first blank.
func word(text string) string {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i]
	}
	return text
}

// quoted reads a closed quotation and tells how many bytes it takes.
func quoted(text string) (value string, n int, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", 0, false
	}
	end := strings.IndexByte(text[1:], '"')
	if end < 0 {
		return "", 0, false
	}
	return text[1 : 1+end], end + 2, true
}
