package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// spoolBytes of a body are kept in memory, the rest on disk.
const spoolBytes = 4 << 20

// spoolBody reads a body to its end. A body that cannot be read is an upstreamError, a disk that cannot be written is not.
func spoolBody(ctx context.Context, body io.Reader) (*Spool, error) {
	spool := NewSpool(spoolBytes, "")
	spool.Max = maxPage // what a body may take is bounded where it is read
	reader := &noting{Reader: body}
	_, err := io.Copy(spool, reader)
	if err == nil {
		return spool, nil
	}
	err = errors.Join(err, spool.Close())
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, errOversize):
		return nil, err
	case reader.err != nil:
		return nil, &upstreamError{err: fmt.Errorf("read body: %w", err)}
	}
	return nil, err
}

// noting remembers the error of a reader, so that it can be told from that of the writer.
type noting struct {
	io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	k, err := n.Reader.Read(p)
	if err != nil && err != io.EOF {
		n.err = err
	}
	return k, err
}

// readPage takes a page apart. What is not a whole page is refused, before anyone sees a part of it.
func readPage(spool *Spool, list string) (*Page, error) {
	p := &Page{spool: spool}
	r := pageReader{page: p, names: list == "rows"}
	if err := r.scan.reset(spool, spool.Size()); err != nil {
		return nil, err
	}
	var rows bool
	err := r.scan.object(func(key []byte) error {
		switch string(key) {
		case list:
			rows = true
			return r.scan.array(r.row)
		case "last_seq":
			if !r.names {
				return r.text(&p.lastSeq)
			}
		}
		return r.scan.skip()
	})
	if err == nil {
		err = r.scan.finish()
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("page is not whole: %w", err)
	case !rows:
		return nil, fmt.Errorf("page is not whole: it has no %s", list)
	case list == "results" && p.lastSeq == "":
		return nil, errors.New("page is not whole: it has no last_seq")
	}
	return p, nil
}

// pageReader walks the JSON of a page.
type pageReader struct {
	page  *Page
	names bool // it is a list of names, which has no last_seq: the name of its last row stands for it
	scan  scanner
	mu    sync.Mutex // of the spool, which the documents share
}

// row reads one row of a page: {"seq":…,"id":…,"changes":[{"rev":…}],"deleted":…,"doc":…}, or in a list of names
// {"id":…,"value":{"rev":…}}.
func (r *pageReader) row() error {
	var c Change
	err := r.scan.object(func(key []byte) error {
		switch string(key) {
		case "id":
			return r.text(&c.Name)
		case "seq":
			return r.text(&c.Seq)
		case "deleted":
			v, err := r.value()
			c.Deleted = v.isTrue()
			return err
		case "changes":
			v, err := r.value()
			if len(v.items) > 0 {
				c.Rev = v.items[0].get("rev").str
			}
			return err
		case "value":
			v, err := r.value()
			c.Rev = v.get("rev").str
			return err
		case "doc":
			return r.doc(&c)
		}
		return r.scan.skip()
	})
	if err != nil {
		return err
	}
	if r.page.Rows++; r.names && c.Name != "" {
		r.page.lastSeq = c.Name
	}
	if c.Name != "" && !strings.HasPrefix(c.Name, "_design/") {
		r.page.Changes = append(r.page.Changes, c)
	}
	return nil
}

// doc notes where a document lies. What is in it may be bad without making the page so.
func (r *pageReader) doc(c *Change) error {
	first, err := r.scan.peek()
	if err != nil {
		return err
	}
	if first != '{' {
		return r.scan.skip()
	}
	from := r.scan.offset()
	if err := r.scan.span(); err != nil {
		return err
	}
	c.Doc = &window{spool: r.page.spool, mu: &r.mu, from: from, size: r.scan.offset() - from}
	return nil
}

// value reads a small value.
func (r *pageReader) value() (value, error) {
	return r.scan.value(&budget{nodes: 64, each: 4096, bytes: 16384})
}

// text reads a string or a number as text; what is neither, or too long to be kept, becomes "".
func (r *pageReader) text(to *string) error {
	v, err := r.value()
	if *to = ""; (v.kind == text || v.kind == number) && !v.cut {
		*to = v.str
	}
	return err
}

// window is a part of a spool. Windows of one spool may be read at the same time.
type window struct {
	spool      *Spool
	mu         *sync.Mutex
	from, size int64
	pos        int64
}

func (w *window) Read(p []byte) (int, error) {
	if w.pos >= w.size {
		return 0, io.EOF
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.spool.Seek(w.from+w.pos, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := w.spool.Read(p[:min(int64(len(p)), w.size-w.pos)])
	w.pos += int64(n)
	return n, err
}

func (w *window) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += w.pos
	case io.SeekEnd:
		offset += w.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start of a document")
	}
	w.pos = offset
	return offset, nil
}
