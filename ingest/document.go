package ingest

// document is one packument: what the first pass found, and the means to read parts of it again.
type document struct {
	scan     *scanner
	top      fields
	manifest fields // of the chosen version
	versions versions

	id, given   identity // _id and name
	unpublished bool
	err         error // the first failure of reading a part again
}

// fields says where in the document the values of an object begin, for the keys we know.
type fields []field

type field struct {
	key string
	at  int64
}

// set notes a value; of a key given twice the last counts.
func (f *fields) set(key []byte, at int64) {
	for i := range *f {
		if (*f)[i].key == string(key) {
			(*f)[i].at = at
			return
		}
	}
	*f = append(*f, field{string(key), at})
}

func (f fields) find(key string) (int64, bool) {
	for i := range f {
		if f[i].key == key {
			return f[i].at, true
		}
	}
	return 0, false
}

// wanted tells the keys whose values are read, of a manifest or of the top level.
func wanted(key []byte) bool {
	switch string(key) {
	case "_rev", "_deleted", "dist-tags", "time", "modified", "maintainers", "_npmUser",
		"description", "keywords", "license", "licence", "licenses", "author",
		"repository", "repositories", "homepage", "bugs", "readme",
		"deprecated", "dependencies", "peerDependencies", "engines", "bin",
		"types", "typings", "typesVersions", "exports", "type", "main", "module",
		"scripts", "hasInstallScript", "gypfile", "dist", "files":
		return true
	}
	return false
}

// identity is a name as the document gives it, once or more often.
type identity struct {
	seen  bool
	kind  byte // first byte of the value
	value string
	clash bool // given twice, with different values
}

func (i *identity) isText() bool { return i.kind == '"' }

// survey is the first pass: it checks the whole text and notes where things are.
func (d *document) survey() error {
	if c, err := d.scan.peek(); err != nil {
		return err
	} else if c != '{' {
		if err := d.scan.skip(); err != nil && c != '-' && digits(string(c)) == 0 {
			return err
		}
		return &Skip{Reason: NotObject}
	}
	err := d.scan.object(func(key []byte) error {
		switch string(key) {
		case "_id":
			return d.identify(&d.id)
		case "name":
			return d.identify(&d.given)
		case "versions":
			return d.surveyVersions()
		}
		if wanted(key) {
			d.top.set(key, d.scan.offset())
		}
		return d.scan.skip()
	})
	if err != nil {
		return err
	}
	if err := d.scan.finish(); err != nil {
		return err
	}
	return d.checkName()
}

// identify reads _id or name. A value that is no text counts as missing.
func (d *document) identify(i *identity) error {
	c, err := d.scan.peek()
	if err != nil {
		return err
	}
	var name string
	if c == '"' {
		d.scan.pos++
		raw, _, err := d.scan.text(nil, maxName+1) // one byte more than a name may have makes it bad
		if err != nil {
			return err
		}
		name = string(raw)
	} else if err := d.scan.skip(); err != nil {
		return err
	}
	i.clash = i.clash || i.seen && (c != i.kind || name != i.value)
	i.seen, i.kind, i.value = true, c, name
	return nil
}

// name is what the document calls its package.
func (d *document) name() string {
	if d.given.isText() {
		return d.given.value
	}
	return d.id.value
}

func (d *document) checkName() error {
	switch {
	case d.id.clash || d.given.clash:
		return &Skip{Reason: DuplicateName}
	case !d.id.isText() && !d.given.isText():
		return &Skip{Reason: NoName}
	case d.id.isText() && d.given.isText() && d.id.value != d.given.value:
		return &Skip{Reason: NameMismatch, Detail: shown(d.id.value) + " and " + shown(d.given.value)}
	case !ValidName(d.name()):
		return &Skip{Reason: BadName, Detail: shown(d.name())}
	}
	return nil
}

// shown is a name that may be anything, fit for a message.
func shown(name string) string { return clip(oneLine(name), 80) }

// surveyVersions notes every version key and where its manifest is. Of versions given twice the last
// object counts.
func (d *document) surveyVersions() error {
	d.versions.reset()
	if c, err := d.scan.peek(); err != nil || c != '{' {
		if err == nil {
			err = d.scan.skip()
		}
		return err
	}
	var owner uint64
	readName := func(key []byte) error {
		if string(key) != "name" {
			return d.scan.skip()
		}
		var err error
		owner, err = d.hashText()
		return err
	}
	return d.scan.object(func(key []byte) error {
		raw := string(key)
		c, err := d.scan.peek()
		if err != nil {
			return err
		}
		if c != '{' {
			d.versions.drop(raw)
			return d.scan.skip()
		}
		owner = 0
		at := d.scan.offset()
		if err := d.scan.object(readName); err != nil {
			return err
		}
		return d.versions.add(raw, at, owner)
	})
}

// hashText reads a text and gives a number that tells it from others, 0 for an empty text or none.
func (d *document) hashText() (uint64, error) {
	c, err := d.scan.peek()
	if err != nil || c != '"' {
		if err == nil {
			err = d.scan.skip()
		}
		return 0, err
	}
	d.scan.pos++
	raw, _, err := d.scan.text(d.scan.key[:0], maxName+1)
	d.scan.key = raw
	return d.versions.hash(raw), err
}

// readManifest notes where the fields of the chosen manifest are.
func (d *document) readManifest(at int64) {
	d.manifest = d.manifest[:0]
	d.again(at, func() error {
		return d.scan.object(func(key []byte) error {
			if wanted(key) {
				d.manifest.set(key, d.scan.offset())
			}
			return d.scan.skip()
		})
	})
}

// again reads a part of the document a second time.
func (d *document) again(at int64, read func() error) {
	if d.err != nil {
		return
	}
	d.scan.depth = 0
	if d.err = d.scan.seek(at); d.err == nil {
		d.err = read()
	}
}

// value reads the value of a field, as far as its size allows.
func (d *document) value(f fields, key string, z size) (v value) {
	b := z.budget()
	if at, ok := f.find(key); ok {
		d.again(at, func() (err error) {
			v, err = d.scan.value(&b)
			return err
		})
	}
	if d.err != nil {
		return value{}
	}
	return v
}

// members walks the members of a field that is an object, without keeping it.
func (d *document) members(f fields, key string, fn func(key []byte) error) {
	at, ok := f.find(key)
	if !ok {
		return
	}
	d.again(at, func() error {
		if c, err := d.scan.peek(); err != nil || c != '{' {
			return err
		}
		return d.scan.object(fn)
	})
}
