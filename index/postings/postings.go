// Package postings holds what ranking reads of a run of documents: for every word of their names, every stem of what
// they say of themselves and every word of people's names, which documents have it, how often, in how long a field and
// at which places. It promises that the bytes of the lists depend on nothing but the documents and their order.
//
// # Form
//
// A list is in order of documents, in blocks of 128. A block has three streams of variable-length numbers, so that a
// reader who only skips does not pay for the rest: gaps between documents, what each document has (a Hit), and places.
// Lists of more than one block begin with a directory, by which a cursor passes over blocks unread. The terms of all
// three kinds stand in one transducer, each with the place of its list.
package postings

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/blevesearch/vellum"
)

// Kind is a vocabulary: what the terms of a list are.
type Kind byte

const (
	Words  Kind = 'w' // words of the name, scope included
	Stems  Kind = 's' // stems of the name without its scope, of the keywords and of the description
	People Kind = 'p' // words of names and accounts of people
)

// Field is where in a document a term stands. Words have InName alone, People none.
type Field int

const (
	InName Field = iota
	InTags
	InProse
	NumFields
)

// Hit is what one document has of a term.
type Hit struct {
	Freq [NumFields]uint32 // how often, by field; 0: not there
	Len  [NumFields]uint32 // tokens of that field, where the term is there
	Lead bool              // among the first words of the description
}

// Token is a term and its place in a field, from 1.
type Token struct {
	Text     string
	Position int
}

// Document is what is listed of one document.
type Document struct {
	Words  []Token // of the name
	Name   []Token // stems of the name without its scope
	Tags   []Token // stems of the keywords
	Prose  []Token // stems of the description
	Lead   int     // how many tokens of Prose are its first words
	People []string
}

// ErrCorrupt is returned for bytes that Builder has not made, or that have changed since.
var ErrCorrupt = errors.New("postings are damaged")

// Lists are the posting lists of documents 0 to Len-1. They are safe for concurrent use.
type Lists struct {
	documents int
	terms     *vellum.FST
	data      []byte
}

const magic = "pkgsearch postings 1\n"

// The form of the whole: magic, then as little-endian numbers of 64 bits the documents, the bytes of the transducer and
// the bytes of the lists, then those two, then a checksum of all that (CRC-32, Castagnoli).
const headSize = len(magic) + 3*8

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// Parse reads what Bytes gave. The lists go on using raw, which must not change. It looks at sizes and the checksum.
func Parse(raw []byte) (*Lists, error) {
	l, err := Map(raw)
	if err != nil {
		return nil, err
	}
	end := len(raw) - crc32.Size
	if got, want := crc32.Checksum(raw[:end], castagnoli()), binary.LittleEndian.Uint32(raw[end:]); got != want {
		return nil, fmt.Errorf("%w: checksum is %08x, they say %08x", ErrCorrupt, got, want)
	}
	return l, nil
}

// Map is Parse without the checksum, for bytes whose checksum is looked at elsewhere: it reads a few bytes only.
func Map(raw []byte) (*Lists, error) {
	if len(raw) < headSize+crc32.Size || string(raw[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: they do not begin as they should", ErrCorrupt)
	}
	number := func(i int) uint64 { return binary.LittleEndian.Uint64(raw[len(magic)+8*i:]) }
	documents, terms, data := number(0), number(1), number(2)
	body := raw[headSize : len(raw)-crc32.Size]
	if documents > 1<<32-2 || terms > uint64(len(body)) || data != uint64(len(body))-terms {
		return nil, fmt.Errorf("%w: %d bytes where they say %d and %d", ErrCorrupt, len(body), terms, data)
	}
	fst, err := vellum.Load(body[:terms])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return &Lists{documents: int(documents), terms: fst, data: body[terms:]}, nil
}

// Len is the number of documents.
func (l *Lists) Len() int { return l.documents }

// find gives the place of a term's list.
func (l *Lists) find(kind Kind, term string) (at uint64, found bool) {
	key := make([]byte, 0, 65)
	at, found, err := l.terms.Get(append(append(key, byte(kind)), term...))
	return at, found && err == nil && at < uint64(len(l.data))
}

// Terms calls visit with all terms of a kind in order of bytes, until it returns false.
func (l *Lists) Terms(kind Kind, visit func(term string) bool) error {
	it, err := l.terms.Iterator([]byte{byte(kind)}, []byte{byte(kind) + 1})
	for ; err == nil; err = it.Next() {
		key, _ := it.Current()
		if !visit(string(key[1:])) {
			return nil
		}
	}
	if errors.Is(err, vellum.ErrIteratorDone) {
		return nil
	}
	return err
}
