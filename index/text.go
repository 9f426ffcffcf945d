package index

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"

	"pkgsearch/index/fold"
	"pkgsearch/index/postings"
)

// Token is one indexed form of a word. Forms of the same word share a position, so that a phrase may
// match any of them.
type Token = postings.Token

// maxTokenRunes bounds a token: longer ones are data, not words.
const maxTokenRunes = 64

// Fold gives the form in which text is compared: compatibility forms unified, case and Latin accents
// removed. Fold(x) = Fold(NFC(x)) = Fold(NFD(x)), and folding twice changes nothing.
func Fold(s string) string { return fold.Text(s) }

func isASCII(s string) bool { return fold.IsASCII(s) }

// Words splits running text into folded words: runs of letters and digits, and pairs of neighbouring
// characters where a script writes no spaces. Nothing is stemmed or left out.
func Words(text string) []string {
	var words []string
	for _, chunk := range chunks(text) {
		if folded := Fold(chunk); folded != "" { // a lone accent folds to nothing
			for _, w := range unspaced(folded) {
				words = append(words, clip(w))
			}
		}
	}
	return words
}

// NameTokens gives the words of a package name: scope and name split at separators, and for a chunk
// that is itself compound (camelCase, letters before digits) the chunk and its parts.
func NameTokens(name string) []Token {
	var tokens []Token
	position := 0
	for _, chunk := range chunks(name) {
		whole := clip(Fold(chunk))
		if whole == "" { // a lone accent
			continue
		}
		position++
		tokens = append(tokens, Token{Text: whole, Position: position})
		parts := compounds(chunk)
		for i, part := range parts {
			if i > 0 {
				position++
			}
			if folded := clip(Fold(part)); folded != whole && folded != "" {
				tokens = append(tokens, Token{Text: folded, Position: position})
			}
		}
	}
	return tokens
}

// Joined gives a name or query without anything but its letters and digits: "Socket.IO" and
// "socket-io" are both "socketio".
func Joined(text string) string {
	return strings.Join(chunks(Fold(text)), "")
}

// Stem reduces a folded English word to its stem (Snowball's English stemmer, "Porter 2").
func Stem(word string) string {
	if len(word) < 3 {
		return word
	}
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}

// IsStopWord tells whether a folded word is too common in English to say what a text is about.
// Such words are left out of descriptions and keywords, and kept in names.
func IsStopWord(word string) bool {
	switch word {
	case "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "does", "for",
		"from", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "of", "on", "or",
		"our", "so", "some", "such", "than", "that", "the", "their", "then", "there", "these", "they",
		"this", "those", "to", "via", "was", "we", "were", "what", "when", "which", "will", "with",
		"you", "your":
		return true
	}
	return false
}

// chunks splits at everything that is neither a letter, a mark nor a digit. Apostrophes inside a word
// vanish: "don't" is one chunk, "dont".
func chunks(text string) []string {
	if strings.ContainsAny(text, "'’") {
		text = strings.NewReplacer("'", "", "’", "").Replace(text)
	}
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// compounds splits a chunk at camelCase humps, or else takes the letters before trailing digits
// ("base64" holds "base"); nil when the chunk is simple. Digits alone say nothing and are dropped.
func compounds(chunk string) []string {
	runes := []rune(chunk)
	var parts []string
	start := 0
	for i := 1; i < len(runes); i++ {
		hump := unicode.IsUpper(runes[i]) && (unicode.IsLower(runes[i-1]) ||
			unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if hump {
			parts = append(parts, string(runes[start:i]))
			start = i
		}
	}
	if start > 0 {
		return append(parts, string(runes[start:]))
	}
	letters := strings.TrimRightFunc(chunk, unicode.IsDigit)
	if len(letters) < len(chunk) && len(letters) >= 2 {
		return []string{letters}
	}
	return nil
}

// unspaced cuts runs of scripts written without spaces into overlapping pairs, and leaves other words whole.
func unspaced(word string) []string {
	if isASCII(word) {
		return []string{word}
	}
	var out []string
	runes := []rune(word)
	for i := 0; i < len(runes); {
		j := i
		spaceless := isSpaceless(runes[i])
		for j < len(runes) && isSpaceless(runes[j]) == spaceless {
			j++
		}
		if !spaceless || j-i < 2 {
			out = append(out, string(runes[i:j]))
		} else {
			for k := i; k+1 < j; k++ {
				out = append(out, string(runes[k:k+2]))
			}
		}
		i = j
	}
	return out
}

func isSpaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

func clip(word string) string {
	if len(word) <= maxTokenRunes {
		return word
	}
	for i := range word {
		if i > 0 && strings.Count(word[:i], "")-1 >= maxTokenRunes {
			return word[:i]
		}
	}
	return word
}
