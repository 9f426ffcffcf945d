package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// NPMConfig is what npm itself is configured with: by the environment, by the project and by the user.
type NPMConfig struct {
	env   func(string) string
	files []map[string]string // nearest first
}

// ReadNPMConfig reads cwd/.npmrc and home/.npmrc, as far as they are there.
func ReadNPMConfig(env func(string) string, home, cwd string) (NPMConfig, error) {
	c := NPMConfig{env: env}
	for _, dir := range []string{cwd, home} {
		if dir == "" {
			continue
		}
		settings, err := readNPMRC(filepath.Join(dir, ".npmrc"), env)
		if err != nil {
			return NPMConfig{}, err
		}
		c.files = append(c.files, settings)
	}
	return c, nil
}

// Registry is the address of npm's registry: npm_config_registry in the environment, else registry= in the nearest file;
// "" when there is none.
func (c NPMConfig) Registry() string {
	address := cmp.Or(c.env("npm_config_registry"), c.env("NPM_CONFIG_REGISTRY"))
	for _, settings := range c.files {
		address = cmp.Or(address, settings["registry"])
	}
	return address
}

// Token is the _authToken of the longest //host/path/ that a registry's address begins with, "" when there is none; one
// that names a variable which is not set is none.
func (c NPMConfig) Token(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	for path := strings.Trim(u.Path, "/"); ; {
		place := "//" + u.Host + "/" + path
		for _, settings := range c.files {
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
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		settings[strings.TrimSpace(key)] = expand(npmValue(value), env)
	}
	return settings, lines.Err()
}

// npmValue is what stands in quotes, or all before a comment that no backslash takes for text.
func npmValue(text string) string {
	text = strings.TrimSpace(text)
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		if quoted, _, ok := strings.Cut(text[1:], text[:1]); ok {
			return quoted
		}
	}
	comment := regexp.MustCompile(`\\[;#]|[;#].*`)
	return strings.TrimSpace(comment.ReplaceAllStringFunc(text, func(found string) string {
		if found[0] == '\\' {
			return found[1:]
		}
		return ""
	}))
}

// expand replaces ${NAME} by the environment's; one that is not set stays as it is, and is nothing as ${NAME?}, as with npm.
func expand(value string, env func(string) string) string {
	variable := regexp.MustCompile(`\$\{([^}?]+)(\??)\}`)
	return variable.ReplaceAllStringFunc(value, func(ref string) string {
		part := variable.FindStringSubmatch(ref)
		if got := env(part[1]); got != "" || part[2] == "?" {
			return got
		}
		return ref
	})
}
