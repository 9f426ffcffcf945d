package store

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Sizes for the choice of dictionary content, in bytes.
const (
	coverGram    = 8   // what counts as a repeated piece
	coverSegment = 192 // what is taken over at a time
	coverBits    = 20  // of the frequency table
)

// cover chooses at most size bytes that repeat most across samples: cut the text into as many stretches as segments
// fit, take from each the segment whose pieces occur in most samples, and count a piece that was taken no
// more. The best segments come last, where references to them are shortest. The method is COVER (Liao, Petri,
// Moffat, Wirth: Effective construction of relative Lempel-Ziv dictionaries, 2016) with a hashed table; the
// compression library's own trainer walks Go maps and gives another dictionary each time.
func cover(samples [][]byte, size int) []byte {
	text := slices.Concat(samples...)
	if len(text) <= max(size, coverSegment) {
		return text
	}
	freq := gramFrequency(samples)
	type segment struct{ from, to, score int }
	var chosen []segment
	segments := size / coverSegment
	stretch := max(len(text)/segments, coverSegment)
	for from := 0; from+coverSegment <= len(text); from += stretch {
		at, score := bestSegment(text[from:min(from+stretch+coverSegment, len(text))], freq)
		if score == 0 {
			continue
		}
		s := segment{from + at, from + at + coverSegment, score}
		for i := s.from; i+coverGram <= s.to; i++ {
			freq[gram(text[i:])] = 0
		}
		chosen = append(chosen, s)
	}
	slices.SortStableFunc(chosen, func(a, b segment) int { return cmp.Compare(a.score, b.score) })
	dict := make([]byte, 0, size)
	for _, s := range chosen {
		dict = append(dict, text[s.from:s.to]...)
	}
	return dict[max(0, len(dict)-size):]
}

// gramFrequency counts in how many samples each piece occurs; a piece of one sample counts nothing.
func gramFrequency(samples [][]byte) []uint32 {
	freq := make([]uint32, 1<<coverBits)
	seen := make([]uint32, 1<<coverBits) // number of the sample that had it last
	for n, sample := range samples {
		for i := 0; i+coverGram <= len(sample); i++ {
			if g := gram(sample[i:]); seen[g] != uint32(n)+1 {
				seen[g] = uint32(n) + 1
				freq[g]++
			}
		}
	}
	for g, n := range freq {
		if n == 1 {
			freq[g] = 0
		}
	}
	return freq
}

// bestSegment slides a window over text and returns where the sum of its pieces is greatest, the first on ties.
func bestSegment(text []byte, freq []uint32) (at, best int) {
	sum := 0
	inside := map[uint32]int{} // a piece counts once in a window
	for i := 0; i+coverGram <= len(text); i++ {
		g := gram(text[i:])
		if inside[g]++; inside[g] == 1 {
			sum += int(freq[g])
		}
		if first := i - (coverSegment - coverGram); first > 0 {
			out := gram(text[first-1:])
			if inside[out]--; inside[out] == 0 {
				delete(inside, out)
				sum -= int(freq[out])
			}
		}
		if start := i - (coverSegment - coverGram); start >= 0 && sum > best {
			at, best = start, sum
		}
	}
	return at, best
}

// gram hashes the piece at the head of b (Fibonacci hashing).
func gram(b []byte) uint32 {
	return uint32(binary.LittleEndian.Uint64(b) * 0x9E3779B97F4A7C15 >> (64 - coverBits))
}
