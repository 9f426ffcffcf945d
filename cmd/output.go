package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// isTerminal tells whether a person may be looking at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalWidth is the number of columns of w, 0 when it is no terminal.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// writeJSON prints v as one indented document, with <, > and & as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// table prints rows under a heading. On a terminal columns are aligned and the last one is cut to fit; elsewhere
// cells are whole, separated by tabs, without the heading, for other programs to take apart.
type table struct {
	w     io.Writer
	width int  // columns of the terminal, 0 for none
	whole bool // never cut the last column
	head  []string
	right []bool // columns that hold numbers
	rows  [][]string
	notes map[int][]string // lines under a row, by its number
}

func newTable(w io.Writer, head ...string) *table {
	t := &table{w: w, width: terminalWidth(w), right: make([]bool, len(head))}
	for i, h := range head {
		h, right := strings.CutPrefix(h, ">")
		t.head, t.right[i] = append(t.head, h), right
	}
	return t
}

func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = printable(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// note puts lines under the last row.
func (t *table) note(lines ...string) {
	if t.notes == nil {
		t.notes = map[int][]string{}
	}
	t.notes[len(t.rows)] = lines
}

func (t *table) flush() error {
	var b strings.Builder
	if t.width == 0 {
		for i, row := range t.rows {
			fmt.Fprintln(&b, strings.Join(row, "\t"))
			t.writeNotes(&b, i+1)
		}
	} else {
		t.writeAligned(&b)
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

func (t *table) writeNotes(b *strings.Builder, row int) {
	for _, line := range t.notes[row] {
		fmt.Fprintln(b, "  "+printable(line))
	}
}

func (t *table) writeAligned(b *strings.Builder) {
	rows := append([][]string{t.head}, t.rows...)
	widths := make([]int, len(t.head))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	last := len(t.head) - 1
	used := 2 * last
	for _, w := range widths[:last] {
		used += w
	}
	if !t.whole {
		widths[last] = max(10, t.width-used)
	}
	for n, row := range rows {
		line := ""
		for i, cell := range row {
			cell = fit(cell, widths[i])
			pad := strings.Repeat(" ", max(0, widths[i]-uniseg.StringWidth(cell)))
			switch {
			case t.right[i]:
				line += pad + cell
			case i == last:
				line += cell
			default:
				line += cell + pad
			}
			if i < last {
				line += "  "
			}
		}
		fmt.Fprintln(b, strings.TrimRight(line, " "))
		t.writeNotes(b, n)
	}
}

// fit cuts s to width columns, with an ellipsis where something was cut.
func fit(s string, width int) string {
	if uniseg.StringWidth(s) <= width {
		return s
	}
	var b strings.Builder
	used, rest, state := 0, s, -1
	for rest != "" {
		var cluster string
		var w int
		cluster, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+w > width-1 {
			break
		}
		b.WriteString(cluster)
		used += w
	}
	return b.String() + "…"
}

// printable keeps text from steering the terminal or breaking a table: control and format characters become blanks.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}
