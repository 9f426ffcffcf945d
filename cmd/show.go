package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"pkgsearch/httpapi"
)

func (a *app) showCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "show NAME",
		Short: "Show what is known of one package and what makes its scores",
		Long: `Show the record of one package and its three scores with the labelled parts that make them. Names are
case-sensitive. The answer comes from the data directory or, with --server, from a running server.`,
		Example: `  pkgsearch show react
  pkgsearch show --json @babel/core
  pkgsearch show --server http://127.0.0.1:8080 left-pad`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "" {
				return errors.New("the name is empty; write pkgsearch show NAME")
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.show(cmd.Context(), args[0], asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the JSON of GET /api/v1/packages/NAME")
	addFlags(c.Flags(), "server")
	return c
}

func (a *app) show(ctx context.Context, name string, asJSON bool) (err error) {
	c := remote(a.Server)
	if a.Server == "" {
		st, err := a.openStore()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, st.Close()) }()
		c = local(httpapi.New(httpapi.Options{SiteURL: a.SiteURL}, nil, st))
	}
	body, err := c.get(ctx, "/api/v1/packages/"+url.PathEscape(name), nil)
	if err != nil {
		return fmt.Errorf("show %q: %w", name, err)
	}
	if asJSON {
		return writeJSON(a.stdout, body)
	}
	var doc httpapi.Document
	if err := json.Unmarshal(body, &doc); err != nil {
		return remoteError(fmt.Errorf("read reply of %s: %w", c.base, err))
	}
	return a.printDocument(doc)
}

func (a *app) printDocument(d httpapi.Document) error {
	t := newTable(a.stdout, "FIELD", "VALUE")
	t.whole = true
	line := func(field, value string) {
		if value != "" {
			t.add(field, value)
		}
	}
	line("name", d.Name)
	line("version", d.Version)
	line("description", d.Description)
	if d.Deprecated {
		line("deprecated", strings.TrimSpace("yes "+d.DeprecatedMessage))
	}
	if d.SecurityHeld {
		line("security", "a placeholder that the registry holds after an incident")
	}
	line("keywords", strings.Join(d.Keywords, ", "))
	line("license", d.License)
	line("published", d.Date)
	line("versions", fmt.Sprint(d.VersionsCount))
	line("downloads", humanize.Comma(int64(d.Downloads))+" last month")
	line("dependents", humanize.Comma(int64(d.Dependents)))
	line("dependencies", strings.Join(slices.Sorted(maps.Keys(d.Dependencies)), ", "))
	line("repository", d.Links.Repository)
	line("homepage", d.Links.Homepage)
	if d.UnpackedSize > 0 {
		line("size", humanize.IBytes(uint64(d.UnpackedSize))+" unpacked")
	}
	line("score", fmt.Sprintf("%.3f", d.Scores.Final))
	for _, s := range []struct {
		name string
		httpapi.ScorePart
	}{{"popularity", d.Scores.Popularity}, {"quality", d.Scores.Quality}, {"maintenance", d.Scores.Maintenance}} {
		line(s.name, fmt.Sprintf("%.3f", s.Score))
		for _, p := range s.Parts {
			t.note(append(t.notes[len(t.rows)], fmt.Sprintf("%.3f × %-5.4g %s", p.Value, p.Weight, p.Label))...)
		}
	}
	return t.flush()
}
