package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/dustin/go-humanize"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"pkgsearch/httpapi"
	"pkgsearch/ingest"
)

func (a *app) followCmd() *cobra.Command {
	var once bool
	c := &cobra.Command{
		Use:   "follow",
		Short: "Follow a registry's change feed without serving",
		Long: `Follow the change feed of a registry into the data directory. The feed's dialect, CouchDB's or the plain paged one, is
found out by asking. Packuments come from the registry: --registry, else the one that npm is configured with in the
environment or in .npmrc. The token for it comes from PKGSEARCH_TOKEN, the configuration file or .npmrc.

However it is stopped, it goes on where it was. A package that cannot be taken in is tried again later and does not
stop the others. Download counts, where an API for them is named, and scores are renewed once a day.`,
		Example: `  pkgsearch follow --feed https://feed.registry.example/registry --registry https://registry.example
  pkgsearch follow --once --feed https://feed.registry.example/registry
  PKGSEARCH_FEED=https://feed.registry.example/registry pkgsearch follow --data /srv/pkgsearch`,
		Args:        cobra.NoArgs,
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitInUse, exitDamaged, exitRemote, exitStopped),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.follow(cmd.Context(), once)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "end when there is nothing new")
	addFlags(c.Flags(), append(feedKeys(), "store-limit")...)
	return c
}

// feedKeys are the keys of everything that comes from a registry.
func feedKeys() []string {
	return []string{"feed", "registry", "downloads-api", "fetches", "refresh", "reset-wait"}
}

func (a *app) follow(ctx context.Context, once bool) (err error) {
	if a.Feed == "" {
		return usageError(errors.New("no feed to follow; name one with --feed URL, PKGSEARCH_FEED or the key feed"))
	}
	d, err := a.openData(ctx, a.Data, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	f, err := a.newFollower(d, once, nil)
	if err != nil {
		return err
	}
	err = f.run(ctx)
	s := f.Status()
	if s.Cursor != "" { // else the feed never answered
		fmt.Fprintf(a.stderr, "took in %s changes, at %s\n", humanize.Comma(int64(s.Changes)), s.Cursor)
	}
	return err
}

// follower keeps the data up to date: the feed all the time, downloads and scores now and then.
type follower struct {
	*ingest.Follower
	refresh refresher
	once    bool
}

// newFollower wires the feed and the registry that the configuration names to a data directory.
func (a *app) newFollower(d *data, once bool, metrics prometheus.Registerer) (*follower, error) {
	address, token, err := a.upstream()
	if err != nil {
		return nil, usageError(err)
	}
	client := ingest.NewClient(ingest.ClientOptions{Token: token, TokenURL: address})
	feed, err := ingest.NewFeed(a.Feed, client)
	if err != nil {
		return nil, usageError(err)
	}
	registry, err := ingest.NewRegistry(address, client)
	if err != nil {
		return nil, usageError(err)
	}
	f := &follower{once: once, refresh: refresher{every: a.Refresh, data: d, log: a.log}}
	if a.DownloadsAPI != "" {
		slow := ingest.NewClient(ingest.ClientOptions{Rate: ingest.DownloadsRate})
		if f.refresh.downloads, err = ingest.NewDownloadsClient(a.DownloadsAPI, slow); err != nil {
			return nil, usageError(err)
		}
		f.refresh.downloads.Logger = a.log
	}
	f.Follower = ingest.NewFollower(ingest.FollowerOptions{
		Once: once, Fetches: a.Fetches, Behind: a.ResetWait, Logger: a.log, Metrics: metrics,
	}, feed, registry, d.store, writer{d.index})
	return f, nil
}

var errNoRegistry = errors.New("npm names no registry; set one with --registry URL, in PKGSEARCH_REGISTRY or as registry=URL in .npmrc")

// upstream is the registry's address and the token for it: each our own setting, else npm's.
func (a *app) upstream() (address, token string, err error) {
	if a.Registry != "" && a.Token != "" {
		return a.Registry, a.Token, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // no home, no .npmrc there
	}
	cwd, err := os.Getwd()
	if err != nil {
		return "", "", fmt.Errorf("find .npmrc: %w", err)
	}
	npm, err := ingest.ReadNPMConfig(os.Getenv, home, cwd)
	if err != nil {
		return "", "", err
	}
	if address = cmp.Or(a.Registry, npm.Registry()); address == "" {
		return "", "", errNoRegistry
	}
	return address, cmp.Or(a.Token, npm.Token(address)), nil
}

// run follows until ctx ends; once, until there is nothing new and downloads and scores are fresh.
func (f *follower) run(ctx context.Context) error {
	if f.once {
		if err := f.Run(ctx); err != nil {
			return blame(err)
		}
		return f.refresh.now(ctx)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return blame(f.Run(ctx)) })
	group.Go(func() error { return f.refresh.loop(ctx) })
	return group.Wait()
}

// blame marks what the other side is to blame for, which writing to the data directory is not.
func blame(err error) error {
	if err == nil || errors.Is(err, errWrite) || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, ingest.ErrNotFeed) {
		return remoteError(fmt.Errorf("%w; is --feed the address of a change feed?", err))
	}
	return remoteError(err)
}

// status is what the API shows of the follower.
func (f *follower) status() httpapi.FeedStatus {
	s := f.Status()
	state := "following"
	if s.CaughtUp {
		state = "caught up"
	}
	if s.LastError != "" {
		state = "waiting"
	}
	progress := s.LastProgress
	if s.CaughtUp {
		progress = s.LastPoll
	}
	return httpapi.FeedStatus{State: state, Source: s.Source, Engine: s.Engine, Cursor: s.Cursor, Head: s.Head, Progress: progress, Error: s.LastError}
}
