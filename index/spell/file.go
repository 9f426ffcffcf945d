package spell

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Append writes a table so that Read can read it: the characters, then each word as the length of what it shares
// with the one before, the rest and its use, then the order of the reversals. Integers are unsigned varints.
func (t *Table) Append(to []byte) []byte {
	if t == nil {
		t = &Table{}
	}
	to = binary.AppendUvarint(to, uint64(len(t.letters)))
	for _, r := range t.letters {
		to = binary.AppendUvarint(to, uint64(r))
	}
	to = binary.AppendUvarint(to, uint64(t.Len()))
	var before []byte
	for i := range uint32(t.Len()) {
		word := t.words.of(i)
		n := shared(before, word)
		to = binary.AppendUvarint(to, uint64(n))
		to = binary.AppendUvarint(to, uint64(len(word)-n))
		to = append(to, word[n:]...)
		to = binary.AppendUvarint(to, uint64(t.uses[i]))
		before = word
	}
	for _, id := range t.backward {
		to = binary.AppendUvarint(to, uint64(id))
	}
	return to
}

// ErrTable says that a text is not what Append wrote.
var ErrTable = errors.New("not a table of words")

// Read reads what Append wrote, and gives what follows it. It does not trust the text: what it accepts can be
// searched.
func Read(text []byte) (*Table, []byte, error) {
	r := reader{text: text}
	letters := make([]rune, r.count(maxCode))
	for i := range letters {
		letters[i] = rune(r.uvarint(1<<21 - 1))
		r.ended = r.ended || i > 0 && letters[i] <= letters[i-1]
	}
	t := &Table{}
	t.setLetters(letters)
	n := r.count(len(r.text))
	var before, word []byte
	for i := 0; i < n && !r.ended; i++ {
		word = append(word[:0], before[:r.count(len(before))]...)
		word = append(word, r.bytes(r.count(maxWord-len(word)))...)
		for _, c := range word {
			r.ended = r.ended || c == 0 || int(c) > len(letters)
		}
		r.ended = r.ended || bytes.Compare(before, word) >= 0
		t.words.add(word)
		t.uses = append(t.uses, uint32(r.uvarint(1<<32-1)))
		before = t.words.of(uint32(i))
	}
	for i := 0; i < n && !r.ended; i++ {
		id := uint32(r.uvarint(uint64(n - 1)))
		r.ended = r.ended || i > 0 && compareBackward(t.words.of(t.backward[i-1]), t.words.of(id)) >= 0
		t.backward = append(t.backward, id)
	}
	if r.ended {
		return nil, nil, fmt.Errorf("%w: %d bytes from its end", ErrTable, len(r.text))
	}
	t.build()
	return t, r.text, nil
}

// reader reads varints; ended says that there was none, or one that was too large.
type reader struct {
	text  []byte
	ended bool
}

func (r *reader) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(r.text)
	if n <= 0 || v > most {
		r.ended = true
		return 0
	}
	r.text = r.text[n:]
	return v
}

func (r *reader) count(most int) int { return int(r.uvarint(uint64(max(0, most)))) }

func (r *reader) bytes(n int) []byte {
	if n > len(r.text) {
		r.ended = true
		return nil
	}
	b := r.text[:n]
	r.text = r.text[n:]
	return b
}
