package search

import "pkgsearch/index"

// list is one open posting list of an evaluation.
type list struct {
	postings *index.Postings
	term     *term
}

// lists is a heap of open posting lists, the one with the smallest current document first.
type lists []list

// open starts every posting list that has something in the segment.
func (ev *evaluation) open(s *index.Segment) (lists, error) {
	var ls lists
	for i := range ev.terms {
		t := &ev.terms[i]
		p, err := s.Postings(t.field, t.text, false)
		if err != nil {
			return nil, err
		}
		ok, err := p.Next()
		if err != nil {
			return nil, err
		}
		if ok {
			ls = append(ls, list{p, t})
		}
	}
	for i := len(ls)/2 - 1; i >= 0; i-- {
		ls.sink(i)
	}
	return ls, nil
}

// advance moves the first list on and puts it where it now belongs; an exhausted one falls out.
func (ls lists) advance() (lists, error) {
	ok, err := ls[0].postings.Next()
	if err != nil {
		return nil, err
	}
	if !ok {
		last := len(ls) - 1
		ls[0] = ls[last]
		ls = ls[:last]
	}
	ls.sink(0)
	return ls, nil
}

func (ls lists) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(ls); child++ {
			if ls[child].postings.Doc < ls[least].postings.Doc {
				least = child
			}
		}
		if least == i {
			return
		}
		ls[i], ls[least] = ls[least], ls[i]
		i = least
	}
}
