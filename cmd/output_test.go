package cmd

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func TestTable(t *testing.T) {
	rows := func(tb *table) *table {
		tb.add("react", "19.2.0", "1,234", "A library for interfaces")
		tb.note("  0.9 name")
		tb.add("日本語", "1.0.0", "7", "ｗｉｄｅ letters are two columns")
		tb.add("evil\x1b[31m\nname", "", "0", "")
		return tb
	}
	for _, c := range []struct {
		name  string
		width int
		want  string
	}{
		{"a pipe gets whole cells between tabs", 0,
			"react\t19.2.0\t1,234\tA library for interfaces\n    0.9 name\n日本語\t1.0.0\t7\tｗｉｄｅ letters are two columns\nevil [31m name\t\t0\t\n"},
		{"a terminal gets columns that fit", 50,
			"NAME            VERSION  DOWNLOADS  ABOUT\n" +
				"react           19.2.0       1,234  A library for…\n    0.9 name\n" +
				"日本語          1.0.0            7  ｗｉｄｅ lett…\n" +
				"evil [31m name                   0\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			tb := newTable(&b, "NAME", "VERSION", ">DOWNLOADS", "ABOUT")
			tb.width = c.width
			if err := rows(tb).flush(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Errorf("printed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFitNeverExceedsItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		width := rapid.IntRange(1, 40).Draw(t, "width")
		got := fit(s, width)
		if w := uniseg.StringWidth(got); w > width {
			t.Fatalf("fit(%q, %d) = %q, which is %d wide", s, width, got, w)
		}
		if uniseg.StringWidth(s) <= width && got != s {
			t.Fatalf("fit(%q, %d) = %q, though it fits", s, width, got)
		}
	})
}

func TestPrintableCannotSteerATerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[\x00-\x9f\x{202a}-\x{202e}\x{2066}-\x{2069}a-z]*`).Draw(t, "s")
		if got := printable(s); strings.IndexFunc(got, unicode.IsControl) >= 0 || strings.ContainsAny(got, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
			t.Fatalf("printable(%q) = %q", s, got)
		}
	})
}
