package ingest

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"pkgsearch/index/store"
)

// maxHeap is what a packument may cost, whatever its size.
const maxHeap = 64 << 20

func TestMemoryStaysBounded(t *testing.T) {
	const prefix = `{"_id":"p","name":"p",`
	manifest := `"1.0.9########":{"name":"p","version":"1.0.9########","description":"d","dist":{"tarball":"` +
		strings.Repeat("x", 1000) + `"},"dependencies":{"a":"^1.0.########"},"scripts":{"test":"` + strings.Repeat(`\"y`, 250) + `"}},`
	cases := []struct {
		name  string
		doc   *longDoc
		check func(p store.Package) bool
		skip  string
	}{
		{
			name:  "60,000 versions and as many times",
			doc:   join(prefix+`"versions":{`, repeat(manifest, 60_000), `"2.0.0":{}},"time":{`, repeat(`"1.0.9########":"2020-05-01T10:00:00.000Z",`, 60_000), `"x":""}}`),
			check: func(p store.Package) bool { return p.Version == "2.0.0" && p.VersionsCount > 7000 },
		},
		{
			name:  "100,000 tags",
			doc:   join(prefix+`"versions":{"1.0.0":{}},"dist-tags":{`, repeat(`"tag-########":"1.0.0",`, 100_000), `"latest":"1.0.0"}}`),
			check: func(p store.Package) bool { return p.DistTags["latest"] == "1.0.0" && len(p.DistTags) > 500 },
		},
		{
			name: "a million maintainers",
			doc:  join(prefix+`"versions":{"1.0.0":{}},"maintainers":[`, repeat(`{"name":"user-########","email":"user-########@mail.example","url":"http://u.example/########"},`, 1_000_000), `{}]}`),
			check: func(p store.Package) bool {
				return len(p.Maintainers) > 300 && p.Maintainers[0].Username == "user-00000000"
			},
		},
		{
			name:  "a README of 50 MB",
			doc:   join(prefix+`"versions":{"1.0.0":{"readme":"`, repeat(`\u20ac line ########\r\n`, 2_200_000), `"}}}`),
			check: func(p store.Package) bool { return len(p.Readme) > 65_000 },
		},
		{
			name:  "a description of 50 MB",
			doc:   join(prefix+`"versions":{"1.0.0":{"description":"`, repeat(`########`, 6_000_000), `"}}}`),
			check: func(p store.Package) bool { return len(p.Description) == maxDescription },
		},
		{
			name:  "a key of 50 MB",
			doc:   join(prefix+`"versions":{"1.0.0":{"`, repeat(`########`, 6_000_000), `":1}}}`),
			check: func(p store.Package) bool { return p.Version == "1.0.0" },
		},
		{
			name: "a name of 50 MB",
			doc:  join(`{"name":"`, repeat(`########`, 6_000_000), `"}`),
			skip: BadName,
		},
		{
			name:  "a million users",
			doc:   join(prefix+`"users":{`, repeat(`"user-########":true,`, 1_000_000), `"x":true},"versions":{"1.0.0":{}}}`),
			check: func(p store.Package) bool { return p.Version == "1.0.0" },
		},
		{
			name:  "a million dependencies",
			doc:   join(prefix+`"versions":{"1.0.0":{"dependencies":{`, repeat(`"dependency-########":"^1.0.########",`, 1_000_000), `"x":"1"}}}}`),
			check: func(p store.Package) bool { return len(p.Dependencies) > 1000 },
		},
		{
			name: "a million versions",
			doc:  join(prefix+`"versions":{`, repeat(`"1.0.9########":{},`, 1_300_000), `"2.0.0":{}}}`),
			skip: TooManyVersions,
		},
		{
			name:  "one field again and again",
			doc:   join(prefix+`"versions":{"1.0.0":{}},`, repeat(`"description":"text ########","versions":{"1.0.9########":{}},`, 400_000), `"x":1}`),
			check: func(p store.Package) bool { return p.VersionsCount == 1 && strings.HasPrefix(p.Description, "text ") },
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var p store.Package
			var err error
			began := time.Now()
			peak := peakHeap(func() { p, err = Normalize(c.doc, testNow()) })
			t.Logf("%d MB, peak heap %.1f MiB, %s", c.doc.size>>20, float64(peak)/(1<<20), time.Since(began).Round(time.Millisecond))
			var skip *Skip
			switch {
			case c.skip != "" && (!errors.As(err, &skip) || skip.Reason != c.skip) && slowdown == 1:
				t.Errorf("error %v, want %s", err, c.skip)
			case c.skip == "" && (err != nil || !c.check(p)):
				t.Errorf("record %.500v, error %v", p, err)
			}
			if peak > maxHeap {
				t.Errorf("peak heap %d bytes", peak)
			}
			if err == nil {
				checkRecord(t, p)
			}
		})
	}
}

// peakHeap is by how many bytes the heap grew at most while fn ran, garbage included.
func peakHeap(fn func()) uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	base, peak := sample[0].Value.Uint64(), uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	fn()
	close(stop)
	<-stopped
	return max(peak, base) - base
}

// longDoc is a document that is made while it is read.
type longDoc struct {
	parts []part
	size  int64
	pos   int64
}

// part is a text that comes n times, with the turn's number, eight digits, in place of each ########.
type part struct {
	text  []byte
	holes []int
	n     int64
	from  int64
}

func repeat(text string, n int) part {
	p := part{text: []byte(text), n: int64(n / slowdown)}
	for i := 0; ; i++ {
		at := strings.Index(text[i:], "########")
		if at < 0 {
			return p
		}
		i += at
		p.holes = append(p.holes, i)
	}
}

// join puts texts and repeated parts together.
func join(parts ...any) *longDoc {
	d := &longDoc{}
	for _, x := range parts {
		p, ok := x.(part)
		if !ok {
			p = part{text: []byte(x.(string)), n: 1}
		}
		p.from = d.size
		d.size += p.n * int64(len(p.text))
		d.parts = append(d.parts, p)
	}
	return d
}

func (d *longDoc) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
		d.pos = offset
	case io.SeekCurrent:
		d.pos += offset
	case io.SeekEnd:
		d.pos = d.size + offset
	}
	return d.pos, nil
}

func (d *longDoc) Read(b []byte) (n int, err error) {
	for i := range d.parts {
		p := &d.parts[i]
		for n < len(b) && d.pos >= p.from && d.pos < p.from+p.n*int64(len(p.text)) {
			turn, at := (d.pos-p.from)/int64(len(p.text)), (d.pos-p.from)%int64(len(p.text))
			for _, hole := range p.holes {
				for k, rest := hole+7, turn; k >= hole; k, rest = k-1, rest/10 {
					p.text[k] = byte('0' + rest%10)
				}
			}
			k := copy(b[n:], p.text[at:])
			n += k
			d.pos += int64(k)
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// The documents made here are what they are meant to be.
func TestLongDoc(t *testing.T) {
	d := join("<", part{text: []byte("a########,"), holes: []int{1}, n: 3}, ">")
	got, err := io.ReadAll(d)
	want := "<a00000000,a00000001,a00000002,>"
	if err != nil || string(got) != want || d.size != int64(len(want)) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := d.Seek(14, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(d); !bytes.Equal(got, []byte(want[14:])) {
		t.Errorf("from byte 14: %q", got)
	}
}
