package search

import (
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pkgsearch/index/store"
)

// marked gives the pieces of a text that highlights point at.
func marked(text string, hs []Highlight) []string {
	units := utf16.Encode([]rune(text))
	var all []string
	for _, h := range hs {
		all = append(all, string(utf16.Decode(units[h[0]:h[0]+h[1]])))
	}
	return all
}

func TestHighlights(t *testing.T) {
	p := store.Package{Name: "@Date/datePickers-v2", Description: "😀 Picking dates: the date-picker, don't pick “Crème” 日本語",
		Keywords: []string{"pick", "calendar", "Date Picker", ""}}
	for text, want := range map[string]struct {
		name, description []string
		keywords          [][]string
	}{
		"picker":                    {[]string{"Pickers"}, []string{"picker"}, [][]string{nil, nil, {"Picker"}, nil}},
		"the picks":                 {nil, []string{"Picking", "pick"}, [][]string{{"pick"}, nil, nil, nil}},
		"date":                      {[]string{"Date", "date"}, []string{"dates", "date"}, [][]string{nil, nil, {"Date"}, nil}},
		"creme dont":                {nil, []string{"don't", "Crème"}, [][]string{nil, nil, nil, nil}},
		"本語":                        {nil, []string{"本語"}, [][]string{nil, nil, nil, nil}},
		"日本語":                       {nil, []string{"日本語"}, [][]string{nil, nil, nil, nil}},
		"date pickers v2":           {[]string{"Date", "datePickers-v2"}, []string{"dates", "date", "picker"}, [][]string{nil, nil, {"Date", "Picker"}, nil}},
		"license:mit":               {nil, nil, [][]string{nil, nil, nil, nil}},
		`"date picker" -calendar`:   {[]string{"Date", "datePickers"}, []string{"dates", "date", "picker"}, [][]string{nil, nil, {"Date", "Picker"}, nil}},
		"nothing here calendar x y": {nil, nil, [][]string{nil, {"calendar"}, nil, nil}},
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		h := soughtBy(q).in(&p)
		var keywords [][]string
		for i, k := range p.Keywords {
			keywords = append(keywords, marked(k, h.Keywords[i]))
		}
		for _, diff := range []string{cmp.Diff(want.name, marked(p.Name, h.Name)), cmp.Diff(want.description, marked(p.Description, h.Description)), cmp.Diff(want.keywords, keywords)} {
			if diff != "" {
				t.Errorf("%s (-want +got):\n%s", text, diff)
			}
		}
	}
}

// TestHighlightsLieApartInsideTheText for texts of all kinds, broken ones too.
func TestHighlightsLieApartInsideTheText(t *testing.T) {
	piece := rapid.SampledFrom([]string{"foo", "Bar", "HTTP", "64", "'", "’", "-", " ", "@", "/", "é", "e\u0301", "日", "本", "ｶﾞ", "한", "ß", "İ", "😀", "foos", "\xff", "\x00"})
	text := rapid.Custom(func(rt *rapid.T) (s string) {
		for _, p := range rapid.SliceOfN(piece, 0, 10).Draw(rt, "pieces") {
			s += p
		}
		return s
	})
	inside := func(rt *rapid.T, text string, hs []Highlight) {
		units, end := len(utf16.Encode([]rune(text))), -1
		for _, h := range hs {
			if h[0] <= end || h[1] < 1 || h[0]+h[1] > units {
				rt.Fatalf("%q, of %d units: %v", text, units, hs)
			}
			end = h[0] + h[1]
		}
		if hs == nil {
			rt.Fatal("null in JSON")
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := store.Package{Name: text.Draw(rt, "name"), Description: text.Draw(rt, "description"), Keywords: []string{text.Draw(rt, "keyword")}}
		q, err := Parse(rapid.SampledFrom([]string{"foo", "bar foo", "http 64", "日本 e", "ss i"}).Draw(rt, "query") + " " + p.Name)
		if err != nil {
			return // broken UTF-8
		}
		h := soughtBy(q).in(&p)
		inside(rt, p.Name, h.Name)
		inside(rt, p.Description, h.Description)
		inside(rt, p.Keywords[0], h.Keywords[0])
	})
}
