package ingest

func (s *scanner) enter() error {
	if s.depth++; s.depth > maxDepth {
		return errTooDeep
	}
	return nil
}

// object walks the members of the object that comes next. fn must consume the value; key is good
// until it does. A key longer than maxKey comes as nil.
func (s *scanner) object(fn func(key []byte) error) error {
	if c, err := s.token(); err != nil {
		return err
	} else if c != '{' {
		s.pos--
		return s.fault("expected an object")
	}
	if err := s.enter(); err != nil {
		return err
	}
	c, err := s.token()
	for first := true; err == nil; first = false {
		if c == '}' && first {
			break
		}
		if c != '"' {
			s.pos--
			return s.fault("expected a key")
		}
		key, err := s.readKey()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		if err := fn(key); err != nil {
			return err
		}
		more, err := s.more('}')
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if c, err = s.token(); err != nil {
			return err
		}
	}
	s.depth--
	return err
}

// array walks the items of the array that comes next. fn must consume the item.
func (s *scanner) array(fn func() error) error {
	if c, err := s.token(); err != nil {
		return err
	} else if c != '[' {
		s.pos--
		return s.fault("expected an array")
	}
	if err := s.enter(); err != nil {
		return err
	}
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c == ']' {
		s.pos++
		s.depth--
		return nil
	}
	for {
		if err := fn(); err != nil {
			return err
		}
		more, err := s.more(']')
		if err != nil {
			return err
		}
		if !more {
			s.depth--
			return nil
		}
	}
}

// more consumes a comma (true) or the closing bracket (false).
func (s *scanner) more(closing byte) (bool, error) {
	c, err := s.token()
	switch {
	case err != nil:
		return false, err
	case c == ',':
		return true, nil
	case c == closing:
		return false, nil
	}
	s.pos--
	return false, s.fault("expected ',' or '" + string(rune(closing)) + "'")
}

func (s *scanner) expect(want byte) error {
	c, err := s.token()
	if err == nil && c != want {
		s.pos--
		err = s.fault("expected '" + string(rune(want)) + "'")
	}
	return err
}

// skip passes over one value, checking its grammar and keeping nothing.
func (s *scanner) skip() error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	switch {
	case c == '"':
		s.pos++
		return s.skipString()
	case c == '{':
		return s.skipObject()
	case c == '[':
		return s.array(s.skip)
	case c == '-' || c >= '0' && c <= '9':
		_, err := s.number(nil)
		return err
	}
	_, err = s.literal()
	return err
}

// skipObject is object without keeping keys: most of a packument passes through here.
func (s *scanner) skipObject() error {
	s.pos++
	if err := s.enter(); err != nil {
		return err
	}
	c, err := s.token()
	if err != nil {
		return err
	}
	if c == '}' {
		s.depth--
		return nil
	}
	for {
		if c != '"' {
			s.pos--
			return s.fault("expected a key")
		}
		if err := s.skipString(); err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		if err := s.skip(); err != nil {
			return err
		}
		more, err := s.more('}')
		if err != nil {
			return err
		}
		if !more {
			s.depth--
			return nil
		}
		if c, err = s.token(); err != nil {
			return err
		}
	}
}

// literal reads true, false or null and gives its first letter.
func (s *scanner) literal() (byte, error) {
	c, err := s.token()
	if err != nil {
		return 0, err
	}
	var rest string
	switch c {
	case 't':
		rest = "rue"
	case 'f':
		rest = "alse"
	case 'n':
		rest = "ull"
	default:
		s.pos--
		return 0, s.fault("unexpected character")
	}
	for i := range len(rest) {
		b, err := s.next()
		if err != nil {
			return 0, err
		}
		if b != rest[i] {
			return 0, s.fault("unknown word")
		}
	}
	return c, nil
}

// number passes over a number of any length and appends its first bytes to dst, as many as fit.
func (s *scanner) number(dst []byte) ([]byte, error) {
	take := func() {
		if len(dst) < cap(dst) {
			dst = append(dst, s.buf[s.pos])
		}
		s.pos++
	}
	at := func(set string) (bool, error) {
		if s.pos == s.n {
			if err := s.fill(); err != nil {
				return false, err
			}
		}
		for i := range len(set) {
			if s.buf[s.pos] == set[i] {
				return true, nil
			}
		}
		return false, nil
	}
	digits := func() error {
		for some := false; ; some = true {
			ok, err := at("0123456789")
			if err != nil {
				return err
			}
			if !ok {
				if !some {
					return s.fault("expected a digit")
				}
				return nil
			}
			take()
		}
	}
	if minus, err := at("-"); err != nil {
		return dst, err
	} else if minus {
		take()
	}
	if zero, err := at("0"); err != nil {
		return dst, err
	} else if zero {
		take()
		if digit, err := at("0123456789"); err != nil {
			return dst, err
		} else if digit {
			return dst, s.fault("number with a leading zero")
		}
	} else if err := digits(); err != nil {
		return dst, err
	}
	if point, err := at("."); err != nil {
		return dst, err
	} else if point {
		take()
		if err := digits(); err != nil {
			return dst, err
		}
	}
	if exp, err := at("eE"); err != nil || !exp {
		return dst, err
	}
	take()
	if sign, err := at("+-"); err != nil {
		return dst, err
	} else if sign {
		take()
	}
	return dst, digits()
}
