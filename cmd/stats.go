package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"pkgsearch/httpapi"
	"pkgsearch/index/store"
)

// statistics is what `stats` prints.
type statistics struct {
	httpapi.Counts
	LLN        uint64              `json:"lln"`                  // last entry of the change log
	IndexBytes int64               `json:"indexBytes,omitempty"` // on disk; not told by a server
	Feeds      []httpapi.FeedReply `json:"feeds"`
	Skips      []skips             `json:"skips,omitempty"` // why packages could not be taken in, most frequent first; not told by a server
}

// skips is how many packages could not be taken in for one reason.
type skips struct {
	Class    string `json:"class"`
	Reason   string `json:"reason"`
	Packages int    `json:"packages"`
}

func (a *app) statsCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "stats",
		Short: "Counts, sizes on disk, feed position and skips by reason",
		Long: `Print how many packages there are, what they take on disk, how far each change feed has been followed, and why
packages could not be taken in. The numbers come from the data directory or, with --server, from a running
server.`,
		Example: `  pkgsearch stats
  pkgsearch stats --json
  pkgsearch stats --server http://127.0.0.1:8080`,
		Args:        cobra.NoArgs,
		Annotations: exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote),
		RunE: func(cmd *cobra.Command, args []string) error {
			read := a.localStatistics
			if a.Server != "" {
				read = a.remoteStatistics
			}
			s, err := read(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.stdout, s)
			}
			return a.printStatistics(s)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	addFlags(c.Flags(), "server")
	return c
}

func (a *app) remoteStatistics(ctx context.Context) (statistics, error) {
	c := remote(a.Server)
	body, err := c.get(ctx, "/api/v1/status", nil)
	if err != nil {
		return statistics{}, err
	}
	var reply httpapi.StatusReply
	if err := json.Unmarshal(body, &reply); err != nil {
		return statistics{}, remoteError(fmt.Errorf("read reply of %s: %w", c.base, err))
	}
	s := statistics{LLN: reply.LLN, Feeds: []httpapi.FeedReply{}}
	if reply.Counts != nil {
		s.Counts = *reply.Counts
	}
	if reply.Feed != nil {
		s.Feeds = append(s.Feeds, *reply.Feed)
	}
	return s, nil
}

func (a *app) localStatistics(ctx context.Context) (s statistics, err error) {
	st, err := a.openStore()
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if s.Counts, s.LLN, err = countsOf(ctx, st); err != nil {
		return s, err
	}
	feeds, err := st.Feeds()
	if err != nil {
		return s, err
	}
	s.Feeds = []httpapi.FeedReply{}
	for _, f := range feeds {
		s.Feeds = append(s.Feeds, httpapi.FeedReply{State: "stopped", Source: f.Source, Engine: f.Engine, Cursor: f.Cursor, Head: f.Head,
			Progress: rfc3339(f.Progress), Age: max(0, time.Since(f.Progress).Seconds())})
	}
	if s.Skips, err = skipsOf(ctx, st); err != nil {
		return s, err
	}
	s.IndexBytes, err = sizeOf(filepath.Join(a.Data, "index"))
	return s, err
}

func countsOf(ctx context.Context, st *store.Store) (httpapi.Counts, uint64, error) {
	n, err := st.Stats(ctx)
	return httpapi.Counts{Packages: n.Packages, Indexed: n.Indexed, Tombstones: n.Tombstones, Downloads: n.Downloads,
		DeadLetters: n.DeadLetters, DeadByClass: n.DeadByClass, StoreBytes: n.FileBytes}, n.LLN, err
}

// skipsOf counts dead letters by class and reason; what a reason says after its first colon is about one package.
func skipsOf(ctx context.Context, st *store.Store) ([]skips, error) {
	const page = 1000
	count := map[skips]int{}
	for after := ""; ; {
		letters, err := st.DeadLetters(ctx, after, page)
		if err != nil {
			return nil, err
		}
		for _, d := range letters {
			reason, _, _ := strings.Cut(d.Reason, ":")
			count[skips{Class: d.Class, Reason: reason}]++
			after = d.Name
		}
		if len(letters) < page {
			break
		}
	}
	var all []skips
	for s, n := range count {
		all = append(all, skips{s.Class, s.Reason, n})
	}
	slices.SortFunc(all, func(a, b skips) int {
		return cmp.Or(b.Packages-a.Packages, strings.Compare(a.Class, b.Class), strings.Compare(a.Reason, b.Reason))
	})
	return all, nil
}

// sizeOf is the length of all files under dir; files that vanish meanwhile do not count.
func sizeOf(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil {
				sum += info.Size()
			}
		}
		if os.IsNotExist(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("measure %q: %w", dir, err)
	}
	return sum, nil
}

func (a *app) printStatistics(s statistics) error {
	t := newTable(a.stdout, "WHAT", "VALUE")
	t.whole = true
	count := func(what string, n int) { t.add(what, humanize.Comma(int64(n))) }
	count("packages", s.Packages)
	count("indexed", s.Indexed)
	count("withdrawn", s.Tombstones)
	count("download counts", s.Downloads)
	count("not taken in", s.DeadLetters)
	for _, k := range s.Skips {
		t.note(append(t.notes[len(t.rows)], fmt.Sprintf("%s %s: %s", humanize.Comma(int64(k.Packages)), k.Class, k.Reason))...)
	}
	t.add("store on disk", humanize.IBytes(uint64(s.StoreBytes)))
	if s.IndexBytes > 0 {
		t.add("index on disk", humanize.IBytes(uint64(s.IndexBytes)))
	}
	t.add("changes logged", humanize.Comma(int64(s.LLN)))
	for _, f := range s.Feeds {
		t.add("feed", f.Source)
		t.note(feedLines(f)...)
	}
	if len(s.Feeds) == 0 {
		t.add("feed", "none followed so far")
	}
	return t.flush()
}

func feedLines(f httpapi.FeedReply) []string {
	lines := []string{"state " + f.State, "position " + f.Cursor}
	if f.Head != "" {
		lines[1] += " of " + f.Head
	}
	if f.Progress != "" {
		lines = append(lines, "last moved "+f.Progress)
	}
	if f.Error != "" {
		lines = append(lines, "last error "+f.Error)
	}
	return lines
}

func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
