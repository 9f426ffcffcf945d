package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is the largest zstd window that is accepted, that of `zstd --long=27`: a file may make us
// hold so much, and no more.
const maxWindow = 128 << 20

// Doc is one packument of a dump.
type Doc struct {
	*Spool
	Source string // name of the dump
	Line   int    // where it begins, from 1
	Open   bool   // the dump ended within it, or with it as one document: perhaps the rest is missing
}

// ReadDump calls fn with each packument of a dump, in order. A dump has one packument a line, of any
// length, plain or compressed with gzip or zstd (told by its first bytes); or it is one JSON document
// over many lines. Blank lines are passed over. doc is good until fn returns.
//
// What cannot be read is an error that names the dump and the line; whole lines before it have been
// given to fn. An error of fn or the end of ctx ends the reading.
func ReadDump(ctx context.Context, r io.Reader, name string, fn func(doc *Doc) error) error {
	d, err := openDump(r, name)
	if err != nil {
		return err
	}
	defer d.close()
	doc := Doc{Spool: NewSpool(0, "")}
	defer doc.Spool.Close()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.next(&doc); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := fn(&doc); err != nil {
			return err
		}
	}
}

// dump splits a stream into packuments.
type dump struct {
	name  string
	in    *bufio.Reader
	close func()
	line  int   // the last line that was begun
	shape shape // of the first document
}

func openDump(r io.Reader, name string) (*dump, error) {
	raw := bufio.NewReaderSize(r, 64<<10)
	d := &dump{name: name, in: raw, close: func() {}}
	magic, err := raw.Peek(4)
	if err != nil && err != io.EOF {
		return nil, d.fail(err)
	}
	switch {
	case len(magic) > 1 && string(magic[:2]) == "\x1f\x8b":
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, d.fail(err)
		}
		d.in = bufio.NewReaderSize(z, 256<<10)
	case isZstd(magic):
		z, err := zstd.NewReader(raw, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(maxWindow),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, d.fail(err)
		}
		d.in, d.close = bufio.NewReaderSize(z, 256<<10), z.Close
	default:
		d.in = bufio.NewReaderSize(raw, 256<<10)
	}
	return d, nil
}

// isZstd knows a frame's magic number and those of frames to skip, which some tools put first.
func isZstd(magic []byte) bool {
	if len(magic) < 4 {
		return false
	}
	return string(magic) == "\x28\xb5\x2f\xfd" || magic[0]&0xF0 == 0x50 && string(magic[1:]) == "\x2a\x4d\x18"
}

// next reads the next packument into doc, or gives io.EOF.
func (d *dump) next(doc *Doc) error {
	if err := doc.Reset(); err != nil {
		return d.fail(err)
	}
	blank := true
	doc.Source, doc.Open = d.name, false
	d.line++
	doc.Line = d.line
	for {
		part, err := d.in.ReadSlice('\n')
		if blank = blank && isBlank(part); !blank {
			if werr := d.put(doc, part); werr != nil {
				return werr
			}
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && blank:
			return io.EOF
		case err == io.EOF:
			doc.Open = true
			return nil
		case err != nil:
			return d.fail(err)
		case blank:
			d.line++
			doc.Line = d.line
			continue
		}
		if d.shape.done || !d.shape.goesOn() || d.nextOpens() {
			d.shape.done = true
			return nil
		}
		return d.rest(doc)
	}
}

// put adds a part of a line to doc. That there is too much of it is for the reader of doc to see.
func (d *dump) put(doc *Doc, part []byte) error {
	d.shape.feed(part)
	if _, err := doc.Write(part); err != nil && !errors.Is(err, ErrTooLarge) {
		return d.fail(err)
	}
	return nil
}

// rest adds all that is left of the dump to doc, a document over many lines.
func (d *dump) rest(doc *Doc) error {
	d.shape.done, doc.Open = true, true
	for {
		part, err := d.in.ReadSlice('\n')
		if werr := d.put(doc, part); werr != nil {
			return werr
		}
		switch err {
		case nil:
			d.line++
		case bufio.ErrBufferFull:
		case io.EOF:
			return nil
		default:
			return d.fail(err)
		}
	}
}

// nextOpens tells whether the next line that is not blank begins with a brace, as a packument does.
func (d *dump) nextOpens() bool {
	for n := 1; ; n++ {
		ahead, err := d.in.Peek(n)
		if err != nil {
			return false
		}
		if c := ahead[n-1]; c > ' ' {
			return c == '{'
		}
	}
}

func (d *dump) fail(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the file is cut short: %w", err)
	}
	return fmt.Errorf("read %s, line %d: %w", d.name, max(d.line, 1), err)
}

func isBlank(line []byte) bool {
	for _, c := range line {
		if c > ' ' {
			return false
		}
	}
	return true
}

// shape follows the brackets of the first document, to tell a document over many lines from lines
// that are documents.
type shape struct {
	done    bool
	opened  bool // it began with a brace
	depth   int
	text    bool // within a string
	escaped bool
}

func (s *shape) feed(part []byte) {
	if s.done {
		return
	}
	for _, c := range part {
		switch {
		case s.escaped:
			s.escaped = false
		case s.text:
			s.escaped = c == '\\'
			s.text = c != '"'
		case c == '"':
			s.text = true
		case c == '{' || c == '[':
			s.opened = s.opened || c == '{'
			s.depth++
		case c == '}' || c == ']':
			s.depth--
		}
	}
}

// goesOn tells, at the end of a line, whether the document can go on: a string cannot.
func (s *shape) goesOn() bool { return s.opened && s.depth > 0 && !s.text }
