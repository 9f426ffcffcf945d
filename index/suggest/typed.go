package suggest

import (
	"bytes"
	"strings"
	"unicode"

	"pkgsearch/index/fold"
)

// asTyped folds a name or the beginning of one and writes every separator, and the space that people type
// instead, as a hyphen.
func asTyped(text string) []byte {
	out := []byte(fold.Text(strings.TrimLeftFunc(text, unicode.IsSpace)))
	for i, b := range out {
		switch {
		case isSeparator(b):
			out[i] = '-'
		case b == 0:
			out[i] = ' ' // ends a name in a table's text; no name holds it
		}
	}
	return out
}

func isSeparator(b byte) bool {
	switch b {
	case '.', '_', '~', '@', '/', '!', '\'', '(', ')', '*', ' ', '-':
		return true
	}
	return false
}

func typedWords(typed []byte) [][]byte {
	return bytes.FieldsFunc(typed, func(r rune) bool { return r == '-' })
}

// letters gives for each byte of a table's text what asTyped makes of it.
type letters [256]byte

// nulled stands in a table's text for a zero byte in a name; no UTF-8 has it.
const nulled = 0xff

func newLetters() *letters {
	var l letters
	for i := range l {
		b := byte(i)
		switch {
		case b == nulled:
			l[i] = ' '
		case isSeparator(b):
			l[i] = '-'
		case b >= 'A' && b <= 'Z':
			l[i] = b | 0x20
		default:
			l[i] = b
		}
	}
	return &l
}

// keep gives the bytes by which a table keeps a name: itself if letters makes of it what asTyped does; else
// plain is false, and they are what asTyped makes.
func (l *letters) keep(name string) (text []byte, plain bool) {
	typed := asTyped(name)
	plain = len(name) == len(typed) && !strings.ContainsRune(name, 0)
	for i := 0; plain && i < len(typed); i++ {
		plain = l[name[i]] == typed[i]
	}
	if plain {
		return []byte(name), true
	}
	for i, b := range typed {
		if b == ' ' {
			typed[i] = nulled
		}
	}
	return typed, false
}

// What a name weighs when completing, besides its downloads a month.
const (
	wholeNameBoost  = 100 // for one that begins as typed, against one of which only a later word does
	deprecatedShare = 0.1 // of its use for a deprecated one
)

// Weigh gives what a name weighs: by its use; -1 for one that the registry holds.
func Weigh(downloads uint64, deprecated, held bool) float32 {
	if held {
		return -1
	}
	weight := float32(downloads)
	if deprecated {
		weight *= deprecatedShare
	}
	return weight
}

// boosted is the weight at a place where a name begins.
func boosted(weight float32) float32 {
	if weight < 0 {
		return weight
	}
	return weight * wholeNameBoost
}
