package ingest

import (
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"time"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
)

// A document with more versions, or with more bytes of version keys, is refused: the table of
// versions is the one thing that must be held whole. The largest packages have some 20,000 versions.
const (
	maxVersions     = 150_000
	maxVersionBytes = 8 << 20
	maxTagsBytes    = 32 << 10 // what dist-tags may take in a record
)

// versions is the table of versions, by cleaned version.
type versions struct {
	list   []release
	index  map[string]int32 // cleaned version -> place in list
	bytes  int
	seed   maphash.Seed
	seeded bool
}

// release is one entry of the table.
type release struct {
	clean, raw string
	at         int64     // where its manifest begins
	owner      uint64    // hash of the name in its manifest, 0 when there is none
	gone       bool      // replaced by something that is no manifest
	date       time.Time // zero when unknown
}

// reset empties the table. One that a large package filled is given back.
func (v *versions) reset() {
	if len(v.list) > 4096 {
		v.list, v.index = nil, nil
	}
	clear(v.list)
	clear(v.index)
	v.list, v.bytes = v.list[:0], 0
}

// add takes a manifest. Of keys that clean to the same version the one already spelled clean wins,
// else the last.
func (v *versions) add(raw string, at int64, owner uint64) error {
	clean, ok := parseVersion(raw)
	if !ok {
		return nil
	}
	r := release{clean: clean.text, raw: raw, at: at, owner: owner}
	if i, ok := v.index[r.clean]; ok {
		old := &v.list[i]
		if old.gone || old.raw == raw || old.raw != old.clean {
			*old = r
		}
		return nil
	}
	if v.bytes += len(raw); len(v.list) == maxVersions || v.bytes > maxVersionBytes {
		return &Skip{Reason: TooManyVersions, Detail: fmt.Sprintf("over %d", len(v.list))}
	}
	if v.index == nil {
		v.index = make(map[string]int32)
	}
	v.index[r.clean] = int32(len(v.list))
	v.list = append(v.list, r)
	return nil
}

// drop forgets the manifest of a key that is given again with something else.
func (v *versions) drop(raw string) {
	if clean, ok := parseVersion(raw); ok {
		if i, ok := v.index[clean.text]; ok && v.list[i].raw == raw {
			v.list[i].gone = true
		}
	}
}

// hash tells names apart. 0 stands for no name.
func (v *versions) hash(name []byte) uint64 {
	if len(name) == 0 {
		return 0
	}
	if !v.seeded {
		v.seed, v.seeded = maphash.MakeSeed(), true
	}
	return max(maphash.Bytes(v.seed, name), 1)
}

// settle leaves the releases of the package called name: a manifest with another name does not count.
func (v *versions) settle(name string) {
	owner := v.hash([]byte(name))
	v.list = slices.DeleteFunc(v.list, func(r release) bool {
		return r.gone || r.owner != 0 && r.owner != owner
	})
	if len(v.list) == len(v.index) {
		return
	}
	clear(v.index)
	for i := range v.list {
		v.index[v.list[i].clean] = int32(i)
	}
}

// find gives the release that a version means, however it is spelled.
func (v *versions) find(s string) *release {
	clean, ok := parseVersion(s)
	if !ok {
		return nil
	}
	if i, ok := v.index[clean.text]; ok {
		return &v.list[i]
	}
	return nil
}

// choose gives the release that stands for the package: the one tagged latest, else the highest stable
// one, else the highest of all; nil when there is none.
func (v *versions) choose(latest string) *release {
	if i, ok := v.index[latest]; ok {
		return &v.list[i]
	}
	var best *release
	var bestVersion version
	for i := range v.list {
		w, _ := parseVersion(v.list[i].clean)
		stable, bestStable := w.pre == "", bestVersion.pre == ""
		if best == nil || stable && !bestStable || stable == bestStable && w.compare(&bestVersion) > 0 {
			best, bestVersion = &v.list[i], w
		}
	}
	return best
}

// distTags gives the tags that name a version of the table. When there are too many, the first ones
// and latest are kept.
func (d *document) distTags() map[string]string {
	tags := map[string]string{}
	room := maxTagsBytes
	cost := func(tag, version string) int {
		if tag == "latest" {
			return 0
		}
		return jsonSize(tag) + jsonSize(version) + 2
	}
	d.members(d.top, "dist-tags", func(key []byte) error {
		tag := oneLine(string(key))
		if old, ok := tags[tag]; ok { // of a tag given twice the last counts
			room += cost(tag, old)
			delete(tags, tag)
		}
		b := small.budget()
		v, err := d.scan.value(&b)
		if err != nil || v.kind != text || v.cut || tag == "" {
			return err
		}
		r := d.versions.find(v.str)
		if r != nil && cost(tag, r.clean) <= room {
			room -= cost(tag, r.clean)
			tags[tag] = r.clean
		}
		return nil
	})
	return tags
}

// dates reads the time object: when the package and its releases came out, and whether the package was
// unpublished. Entries for versions that are not there mean nothing.
func (d *document) dates(p *store.Package, chosen *release, now time.Time) {
	exact := false // whether chosen's date came under its very key
	d.members(d.top, "time", func(raw []byte) error {
		key := string(raw)
		b := small.budget()
		v, err := d.scan.value(&b)
		if err != nil {
			return err
		}
		var date time.Time
		if v.kind == text && !v.cut {
			date = parseDate(v.str, now)
		}
		switch key {
		case "created":
			p.Created = date
		case "modified":
			p.Modified = date
		case "unpublished":
			d.unpublished = v.kind != null
		default:
			r := d.versions.find(key)
			if r == nil || key != r.raw && (date.IsZero() || r == chosen && exact) {
				break
			}
			r.date = date
			exact = exact || r == chosen && key == r.raw && !date.IsZero()
		}
		return nil
	})
	if p.Modified.IsZero() { // the abbreviated form has it at the top level
		if v := d.value(d.top, "modified", small); v.kind == text {
			p.Modified = parseDate(v.str, now)
		}
	}
	if chosen != nil {
		p.Date = chosen.date
	}
	d.cadence(p)
}

// cadence sums up when releases came out: the first, the last, and how many in each month.
func (d *document) cadence(p *store.Package) {
	months := map[uint16]int{}
	for i := range d.versions.list {
		date := d.versions.list[i].date
		if date.IsZero() {
			continue
		}
		months[score.Month(date)]++
		if p.FirstPublished.IsZero() || date.Before(p.FirstPublished) {
			p.FirstPublished = date
		}
		if date.After(p.LastPublished) {
			p.LastPublished = date
		}
	}
	for month, n := range months {
		p.Releases = append(p.Releases, score.MonthCount{Month: month, Count: uint16(min(n, math.MaxUint16))})
	}
	slices.SortFunc(p.Releases, func(a, b score.MonthCount) int { return int(a.Month) - int(b.Month) })
}
