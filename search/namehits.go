package search

import (
	"cmp"
	"slices"

	"pkgsearch/index"
)

// nameHit is a document of a segment that is known by a name as a whole.
type nameHit struct {
	doc uint32
	nameMatch
}

// nameHits lists the documents of a segment that are known by a name that the text may mean, in order.
func (ev *evaluation) nameHits(s *index.Segment) ([]nameHit, error) {
	var hits []nameHit
	var scopes, mains []index.Term
	for _, n := range ev.names {
		switch n.part {
		case scopeName:
			scopes = append(scopes, index.Term{Field: n.field, Text: n.text})
			continue
		case mainName:
			mains = append(mains, index.Term{Field: n.field, Text: n.text})
			continue
		}
		err := ev.dictionary.EachDocument(s, index.Term{Field: n.field, Text: n.text}, func(doc uint32) {
			h := nameHit{doc: doc}
			switch n.part {
			case wholeName:
				h.whole = true
			case joinedName:
				h.joined = n.weight
			case likenedName:
				h.likened = true
			case peerName:
				h.peer = n.weight
			}
			hits = append(hits, h)
		})
		if err != nil {
			return nil, err
		}
	}
	projects, err := ev.dictionary.InBoth(s, scopes, mains)
	if err != nil {
		return nil, err
	}
	for _, doc := range projects {
		hits = append(hits, nameHit{doc, nameMatch{project: true}})
	}
	slices.SortFunc(hits, func(a, b nameHit) int { return cmp.Compare(a.doc, b.doc) })
	return joinHits(hits), nil
}

// joinHits makes one hit of those of one document.
func joinHits(hits []nameHit) []nameHit {
	out := hits[:0]
	for _, h := range hits {
		if len(out) == 0 || out[len(out)-1].doc != h.doc {
			out = append(out, h)
			continue
		}
		last := &out[len(out)-1].nameMatch
		*last = nameMatch{last.whole || h.whole, max(last.joined, h.joined), last.project || h.project, last.likened || h.likened, max(last.peer, h.peer)}
	}
	return out
}
