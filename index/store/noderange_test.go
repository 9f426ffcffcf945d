package store

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseNodeRange(t *testing.T) {
	for text, want := range map[string]NodeRange{
		"":                            "",
		"*":                           "",
		"latest":                      "",
		">=20 <18":                    "",
		">=18":                        "18.0.0-",
		">= v18.17":                   "18.17.0-",
		">18":                         "19.0.0-",
		">18.1.2":                     "18.1.3-",
		"<=18":                        "0.0.0-18.2097151.2097151",
		"<18":                         "0.0.0-17.2097151.2097151",
		"^0.10.3":                     "0.10.3-0.10.2097151",
		"^0.0.3":                      "0.0.3-0.0.3",
		"^0":                          "0.0.0-0.2097151.2097151",
		"~1.2.3":                      "1.2.3-1.2.2097151",
		"~> 1":                        "1.0.0-1.2097151.2097151",
		"14.x":                        "14.0.0-14.2097151.2097151",
		"10 - 12":                     "10.0.0-12.2097151.2097151",
		"^18.18.0 || ^20.9.0||>=21.1": "18.18.0-18.2097151.2097151 20.9.0-20.2097151.2097151 21.1.0-",
		"^6 || ^7 || >=8":             "6.0.0-",
		">=16 || 14 >=14.17":          "14.17.0-14.2097151.2097151 16.0.0-",
		">=22.0.0-0 || what":          "22.0.0-",
		"18 ||":                       "",
		"1||3||5||7||9||11||13||15||17": "1.0.0-1.2097151.2097151 3.0.0-3.2097151.2097151 5.0.0-5.2097151.2097151 " +
			"7.0.0-7.2097151.2097151 9.0.0-9.2097151.2097151 11.0.0-11.2097151.2097151 13.0.0-13.2097151.2097151 15.0.0-",
		strings.Repeat("1 ", maxNodeText): "",
	} {
		if got := ParseNodeRange(text); got != want {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
}

func TestNodeRangeAllows(t *testing.T) {
	r := ParseNodeRange("^18.18.0 || ^20.9.0 || >=21.1.0")
	for text, want := range map[string]bool{
		"18": true, "18.18": true, "18.17": false, "18.17.9": false, "19": false, "20": true, "20.8": false, "21": true, "21.0": false, "99": true, "4": false,
	} {
		from, to, _ := ParseVersion(text)
		if r.Allows(from, to) != want {
			t.Errorf("%s: %t", text, !want)
		}
	}
	if r.Lowest() != VersionOf(18, 18, 0) || NodeRange("").Lowest() != 0 || !NodeRange("").Allows(0, 0) {
		t.Errorf("lowest %v", r.Lowest())
	}
}

// FuzzNodeRange: any text gives a canonical range, which reads back as it was written and is bounded.
func FuzzNodeRange(f *testing.F) {
	for _, s := range []string{"^18 || >=20.1", "1 - 2", "~>0.8", "<0", "<=0.0.0", ">x", strings.Repeat("1||3||", 99), ">2097151"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := ParseNodeRange(text)
		spans := r.spans()
		if len(spans) == 0 || len(spans) > maxNodeSpans || len(r) > maxNodeRange {
			t.Fatalf("%q: %q", text, r)
		}
		for i, s := range spans {
			if s.from > s.to || i > 0 && s.from <= spans[i-1].to+1 {
				t.Fatalf("%q: %q is not canonical", text, r)
			}
		}
		if again := canonical(spans); again != r {
			t.Fatalf("%q: %q became %q", text, r, again)
		}
	})
}

// TestNodeRangeIsTheUnionOfItsParts compares with an evaluation of each comparator by itself.
func TestNodeRangeIsTheUnionOfItsParts(t *testing.T) {
	number := rapid.Uint64Range(0, 4)
	rapid.Check(t, func(t *rapid.T) {
		type part struct {
			op string
			v  Version
		}
		var all [][]part
		var texts []string
		for range rapid.IntRange(1, 4).Draw(t, "alternatives") {
			var parts []part
			var words []string
			for range rapid.IntRange(1, 3).Draw(t, "comparators") {
				p := part{rapid.SampledFrom([]string{"<", "<=", ">", ">=", "="}).Draw(t, "op"),
					VersionOf(number.Draw(t, "major"), number.Draw(t, "minor"), number.Draw(t, "patch"))}
				parts, words = append(parts, p), append(words, p.op+p.v.String())
			}
			all, texts = append(all, parts), append(texts, strings.Join(words, " "))
		}
		v := VersionOf(number.Draw(t, "x"), number.Draw(t, "y"), number.Draw(t, "z"))
		holds := func(p part) bool {
			switch p.op {
			case "<":
				return v < p.v
			case "<=":
				return v <= p.v
			case ">":
				return v > p.v
			case ">=":
				return v >= p.v
			}
			return v == p.v
		}
		want := false
		for _, parts := range all {
			every := true
			for _, p := range parts {
				every = every && holds(p)
			}
			want = want || every
		}
		text := strings.Join(texts, " || ")
		r := ParseNodeRange(text)
		if r == "" {
			return // nothing is left, or all
		}
		if got := r.Allows(v, v); got != want {
			t.Fatalf("%q as %q allows %v: %t", text, r, v, got)
		}
	})
}
