package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pkgsearch/httpapi"
	"pkgsearch/search"
)

type searchOptions struct {
	size, from      int
	asJSON, explain bool
	sort, facets    string
}

func (a *app) searchCmd() *cobra.Command {
	var o searchOptions
	c := &cobra.Command{
		Use:   "search TEXT...",
		Short: "Search packages from the terminal",
		Long: `Search by words, "phrases", -words and qualifiers such as keywords:, license:, has: or updated:, all of which
"pkgsearch help queries" explains. The answer comes from the data directory or, with --server, from a running server. On a terminal it is a
table; elsewhere, lines of tab-separated fields: name, version, downloads a month, description.`,
		Example: `  pkgsearch search react hooks
  pkgsearch search --json --size 5 'keywords:cli not:deprecated'
  pkgsearch search 'parser has:types license:mit updated:>2025 size:<50kb'
  pkgsearch search --sort downloads --facets license,module parser
  pkgsearch search --server http://127.0.0.1:8080 --explain scope:babel parser
  ` + refuseWord + `               packages about routers that do not mention react`,
		Args:        cobra.MinimumNArgs(1),
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.search(cmd.Context(), strings.Join(args, " "), o)
		},
	}
	c.Flags().IntVar(&o.size, "size", 20, fmt.Sprintf("`hits` wanted, 0 to %d", search.MaxSize))
	c.Flags().IntVar(&o.from, "from", 0, fmt.Sprintf("`hits` to skip, 0 to %d", search.MaxFrom))
	c.Flags().BoolVar(&o.asJSON, "json", false, "print the JSON of GET /api/v1/search")
	c.Flags().BoolVar(&o.explain, "explain", false, "show what made each hit's score")
	c.Flags().StringVar(&o.sort, "sort", search.ByRelevance.String(), "`order` of the hits: "+names(search.Sorts()))
	c.Flags().StringVar(&o.facets, "facets", "", "count the values of `facets` over all matches, after the hits: "+names(search.Facets()))
	addFlags(c.Flags(), "server", "synonyms", "ranking")
	c.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "" {
			err = fmt.Errorf("%w; to refuse a word, write: %s", err, refuseWord)
		}
		return cmd.Parent().FlagErrorFunc()(cmd, err)
	})
	return c
}

// refuseWord shows where a word with a minus is not taken for a flag.
const refuseWord = "pkgsearch search -- router -react"

// askLimit bounds a search in this process, where nobody else waits for an answer.
const askLimit = 30 * time.Second

func (a *app) search(ctx context.Context, text string, o searchOptions) (err error) {
	if len(text) > search.MaxTextBytes { // a server refuses to read an address much longer, without saying which part of it
		return usageError(fmt.Errorf("the query has %s bytes; send at most %d", humanize.Comma(int64(len(text))), search.MaxTextBytes))
	}
	c := remote(a.Server)
	if a.Server == "" {
		searching, err := a.searching()
		if err != nil {
			return err
		}
		d, err := a.openExisting(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		c = local(a.api(d, searching, httpapi.Options{Limits: httpapi.Limits{QueryBudget: askLimit}}))
	}
	query := url.Values{"text": {text}, "size": {strconv.Itoa(o.size)}, "from": {strconv.Itoa(o.from)}, "sort": {o.sort}, "facets": {o.facets}}
	if o.explain {
		query.Set("explain", "1")
	}
	body, err := c.get(ctx, "/api/v1/search", query)
	if err != nil {
		return err
	}
	if o.asJSON {
		return writeJSON(a.stdout, body)
	}
	var reply httpapi.SearchReply
	if err := json.Unmarshal(body, &reply); err != nil {
		return remoteError(fmt.Errorf("read reply of %s: %w", c.base, err))
	}
	return a.printHits(text, reply)
}

func (a *app) printHits(text string, reply httpapi.SearchReply) error {
	if reply.Total == 0 {
		return mark(fmt.Errorf("no packages match %q; try fewer words", fit(printable(text), 60)), errNothing)
	}
	t := newTable(a.stdout, "NAME", "VERSION", ">DOWNLOADS", "DESCRIPTION")
	for _, hit := range reply.Hits {
		p := hit.Package
		downloads := strconv.FormatUint(p.Downloads, 10)
		if t.width > 0 {
			downloads = humanize.Comma(int64(p.Downloads))
		}
		description := p.Description
		if p.Deprecated {
			description = "DEPRECATED " + description
		}
		if hit.Lookalike != "" {
			description = "LOOKS LIKE " + hit.Lookalike + " " + description
		}
		t.add(p.Name, p.Version, downloads, description)
		t.note(explanation(hit)...)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := a.printFacets(reply.Facets); err != nil {
		return err
	}
	if reply.DidYouMean != "" {
		fmt.Fprintf(a.stderr, "did you mean %q? What it finds is among these.\n", printable(reply.DidYouMean))
	}
	fmt.Fprintf(a.stderr, "%s of %s packages, %s ms\n", humanize.Comma(int64(len(reply.Hits))), humanize.Comma(int64(reply.Total)), humanize.Ftoa(reply.Took))
	return nil
}

// explanation is one line for each part of a hit's score, none when it was not asked for.
func explanation(hit httpapi.Hit) []string {
	if len(hit.Explain) == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf("%9.4f  score", hit.Score)}
	for _, p := range hit.Explain {
		sign := "+"
		if p.Factor {
			sign = "×"
		}
		lines = append(lines, fmt.Sprintf("%s %9.4g  %s", sign, p.Value, p.Label))
	}
	return lines
}

// api is the public handler over a data directory.
func (a *app) api(d *data, so search.Options, o httpapi.Options) *httpapi.API {
	o.Version = version()
	o.Prefix = a.Prefix
	o.SiteURL = a.SiteURL
	return httpapi.New(o, search.New(d.index, d.store, so), d.store)
}
