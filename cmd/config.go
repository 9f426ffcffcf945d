package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"pkgsearch/httpapi"
)

const (
	configName = "pkgsearch.yaml" // read from the working directory when --config names no other
	envPrefix  = "PKGSEARCH"
)

// Config is everything an operator may set. It is flat, and a key has one name everywhere: admin-listen in the
// file is --admin-listen on the command line and PKGSEARCH_ADMIN_LISTEN in the environment. A flag wins over the
// environment, that over the file, that over the default.
type Config struct {
	Data       string `mapstructure:"data"`
	LogLevel   string `mapstructure:"log-level"`
	LogFormat  string `mapstructure:"log-format"`
	StoreLimit string `mapstructure:"store-limit"`

	Listen      string        `mapstructure:"listen"`
	AdminListen string        `mapstructure:"admin-listen"`
	AdminToken  string        `mapstructure:"admin-token"`
	Prefix      string        `mapstructure:"prefix"`
	SiteURL     string        `mapstructure:"site-url"`
	DrainDelay  time.Duration `mapstructure:"drain-delay"`
	Synonyms    string        `mapstructure:"synonyms"`
	Ranking     string        `mapstructure:"ranking"`

	Feed         string        `mapstructure:"feed"`
	Registry     string        `mapstructure:"registry"`
	DownloadsAPI string        `mapstructure:"downloads-api"`
	Token        string        `mapstructure:"token"`
	Fetches      int           `mapstructure:"fetches"`
	Refresh      time.Duration `mapstructure:"refresh"`
	ResetWait    time.Duration `mapstructure:"reset-wait"`

	Server string `mapstructure:"server"`
}

// key describes one field of Config to its readers: flag help, `config` and the defaults.
type key struct {
	name   string
	def    any // the default; its type is the type of the value
	usage  string
	secret bool // masked when shown, and never a flag, since other users of the machine can see those
}

// env is the environment variable of the key.
func (k key) env() string {
	return envPrefix + "_" + strings.ToUpper(strings.ReplaceAll(k.name, "-", "_"))
}

// keys lists every key in the order in which `config` shows them.
func keys() []key {
	return []key{
		{name: "data", def: "data", usage: "data `directory`"},
		{name: "log-level", def: "info", usage: "least `level` to log: debug, info, warn or error"},
		{name: "log-format", def: "auto", usage: "log `format`: text, json, or auto (text on a terminal, else json)"},
		{name: "store-limit", def: "", usage: "most that the store may take on disk, a `size` such as 20GiB; empty for the whole disk"},
		{name: "listen", def: "127.0.0.1:8080", usage: "`address` of the API; port 0 takes a free one"},
		{name: "admin-listen", def: "127.0.0.1:8081", usage: "`address` of metrics, profiles and admin routes; empty for none"},
		{name: "admin-token", def: "", usage: "bearer token that the admin routes ask for, 32 characters or more", secret: true},
		{name: "prefix", def: "", usage: "`path` under which a proxy mounts the API, such as /npm; the root answers too"},
		{name: "site-url", def: "", usage: "web page of a package, `URL` with {name} in it, for links in results"},
		{name: "drain-delay", def: time.Duration(0), usage: "`time` to answer as not ready before closing, for load balancers, up to 5m"},
		{name: "synonyms", def: "", usage: "`file` of synonyms that adds to the built-in ones or takes some away"},
		{name: "ranking", def: "", usage: "`file` of settings of the ranking, such as pkgsearch tune writes"},
		{name: "feed", def: "", usage: "`URL` of the change feed to follow, such as https://feed.registry.example/registry"},
		{name: "registry", def: "", usage: "`URL` of the registry that packuments come from (default: the one npm is configured with)"},
		{name: "downloads-api", def: "", usage: "`URL` of the downloads API; empty for no download counts"},
		{name: "token", def: "", usage: "bearer token for the registry", secret: true},
		{name: "fetches", def: 16, usage: "packuments to fetch at the same time, a `number` from 1 to 256"},
		{name: "reset-wait", def: 2 * time.Minute, usage: "`time` that a feed ending before our place in it is given before it counts as reset"},
		{name: "refresh", def: 24 * time.Hour, usage: "`time` between two refreshes of downloads and scores; 0 for none"},
		{name: "server", def: "", usage: "`URL` of a running server to ask instead of reading the data directory"},
	}
}

// addFlags gives a command the flags of some keys. Their values are read through the configuration only.
func addFlags(flags *pflag.FlagSet, names ...string) {
	for _, k := range keys() {
		if !slices.Contains(names, k.name) || k.secret {
			continue
		}
		usage := fmt.Sprintf("%s [$%s]", k.usage, k.env())
		switch def := k.def.(type) {
		case string:
			flags.String(k.name, def, usage)
		case int:
			flags.Int(k.name, def, usage)
		case time.Duration:
			flags.Duration(k.name, def, usage)
		}
	}
}

// settings is a loaded configuration and where each value came from.
type settings struct {
	Config
	file   string            // the file that was read; "" for none
	values map[string]any    // by key
	origin map[string]string // by key: default, file, env or flag
}

// loadConfig merges defaults, file, environment and the flags of a command. Any error is the caller's to fix, so
// it is marked errUsage and names the key and the place it was set.
func loadConfig(cmd *cobra.Command) (settings, error) {
	v := viper.New()
	v.SetEnvPrefix(envPrefix)
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AllowEmptyEnv(true) // PKGSEARCH_ADMIN_LISTEN= is how to say none
	v.AutomaticEnv()
	for _, k := range keys() {
		v.SetDefault(k.name, k.def)
		if f := cmd.Flags().Lookup(k.name); f != nil {
			if err := v.BindPFlag(k.name, f); err != nil {
				return settings{}, fmt.Errorf("bind --%s: %w", k.name, err)
			}
		}
	}
	file, err := readConfigFile(v, cmd)
	if err != nil {
		return settings{}, usageError(err)
	}
	s := settings{file: file, values: map[string]any{}, origin: map[string]string{}}
	if err := v.UnmarshalExact(&s.Config); err != nil {
		return settings{}, usageError(fmt.Errorf("read configuration: %s", plainly(err)))
	}
	for _, k := range keys() {
		s.values[k.name] = typed(v, k)
		s.origin[k.name] = origin(v, cmd, k)
	}
	return s, usageError(s.validate())
}

// readConfigFile reads the file that --config or PKGSEARCH_CONFIG names, or pkgsearch.yaml where there is one.
func readConfigFile(v *viper.Viper, cmd *cobra.Command) (string, error) {
	file := os.Getenv(envPrefix + "_CONFIG")
	if f := cmd.Flags().Lookup("config"); f != nil && f.Changed {
		file = f.Value.String()
	}
	named := file != ""
	if !named {
		file = configName
	}
	v.SetConfigFile(file)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		if !named && errors.Is(err, fs.ErrNotExist) {
			return "", nil
		}
		return "", fmt.Errorf("read configuration %s: %w", file, err)
	}
	for _, name := range v.AllKeys() {
		if !slices.ContainsFunc(keys(), func(k key) bool { return k.name == name }) {
			return "", fmt.Errorf("read configuration %s: unknown key %q; pkgsearch config lists the keys", file, name)
		}
	}
	return file, nil
}

// typed is the value of a key in the type of its default, durations as text.
func typed(v *viper.Viper, k key) any {
	switch k.def.(type) {
	case int:
		return v.GetInt(k.name)
	case time.Duration:
		return v.GetDuration(k.name).String()
	}
	return v.GetString(k.name)
}

// plainly is the decoder's complaint, which spans several lines, in one.
func plainly(err error) string {
	msg := err.Error()
	if _, rest, ok := strings.Cut(msg, "\n\n"); ok {
		msg = rest
	}
	return strings.Join(strings.Split(strings.TrimSpace(msg), "\n"), "; ")
}

func origin(v *viper.Viper, cmd *cobra.Command, k key) string {
	if f := cmd.Flags().Lookup(k.name); f != nil && f.Changed {
		return "flag"
	}
	if _, ok := os.LookupEnv(k.env()); ok {
		return "env"
	}
	if v.InConfig(k.name) {
		return "file"
	}
	return "default"
}

// validate checks what can be checked without touching disk or network; every fault found is in the error.
func (s settings) validate() error {
	var faults []error
	check := func(name string, err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("%s (from %s): %w", name, s.origin[name], err))
		}
	}
	if s.Data == "" {
		check("data", errors.New("must name a directory"))
	}
	if _, err := s.storeLimit(); err != nil {
		check("store-limit", err)
	}
	check("log-level", oneOf(s.LogLevel, "debug", "info", "warn", "error"))
	check("log-format", oneOf(s.LogFormat, "auto", "text", "json"))
	check("listen", address(s.Listen))
	if s.AdminListen != "" {
		check("admin-listen", httpapi.CheckAdminListen(s.AdminListen, s.AdminToken))
	}
	if s.Prefix != "" && !strings.HasPrefix(s.Prefix, "/") {
		check("prefix", fmt.Errorf("%q does not begin with /", s.Prefix))
	}
	if s.DrainDelay < 0 || s.DrainDelay > 5*time.Minute {
		check("drain-delay", fmt.Errorf("%s is not between 0s and 5m", s.DrainDelay))
	}
	if s.ResetWait <= 0 {
		check("reset-wait", fmt.Errorf("%s is not above 0s", s.ResetWait))
	}
	if s.Refresh < 0 || s.Refresh > 0 && s.Refresh < time.Minute {
		check("refresh", fmt.Errorf("%s is neither 0s nor a minute or more", s.Refresh))
	}
	check("site-url", pageURL(s.SiteURL))
	check("feed", webURL(s.Feed))
	check("registry", webURL(s.Registry))
	check("downloads-api", webURL(s.DownloadsAPI))
	check("server", webURL(s.Server))
	if s.Fetches < 1 || s.Fetches > 256 {
		check("fetches", fmt.Errorf("%d is not between 1 and 256", s.Fetches))
	}
	return errors.Join(faults...)
}

// storeLimit is the key store-limit in bytes, 0 for none.
func (c Config) storeLimit() (int, error) {
	if c.StoreLimit == "" {
		return 0, nil
	}
	n, err := humanize.ParseBytes(c.StoreLimit)
	if err != nil || n == 0 || n > math.MaxInt {
		return 0, fmt.Errorf("%q is not a size such as 20GiB", c.StoreLimit)
	}
	return int(n), nil
}

func oneOf(got string, want ...string) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%q is not one of %s", got, strings.Join(want, ", "))
}

func address(s string) error {
	if _, _, err := net.SplitHostPort(s); err != nil {
		return fmt.Errorf("%q is not host:port", s)
	}
	return nil
}

// pageURL is a webURL with a place for the name, which may also be in its query or fragment.
func pageURL(s string) error {
	page := s
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		page = s[:i]
	}
	err := webURL(page)
	if err == nil && s != "" && !strings.Contains(s, "{name}") {
		err = fmt.Errorf("%q has no {name} in it", s)
	}
	return err
}

// webURL accepts "" as not set. User info is refused, since addresses are shown and logged.
func webURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("not a URL") // the parser's message would repeat a password
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return fmt.Errorf("%q is not an http or https URL", u.Redacted())
	case u.User != nil:
		return fmt.Errorf("%q carries a user or password; use the key token", u.Redacted())
	case u.RawQuery != "", u.Fragment != "":
		return fmt.Errorf("%q must end with its path", u.Redacted())
	}
	return nil
}
