package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"pkgsearch/search"
)

// queriesTopic is "pkgsearch help queries": the query language, from the table that defines it.
func queriesTopic() *cobra.Command {
	var b strings.Builder
	b.WriteString(`A query is made of words, "phrases", -words and qualifiers, each a name, a colon and a value; quote a value with blanks
in it: author:"Some Body". A minus before a qualifier turns it around.

`)
	for _, q := range search.Qualifiers() {
		fmt.Fprintf(&b, "  %-19s %s\n%22stakes %s\n%22s%s\n", q.Name+":", strings.ReplaceAll(q.About, "`", ""), "", q.Takes, "", strings.Join(q.Examples, "  "))
	}
	b.WriteString(`
Ranges are >N, >=N, <N, <=N, A..B, A.. and ..B. A date or version that is not exact stands for all that it covers: updated:2025-01
is that month, updated:>2025-01 begins after it. updated:<30d is within the last 30 days, updated:>2y is not for two years.

In a shell, quote a query with < > or " in it: pkgsearch search 'router downloads:>1000'`)
	return &cobra.Command{Use: "queries", Short: "The query language", Long: b.String()}
}
