// Package cmd is the command line of pkgsearch: one file for each command, each of which reads its flags, wires
// the packages that do the work, and says what came out. Results go to stdout and talk to stderr. It is the only
// package that reads configuration, draws progress or knows exit codes.
package cmd

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// app is what every command works with. Its settings and logger are there once a command runs.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	sample         fs.FS // packuments.ndjson and downloads.json
	settings
	log *slog.Logger
}

// Run executes one command line and returns its exit code. The first SIGINT or SIGTERM cancels the command, which
// then ends in good order; the second ends the process at once.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, sample fs.FS) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, sample: sample}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(stderr, "pkgsearch: %s\n", advise(err, cmd.Flags().Lookup("server") != nil))
	return exitCode(err)
}

const rootHelp = `pkgsearch is a full-text search service for npm-style package registries. It follows a
registry's change feed into a local store and index, and answers npm search, a site's
search box and your terminal.`

// exitSection adds the exit codes of a command to cobra's help.
const exitSection = `{{with index .Annotations "exit"}}
Exit codes:{{.}}
{{end}}`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "pkgsearch",
		Short: "Full-text search for npm-style package registries",
		Long:  rootHelp,
		Example: `  pkgsearch serve --sample                 try it: ranked search, no network
  pkgsearch import packuments.ndjson.zst   load a dump
  pkgsearch search react hooks             ask from the terminal`,
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Annotations:       exitCodes(exitOK, exitError, exitUsage, exitNothing, exitInUse, exitDamaged, exitRemote, exitBelow, exitStopped),
		PersistentPreRunE: a.configure,
	}
	root.SetVersionTemplate("pkgsearch {{.Version}}\n")
	root.SetUsageTemplate(root.UsageTemplate() + exitSection)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(fmt.Errorf("%w; see %s --help", err, cmd.CommandPath()))
	})
	root.PersistentFlags().String("config", "", "configuration `file` (default "+configName+" where there is one) [$PKGSEARCH_CONFIG]")
	addFlags(root.PersistentFlags(), "data", "log-level", "log-format")

	root.AddGroup(
		&cobra.Group{ID: "run", Title: "Run:"},
		&cobra.Group{ID: "query", Title: "Query:"},
		&cobra.Group{ID: "maintain", Title: "Maintain:"},
	)
	add := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			c.Args = usageArgs(c.Args)
			root.AddCommand(c)
		}
	}
	add("run", a.serveCmd(), a.importCmd(), a.followCmd())
	add("query", a.searchCmd(), a.showCmd(), a.statsCmd())
	add("maintain", a.checkCmd(), a.reindexCmd(), a.normalizeCmd(), a.evalCmd(), a.tuneCmd(), a.benchCmd(), a.configCmd())
	root.AddCommand(queriesTopic())
	root.SetHelpCommandGroupID("maintain")
	root.SetCompletionCommandGroupID("maintain")
	root.Args = knownCommand
	root.RunE = func(cmd *cobra.Command, args []string) error { return cmd.Help() }
	return root
}

// knownCommand refuses a word that is no command, with the commands that may have been meant.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	root.SuggestionsMinimumDistance = 2
	hint := "see pkgsearch --help"
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return usageError(fmt.Errorf("unknown command %q; %s", args[0], hint))
}

// configure loads the settings before a command runs; shell completion and help need none.
func (a *app) configure(cmd *cobra.Command, _ []string) error {
	if p := cmd.Parent(); p == nil || p.Name() == "completion" || cmd.Name() == "help" || strings.HasPrefix(cmd.Name(), "__") {
		return nil
	}
	s, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	a.settings = s
	a.log = newLogger(a.stderr, s.LogLevel, s.LogFormat)
	return nil
}

// usageArgs marks a complaint about arguments as the caller's fault and says where help is.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	if check == nil {
		check = cobra.ArbitraryArgs
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError(fmt.Errorf("%w; see %s --help", err, cmd.CommandPath()))
		}
		return nil
	}
}

func newLogger(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo // validate has refused anything else
	}
	o := &slog.HandlerOptions{Level: l}
	if format == "json" || format == "auto" && !isTerminal(w) {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// version is the module version that the Go toolchain recorded, with the revision where there is one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" {
		v = "(devel)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value
		}
	}
	return v + " " + info.GoVersion
}
