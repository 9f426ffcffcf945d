package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ErrNoRegistry says that npm is configured with no registry here.
var ErrNoRegistry = errors.New("npm names no registry; set one with --registry URL, in PKGSEARCH_REGISTRY or as registry=URL in .npmrc")

// NPMRegistry finds the registry that npm itself is configured with, and the token for it: npm_config_registry in the
// environment, else registry= in cwd/.npmrc, else in home/.npmrc. The token is the _authToken of the longest //host/path/
// that the registry's address begins with; one that names a variable which is not set is none. ErrNoRegistry when there is none.
func NPMRegistry(env func(string) string, home, cwd string) (address, token string, err error) {
	var files []map[string]string // nearest first
	for _, dir := range []string{cwd, home} {
		if dir == "" {
			continue
		}
		settings, err := readNPMRC(filepath.Join(dir, ".npmrc"), env)
		if err != nil {
			return "", "", err
		}
		files = append(files, settings)
	}
	for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY"} {
		if address == "" {
			address = env(name)
		}
	}
	for _, settings := range files {
		if address == "" {
			address = settings["registry"]
		}
	}
	if address == "" {
		return "", "", ErrNoRegistry
	}
	return address, npmToken(address, files), nil
}

// npmToken looks for the token of an address, from its own path up to its host, in all files at each step.
func npmToken(address string, files []map[string]string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	for path := strings.Trim(u.Path, "/"); ; {
		place := "//" + u.Host + "/" + path
		for _, settings := range files {
			for _, key := range []string{strings.TrimRight(place, "/") + "/:_authToken", strings.TrimRight(place, "/") + ":_authToken"} {
				if token := settings[key]; token != "" && !strings.Contains(token, "${") {
					return token
				}
			}
		}
		if path == "" {
			return ""
		}
		path = path[:max(0, strings.LastIndexByte(path, '/'))]
	}
}

// readNPMRC reads KEY=VALUE lines. A file that is not there is empty.
func readNPMRC(file string, env func(string) string) (map[string]string, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read npm configuration: %w", err)
	}
	settings := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		value = strings.TrimSpace(value)
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		settings[strings.TrimSpace(key)] = expand(value, env)
	}
	return settings, lines.Err()
}

// expand replaces ${NAME} by the environment's; one that is not set stays as it is, as npm leaves it.
func expand(value string, env func(string) string) string {
	variable := regexp.MustCompile(`\$\{[^}]+\}`)
	return variable.ReplaceAllStringFunc(value, func(ref string) string {
		if got := env(ref[2 : len(ref)-1]); got != "" {
			return got
		}
		return ref
	})
}
