package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// item is one blank-separated piece of the text.
type item struct {
	typed  string // all of it
	minus  bool
	of     *qualifier // nil for text
	value  string     // without its quotes; of a list, as typed
	quoted bool
	list   []listed // for qualifiers that take one
}

// listed is one value of a list such as: a,"b c"+d,-e
type listed struct {
	after byte // the separator before it, comma or plus; 0 for the first
	minus bool
	text  string // without minus and quotes
}

// split cuts a text into items at blanks outside quotes. A quote that is never closed is text.
func split(text string, language []qualifier) []item {
	var items []item
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return items
		}
		it := next(text, language)
		items = append(items, it)
		text = text[len(it.typed):]
	}
}

// next reads the item at the head of the text.
func next(text string, language []qualifier) item {
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
	length := 0
	if it.of != nil && it.of.lists {
		it.list, length = readList(text[at:])
		it.value = text[at : at+length]
	} else if value, n, ok := quoted(text[at:]); ok {
		it.value, it.quoted, length = value, true, n
	} else {
		it.value = word(text[at:])
		length = len(it.value)
	}
	it.typed = text[:at+length]
	return it
}

// startsItem tells whether what follows a minus can be refused: a word or a quote.
func startsItem(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '"' || r == '@' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// word is the text up to the first blank.
func word(text string) string { return upTo(text, unicode.IsSpace) }

// upTo is the text before the first character at which to stop.
func upTo(text string, stop func(rune) bool) string {
	if i := strings.IndexFunc(text, stop); i >= 0 {
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

// readList reads values up to a blank outside of quotes and tells how many bytes they take.
func readList(text string) (values []listed, n int) {
	ends := func(r rune) bool { return r == ',' || r == '+' || unicode.IsSpace(r) }
	for separator := byte(0); ; n++ {
		v := listed{after: separator}
		if v.minus = separator != '+' && strings.HasPrefix(text[n:], "-"); v.minus {
			n++
		}
		if inner, length, ok := quoted(text[n:]); ok {
			v.text = inner
			n += length
		} else {
			v.text = upTo(text[n:], ends)
			n += len(v.text)
		}
		values = append(values, v)
		if n == len(text) || text[n] != ',' && text[n] != '+' {
			return values, n
		}
		separator = text[n]
	}
}
