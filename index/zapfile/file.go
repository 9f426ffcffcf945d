package zapfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
)

// version of the format that is written.
const version = 17

// file is a segment file being written.
type file struct {
	f   *os.File
	w   *bufio.Writer
	at  uint64
	crc uint32
	err error // the first one; what comes after it is lost
}

func createFile(path string) (*file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &file{f: f, w: bufio.NewWriterSize(f, 1<<20)}, nil
}

func (f *file) write(b []byte) {
	if f.err != nil {
		return
	}
	f.crc = crc32.Update(f.crc, crc32.IEEETable, b)
	f.at += uint64(len(b))
	_, f.err = f.w.Write(b)
}

// ids writes the stored part of every document, which is its id alone, and where each begins.
func (f *file) ids(parts []*Part) (indexAt uint64) {
	var record []byte
	var starts []uint64
	for _, p := range parts {
		rest := p.ids
		for range p.docs {
			n, size := binary.Uvarint(rest)
			id := rest[size : size+int(n)]
			rest = rest[size+int(n):]
			starts = append(starts, f.at)
			record = binary.AppendUvarint(record[:0], uint64(len(binary.AppendUvarint(nil, n)))) // bytes of what describes it
			record = binary.AppendUvarint(record, n+1)
			record = binary.AppendUvarint(record, n)
			record = append(append(record, id...), 0) // and no compressed fields
			f.write(record)
		}
	}
	indexAt = f.at
	for _, start := range starts {
		f.write(binary.BigEndian.AppendUint64(record[:0], start))
	}
	f.write([]byte{0}) // no documents inside documents
	return indexAt
}

// noDocValues stands where the values of a field by document would begin and end.
const noDocValues = 1<<64 - 1

// dictionary writes the dictionary of a field and tells where the field's section is.
func (f *file) dictionary(fst []byte) (section uint64) {
	at := f.at
	f.write(binary.AppendUvarint(nil, uint64(len(fst))))
	f.write(fst)
	section = f.at
	var b []byte
	for _, v := range []uint64{noDocValues, noDocValues, at} {
		b = binary.AppendUvarint(b, v)
	}
	f.write(b)
	return section
}

// fields writes the list of fields with their sections.
func (f *file) fields(fields []Field, sections []uint64) (indexAt uint64) {
	starts := make([]uint64, len(fields))
	for i, field := range fields {
		starts[i] = f.at
		b := binary.AppendUvarint(nil, uint64(len(field.Name)))
		b = append(b, field.Name...)
		b = binary.AppendUvarint(b, field.Options)
		b = binary.AppendUvarint(b, 1)          // section:
		b = binary.BigEndian.AppendUint16(b, 0) // of the kind of inverted text
		f.write(binary.BigEndian.AppendUint64(b, sections[i]))
	}
	indexAt = f.at
	f.write(binary.AppendUvarint(nil, uint64(len(fields))))
	for _, start := range starts {
		f.write(binary.BigEndian.AppendUint64(nil, start))
	}
	return indexAt
}

func (f *file) footer(numDocs, storedAt, fieldsAt uint64) {
	b := binary.BigEndian.AppendUint32(nil, 0) // length of the name of a writer that transforms what it writes: none
	for _, v := range []uint64{numDocs, storedAt, fieldsAt} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	b = binary.BigEndian.AppendUint32(b, chunkMode)
	f.write(binary.BigEndian.AppendUint32(b, version))
	f.write(binary.BigEndian.AppendUint32(nil, f.crc))
}

// close makes the file durable. A file that has failed is removed.
func (f *file) close() error {
	err := f.err
	if err == nil {
		err = f.w.Flush()
	}
	if err == nil {
		err = f.f.Sync()
	}
	if err := errors.Join(err, f.f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.f.Name()))
	}
	return nil
}
