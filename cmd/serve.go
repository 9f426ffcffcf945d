package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"pkgsearch/httpapi"
	"pkgsearch/search"
)

// drainTime is how long requests that run at shutdown may take to end.
const drainTime = 10 * time.Second

// keepEvery is how often the index lets go of what merges have replaced.
const keepEvery = time.Minute

type serveOptions struct {
	sample, noFollow bool
}

func (a *app) serveCmd() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Answer npm search and the HTTP API, and follow the change feed",
		Long: `Serve ranked search from the data directory: npm's own search route, a richer JSON API, health checks and, on a
listener of its own, metrics and admin routes. With a feed configured it also follows that feed; see
pkgsearch follow. With --sample it serves a built-in sample of well-known packages from a temporary
directory, without a network.

Until the data is open, which takes a while when the index has to be rebuilt, /healthz answers and all else is 503.

On SIGINT or SIGTERM it reports itself as not ready, stops the feed at the end of a page, lets running requests end
for up to 10 seconds and closes its data. A second signal ends it at once.`,
		Example: `  pkgsearch serve --sample
  pkgsearch serve --data /srv/pkgsearch --listen :8080
  pkgsearch serve --feed https://feed.registry.example/registry --registry https://registry.example`,
		Args:        cobra.NoArgs,
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitInUse, exitDamaged),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.serve(cmd.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.sample, "sample", false, "serve the built-in sample from a temporary directory, without a network")
	c.Flags().BoolVar(&o.noFollow, "no-follow", false, "do not follow the feed, even if one is configured")
	addFlags(c.Flags(), append(feedKeys(), "listen", "admin-listen", "prefix", "site-url", "drain-delay", "synonyms", "ranking", "store-limit")...)
	return c
}

// server is what serve puts together, one field for each part that lives as long as the process.
type server struct {
	app       *app
	searching search.Options
	data      *data
	entrance  *httpapi.Entrance
	api       *httpapi.API
	public    net.Listener
	admin     net.Listener // nil for none
	metrics   *prometheus.Registry
	follower  *follower // nil for none
}

func (a *app) serve(ctx context.Context, o serveOptions) error {
	s := &server{app: a, metrics: prometheus.NewRegistry()}
	var err error
	if s.searching, err = a.searching(); err != nil {
		return err
	}
	if err := s.listen(); err != nil { // first, so that a port in use costs no time
		return err
	}
	defer s.closeListeners()

	s.entrance = httpapi.NewEntrance(httpapi.Options{Logger: a.log, Prefix: a.Prefix})
	public := httpapi.Server(s.entrance, s.public.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return serveOn(public, s.public) })
	group.Go(func() error {
		defer public.Close() // where drain has not seen to it
		return unlessStopped(ctx, s.work(ctx, o, public))
	})
	return group.Wait()
}

// work opens the data, however long that takes, and runs everything that needs it.
func (s *server) work(ctx context.Context, o serveOptions, public *http.Server) (err error) {
	a, dir := s.app, s.app.Data
	if o.sample {
		if dir, err = os.MkdirTemp("", "pkgsearch-sample-"); err != nil {
			return fmt.Errorf("make a place for the sample: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if s.data, err = a.openData(ctx, dir, false); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.data.Close()) }()

	if o.sample {
		if err := a.importSample(ctx, s.data); err != nil {
			return fmt.Errorf("load the sample: %w", err)
		}
	} else if a.Feed != "" && !o.noFollow {
		if s.follower, err = a.newFollower(s.data, false, s.metrics); err != nil {
			return err
		}
	}
	return s.run(ctx, o, public)
}

// run serves until ctx ends or a part fails, then stops every part in order.
func (s *server) run(ctx context.Context, o serveOptions, public *http.Server) error {
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	options := httpapi.Options{
		Logger:     s.app.log,
		Registerer: s.metrics,
		Position:   s.position,
		Counts: func(ctx context.Context) (httpapi.Counts, error) {
			c, _, err := countsOf(ctx, s.data.store)
			return c, err
		},
	}
	if s.follower != nil {
		options.Feed = s.follower.status
	}
	s.api = s.app.api(s.data, s.searching, options)
	s.entrance.Open(s.api)

	group, ctx := errgroup.WithContext(ctx)
	servers := []*http.Server{public}
	if s.admin != nil {
		rebuilds := newRebuilder(ctx, s.data.index)
		defer rebuilds.done.Wait()
		handler := httpapi.NewAdmin(httpapi.AdminOptions{Logger: s.app.log, Gatherer: s.metrics, Token: s.app.AdminToken}, rebuilds, letters{s.data.store, s.data.index})
		admin := httpapi.Server(handler, s.admin.Addr().String())
		servers = append(servers, admin)
		group.Go(func() error { return serveOn(admin, s.admin) })
	}
	group.Go(func() error { return s.data.index.Keep(ctx, keepEvery) })
	if s.follower != nil {
		group.Go(func() error { return unlessStopped(ctx, s.follower.run(ctx)) })
	}
	group.Go(func() error {
		<-ctx.Done()
		return s.drain(servers)
	})
	if err := s.announce(ctx, o); err != nil {
		s.app.log.Warn("announce", "err", err) // whoever reads stdout has gone; the service goes on
	}
	return group.Wait()
}

// drain tells balancers to look elsewhere, then lets running requests end.
func (s *server) drain(servers []*http.Server) error {
	s.api.Drain()
	time.Sleep(s.app.DrainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var group errgroup.Group
	for _, srv := range servers {
		group.Go(func() error {
			if err := srv.Shutdown(ctx); err != nil {
				return errors.Join(fmt.Errorf("drain %s: %w", srv.Addr, err), srv.Close())
			}
			return nil
		})
	}
	return group.Wait()
}

// unlessStopped passes over the error that stopping itself causes.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func serveOn(srv *http.Server, l net.Listener) error {
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", srv.Addr, err)
	}
	return nil
}

func (s *server) listen() (err error) {
	if s.public, err = net.Listen("tcp", s.app.Listen); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if s.app.AdminListen == "" {
		return nil
	}
	if s.admin, err = net.Listen("tcp", s.app.AdminListen); err != nil {
		s.closeListeners()
		return fmt.Errorf("listen for admin: %w", err)
	}
	return nil
}

// closeListeners closes what no server has taken over and closed.
func (s *server) closeListeners() {
	s.public.Close()
	if s.admin != nil {
		s.admin.Close()
	}
}

// position names the state that answers are made from.
func (s *server) position() httpapi.Position {
	p := httpapi.Position{Database: s.data.store.ID()}
	if v := s.data.index.Acquire(); v != nil {
		defer v.Release()
		p.Generation, p.LLN, p.Revision = v.Generation, v.LLN, v.Serial
	}
	return p
}

// announce says where the service is and what to type next.
func (s *server) announce(ctx context.Context, o serveOptions) error {
	n, err := s.data.store.Stats(ctx)
	if err != nil {
		return err
	}
	at := "http://" + reachable(s.public.Addr())
	text := fmt.Sprintf("pkgsearch serves %s packages at %s\ntry: npm search --registry %s react\n     curl '%s/-/v1/search?text=react'\n",
		humanize.Comma(int64(n.Indexed)), at, at, at)
	if s.admin != nil {
		text += fmt.Sprintf("admin at http://%s\n", reachable(s.admin.Addr()))
	}
	_, err = io.WriteString(s.app.stdout, text)
	if n.Packages == 0 && s.follower == nil {
		fmt.Fprintln(s.app.stderr, "there are no packages yet; load some with pkgsearch import, or try --sample")
	}
	if s.follower == nil && !o.sample {
		fmt.Fprintln(s.app.stderr, "not following a feed; name one with --feed URL or the key feed to keep up with a registry")
	}
	return err
}

// reachable is a listener's address as a client on this machine would write it.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr.String()
}
