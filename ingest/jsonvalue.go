package ingest

// kind is the JSON type of a value; the zero kind is that of a value that is not there.
type kind byte

const (
	absent kind = iota
	null
	boolean
	number
	text
	array
	object
)

// value is a JSON value kept in memory, as far as its budget went.
type value struct {
	kind  kind
	str   string   // of a text; "true" or "false"; the first digits of a number
	cut   bool     // str is not the whole text
	items []value  // of an array, or of an object
	keys  []string // of an object, one for each item
}

// budget bounds what a value may cost: what does not fit is passed over.
type budget struct {
	nodes int // values in all
	each  int // bytes of one text
	bytes int // bytes of all texts and keys
}

// get gives the member of an object with that key, the last one where there are several.
func (v value) get(key string) value {
	for i := len(v.keys) - 1; i >= 0; i-- {
		if v.keys[i] == key {
			return v.items[i]
		}
	}
	return value{}
}

// line is a text on one line, clean; "" when v is no text or one that had to be cut.
func (v value) line() string {
	if v.kind != text || v.cut {
		return ""
	}
	return oneLine(v.str)
}

func (v value) isTrue() bool { return v.kind == boolean && v.str == "true" }

// value reads the value that comes next, within the budget.
func (s *scanner) value(b *budget) (value, error) {
	c, err := s.peek()
	if err != nil {
		return value{}, err
	}
	b.nodes--
	switch {
	case c == '"':
		s.pos++
		limit := min(b.each, b.bytes)
		raw, cut, err := s.text(s.key[:0], limit)
		if cap(raw) <= scanBuffer {
			s.key = raw
		}
		b.bytes -= len(raw)
		return value{kind: text, str: string(raw), cut: cut}, err
	case c == '{':
		v := value{kind: object}
		err := s.object(func(key []byte) error {
			if key == nil || b.nodes <= 0 || b.bytes < len(key) {
				return s.skip()
			}
			b.bytes -= len(key)
			name := string(key)
			item, err := s.value(b)
			v.keys, v.items = append(v.keys, name), append(v.items, item)
			return err
		})
		return v, err
	case c == '[':
		v := value{kind: array}
		err := s.array(func() error {
			if b.nodes <= 0 {
				return s.skip()
			}
			item, err := s.value(b)
			v.items = append(v.items, item)
			return err
		})
		return v, err
	case c == '-' || c >= '0' && c <= '9':
		var room [24]byte
		digits, err := s.number(room[:0])
		return value{kind: number, str: string(digits), cut: len(digits) == cap(digits)}, err
	}
	word, err := s.literal()
	switch word {
	case 't':
		return value{kind: boolean, str: "true"}, err
	case 'f':
		return value{kind: boolean, str: "false"}, err
	}
	return value{kind: null}, err
}
