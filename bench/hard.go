package bench

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// How many questions Hard makes of each kind.
const (
	commonWords   = 100 // that are asked alone and combined
	misspelt      = 200 // words of which slips are made
	combinations  = 40  // for each number of words
	mostWords     = 10
	prefixedWords = 100
)

// Families of questions that Hard makes.
const (
	hardWords    = "words"    // common words, one to ten
	hardShort    = "short"    // one and two letters
	hardSlips    = "slips"    // common words with one or two slips, alone and together
	hardPrefixes = "prefixes" // beginnings of common words, searched for
	hardTyping   = "typing"   // and completed
)

// Hard makes up questions that are likely to be slow, some thousands, from the terms that most packages have, the most
// frequent first. The same terms and seed give the same questions.
func Hard(terms []string, seed uint64) []Question {
	h := hard{random: rand.New(rand.NewPCG(seed, 0)), seen: map[Question]bool{}}
	common := terms[:min(commonWords, len(terms))]
	for _, w := range common {
		h.add(hardWords, w)
	}
	h.combine(hardWords, common)
	h.short()
	var slips []string
	for _, w := range terms[:min(misspelt, len(terms))] {
		if len(w) >= 4 {
			once := h.slip(w)
			twice := h.slip(once)
			h.add(hardSlips, once)
			h.add(hardSlips, twice)
			slips = append(slips, once)
		}
	}
	h.combine(hardSlips, slips[:min(commonWords, len(slips))])
	for _, w := range terms[:min(prefixedWords, len(terms))] {
		runes := []rune(w)
		for n := 1; n < len(runes); n++ {
			h.add(hardPrefixes, string(runes[:n]))
			h.add(hardTyping, string(runes[:n]))
		}
	}
	return h.questions
}

type hard struct {
	random    *rand.Rand
	questions []Question
	seen      map[Question]bool
}

func (h *hard) add(family, text string) {
	q := Question{Family: family, Text: text, Suggest: family == hardTyping}
	if text != "" && !h.seen[q] {
		h.seen[q] = true
		h.questions = append(h.questions, q)
	}
}

// combine asks for two to ten words together: the most frequent ones, then any.
func (h *hard) combine(family string, words []string) {
	for n := 2; n <= min(mostWords, len(words)); n++ {
		h.add(family, strings.Join(words[:n], " "))
		for range combinations {
			some := slices.Clone(words)
			h.random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
			h.add(family, strings.Join(some[:n], " "))
		}
	}
}

func (h *hard) short() {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	for _, a := range letters {
		h.add(hardShort, string(a))
		h.add(hardTyping, string(a))
		for _, b := range letters {
			h.add(hardShort, string([]rune{a, b}))
		}
	}
}

// slip is a word as a finger may get it wrong: a letter left out, doubled, or in the place of its neighbour.
func (h *hard) slip(word string) string {
	runes := []rune(word)
	if len(runes) < 2 {
		return word
	}
	at := h.random.IntN(len(runes) - 1)
	switch h.random.IntN(3) {
	case 0:
		return string(slices.Delete(runes, at, at+1))
	case 1:
		return string(slices.Insert(runes, at, runes[at]))
	}
	runes[at], runes[at+1] = runes[at+1], runes[at]
	return string(runes)
}
