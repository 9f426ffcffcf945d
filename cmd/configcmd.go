package cmd

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) configCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "config",
		Short: "Print the effective configuration and where each value came from",
		Long: `Print every configuration key with its effective value and its origin: default, file, env or flag.
Secrets are masked. A key has one name everywhere: admin-listen in ` + configName + ` is --admin-listen on
the command line and PKGSEARCH_ADMIN_LISTEN in the environment. Flags win over the environment, that over
the file, that over the default.`,
		Example: `  pkgsearch config
  PKGSEARCH_LISTEN=:9000 pkgsearch config --json
  pkgsearch config --config staging.yaml`,
		Args:        cobra.NoArgs,
		Annotations: exitCodes(exitOK, exitUsage),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.file != "" {
				fmt.Fprintf(a.stderr, "read %s\n", a.file)
			}
			if asJSON {
				return writeJSON(a.stdout, a.shown())
			}
			t := newTable(a.stdout, "KEY", "VALUE", "FROM")
			t.whole = true
			for _, s := range a.shown() {
				t.add(s.Key, fmt.Sprint(s.Value), s.From)
			}
			return t.flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON: [{key, value, from}]")
	addFlags(c.Flags(), append(feedKeys(), "store-limit", "listen", "admin-listen", "prefix", "site-url", "drain-delay", "synonyms", "ranking", "server")...)
	return c
}

// setting is one line of `config`.
type setting struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
	From  string `json:"from"`
}

// shown lists the settings as they may be shown to anyone.
func (s settings) shown() []setting {
	var all []setting
	for _, k := range keys() {
		v := s.values[k.name]
		if k.secret && v != "" {
			v = "(set)"
		}
		all = append(all, setting{k.name, v, s.origin[k.name]})
	}
	return all
}
